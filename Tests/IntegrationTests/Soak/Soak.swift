import CommandSupport
import Foundation
import SSHServers
import SeededRandom

/// One pipeline with a shop and a drop of its own, on which sweep follows sweep while files come and much goes wrong.
struct Soak {
    private let scene: Scene
    private let odds: SoakOdds
    /// Where its drop is no folder.
    private let remote: Remote?

    private var random: SplitMix64
    private var files: SoakFiles
    private var report: SoakReport
    private var dropped: [SoakFiles.Drop] = []
    private var injected: [String: Int] = [:]
    /// Names of the files that have come to their end.
    private var done: Set<String> = []
    private var isBusy = false
    private var killsInARow = 0

    /// An SFTP server behind a relay.
    private struct Remote {
        let server: RunningServer
        let relay: Relay
    }

    /// Soaks a pipeline, compares what it published with what the same files make of it without faults, and checks all invariants.
    static func run(_ pipeline: String, _ odds: SoakOdds, seed: UInt64) async throws -> SoakReport {
        guard pipeline == Installation.serverPipeline else {
            return try await run(pipeline, on: nil, odds, seed: seed)
        }
        return try await withServer(OpenSSHServer()) { server in
            try await withRelay(to: server.port) { relay in
                try await run(pipeline, on: Remote(server: server, relay: relay), odds, seed: seed)
            }
        }
    }

    private static func run(
        _ pipeline: String,
        on remote: Remote?,
        _ odds: SoakOdds,
        seed: UInt64
    ) async throws -> SoakReport {
        var report = SoakReport(pipeline)
        var made: [SoakFiles.Drop] = []
        var published: Published?
        let name = "soak of \(pipeline), seed \(seed)"
        let takesFeeds = pipeline == Installation.feedPipeline
        let makesFeeds = pipeline == Installation.feedMakingPipeline
        try await withScene(
            name,
            on: remote.map { try $0.server.place(port: $0.relay.port) },
            takesFeeds: takesFeeds,
            makesFeeds: makesFeeds,
            operationSeconds: odds.operationSeconds
        ) { scene in
            var soak = Soak(pipeline, scene, odds, remote, seed: seed)
            try await soak.run()
            (report, made) = (soak.report, soak.dropped)
            published = try Published(scene.installation)
        }
        // A folder does for what is to be expected.
        try await withScene("\(name), without faults", takesFeeds: takesFeeds, makesFeeds: makesFeeds) { scene in
            let expected = try await withoutFaults(made, scene)
            let races = made.filter(\.isRace).flatMap(\.files).map(\.stem)
            let differences = published?.differences(from: expected) ?? []
            report.violations += differences.filter { line in !races.contains { line.contains($0) } }
        }
        return report
    }

    private init(_ pipeline: String, _ scene: Scene, _ odds: SoakOdds, _ remote: Remote?, seed: UInt64) {
        (self.scene, self.odds, self.remote) = (scene, odds, remote)
        random = SplitMix64(seed: seed)
        files = SoakFiles(seed: seed, areFeeds: scene.installation.takesFeeds)
        report = SoakReport(pipeline)
    }

    // MARK: Sweeps

    private mutating func run() async throws {
        try scene.installation.set("limits", "{ card: 500, file: \(SoakFiles.limit) }")
        try await scene.inject([.counter(version: "2026-07")])
        while !isLongEnough {
            if random.chance(odds.drop) || dropped.isEmpty { try await drop() }
            // Ten processes in a row that end in the middle of a run put it aside, and rightly so.
            let kills = killsInARow < 6 && random.chance(isBusy ? odds.killBusy : odds.killIdle)
            if let relay = remote?.relay, random.chance(isBusy ? odds.cutBusy : odds.cutIdle) { plan(relay) }
            let restarts = remote != nil && random.chance(isBusy ? odds.restartBusy : odds.restartIdle)
            try await sweep(kills: kills, restarts: restarts)
            remote?.relay.plan { _ in nil }
        }
        try await finish()
    }

    private var isLongEnough: Bool {
        switch odds.length {
        case .kills(let count): report.faults["kill -9", default: 0] >= count
        case .sweeps(let count): report.sweeps >= count
        }
    }

    /// One sweep; what it says must be what a sweep may say, and an error inside Dropline is none of that.
    private mutating func sweep(kills: Bool = false, restarts: Bool = false, clock: String = "+0s") async throws {
        let moment = random.moment()
        let arguments = ["poll", "--json", "--no-wait", "--wait", "20s", "--config", scene.installation.configuration]
        let server = remote?.server
        let (_, ended) = try await withDropline(arguments, environment: ["DROPLINE_CLOCK": clock]) { running in
            guard kills || restarts else { return }
            try await Task.sleep(for: moment)
            if restarts, let server {
                await server.stop()
                try await server.start()
            }
            if kills { try running.kill() }
        }
        report.sweeps += 1
        if restarts { report.faults["server restarted", default: 0] += 1 }
        guard ended.exit != -9 else {
            report.faults["kill -9", default: 0] += 1
            (isBusy, killsInARow) = (true, killsInARow + 1)
            return
        }
        killsInARow = 0
        if ![0, 1, 69].contains(ended.exit) { report.violations.append("a sweep ended with \(ended.exit): \(ended)") }
        let said = try? ended.json()
        let isAtRest =
            ended.exit < 2
            && (said?["runs"].array ?? []).allSatisfy { run in
                Scene.isFinal(run["state"].string ?? "?") || run["state"] == "held"
            }
        isBusy = try !isAtRest || said?["unsettled"].int != 0 || !scene.installation.inbox().isEmpty
        let isDecided = dropped.last?.kind == "file above a limit" ? random.chance(0.5) : random.chance(0.05)
        if !isBusy, isDecided { isBusy = try await decide() }
    }

    /// Approves or refuses what is held; whether anything was.
    private mutating func decide(kills: Bool = true) async throws -> Bool {
        let held = try await scene.heldRuns()
        for run in held {
            if random.chance(odds.refusal) {
                try await refuse(run, kills: kills && random.chance(odds.killBusy))
            } else {
                try await scene.approve(run)
                report.decisions["approved", default: 0] += 1
            }
        }
        return !held.isEmpty
    }

    /// Refuses a run, over a kill or without one, and drops its file corrected.
    private mutating func refuse(_ run: (number: Int, file: String), kills: Bool) async throws {
        let arguments = scene.refusing(run)
        if kills {
            // It takes some hundredths of a second.
            let moment = random.moment() / 20
            let (_, ended) = try await withDropline(arguments) { running in
                try await Task.sleep(for: moment)
                try running.kill()
            }
            if ended.exit == -9 { report.faults["kill -9", default: 0] += 1 }
        }
        // Who has decided already is told so.
        let said = try await dropline(arguments)
        guard said.exit == 0 || (said.exit == 64 && said.errors.contains("was refused by")) else {
            throw SupportError("\(said)")
        }
        report.decisions["refused", default: 0] += 1
        guard let drop = dropped.firstIndex(where: { $0.files.contains { $0.name == run.file } }),
            let index = dropped[drop].files.firstIndex(where: { $0.name == run.file })
        else { throw SupportError("\(run) was never dropped") }
        dropped[drop].files[index].isRefused = true
        try put(files.correction(of: dropped[drop].files[index]))
    }

    /// Brings all to its end with nothing more going wrong, and looks at it.
    private mutating func finish() async throws {
        for number in 0..<20 {
            // What has failed several times in a row is tried again after minutes.
            try await sweep(clock: "+\(number * 10)m")
            let isDecided = try await decide(kills: false)
            if !isBusy, !isDecided, report.sweeps > 1 { break }
        }
        let sources = dropped.flatMap(\.files)
        report.violations += try await Invariants.problems(scene, sources)
        for fault in try await scene.shop.faults() where fault["text"] == .null {
            injected[fault["kind"].string ?? "?", default: 0] -= fault["count"].int ?? 0
        }
        for (kind, count) in injected where count > 0 { report.faults["shop: \(kind)"] = count }
        if let relay = remote?.relay { report.faults["connection cut"] = relay.struckFaults }
        report.files = sources.count
        report.rows = sources.reduce(0) { $0 + $1.rows.count }
        report.cards =
            scene.installation.makesFeeds
            ? sources.filter { !$0.isRefused }.flatMap(\.codes).reduce(into: Set()) { $0.insert($1) }.count
            : try await scene.shop.cards().count
    }

    // MARK: What happens

    private mutating func drop() async throws {
        try await learnWhatIsDone()
        let done = done
        let drop = files.next { done.contains($0.name) }
        try put(drop)
        // A pipeline that ends with a feed calls no shop.
        guard !scene.installation.makesFeeds, random.chance(odds.shopFault),
            var fault = Self.faults.randomElement(using: &random)
        else { return }
        // A file of a few cards takes some ten calls.
        if Self.calls.contains(fault.kind), fault.root == nil { fault.skip = random.below(10) }
        try await scene.inject([fault])
        injected[fault.kind, default: 0] += fault.count
    }

    private mutating func put(_ drop: SoakFiles.Drop) throws {
        for file in drop.files { try scene.drop(file) }
        dropped.append(drop)
        report.drops[drop.kind, default: 0] += 1
        isBusy = true
    }

    private mutating func learnWhatIsDone() async throws {
        // Before the first sweep there is no ledger.
        guard report.sweeps > 0 else { return }
        let runs = try await scene.installation.run("runs", "--json", "--last", "1000000", "--state", "done")
        guard runs.exit == 0 else { return }
        done.formUnion(try runs.json().array?.compactMap { $0["file"].string } ?? [])
    }

    /// The next connection ends after some bytes.
    private mutating func plan(_ relay: Relay) {
        let (next, bytes) = (relay.connections, random.bytes())
        let ending: Relay.Ending = random.chance(0.5) ? .reset : .end
        let direction: Relay.Direction = random.chance(0.5) ? .toClient : .toServer
        relay.plan { $0 == next ? .cut(ending, after: bytes, direction) : nil }
    }

    /// Those that strike a call, whichever it is.
    private static let calls = [
        "throttled", "http-429", "http-502", "http-503", "http-504", "internal-error", "internal-error-committed",
        "lost-request", "lost-answer", "token-revoked",
    ]

    /// The sandbox's faults after which a run without a person ends as if there had been none; not those that make other cards than were asked for.
    private static let faults =
        (calls + [
            "upload-lost-answer", "upload-lost-request", "upload-5xx",
            "no-such-file", "result-5xx", "result-interrupted", "result-gone", "in-progress", "limit-reached",
            "operation-failed", "operation-failed-no-data", "operation-canceled", "operation-expired",
            "operation-timeout", "missing-lines", "missing-unexecuted", "doubled-lines", "shuffled-lines",
            "truncated-result", "bulk-not-allowed",
        ]).map { Fault($0) }
        + [FaultTests.bulk, "stagedUploadsCreate", "bulkOperation", "giftCards"].map { Fault("lost-answer", root: $0) }

    /// What the same files make of an installation where nothing goes wrong.
    private static func withoutFaults(_ drops: [SoakFiles.Drop], _ scene: Scene) async throws -> Published {
        try scene.installation.set("limits", "{ card: 500, file: \(SoakFiles.limit) }")
        for drop in drops {
            for file in drop.files { try scene.drop(file) }
            _ = try await scene.installation.poll("--wait", "40s")
            for run in try await scene.heldRuns() {
                let isRefused = drop.files.contains { $0.name == run.file && $0.isRefused }
                if isRefused { try await scene.refuse(run) } else { try await scene.approve(run) }
                _ = try await scene.installation.poll("--wait", "40s")
            }
        }
        return try Published(scene.installation)
    }
}

extension Scene {
    /// What is held above a limit.
    fileprivate func heldRuns() async throws -> [(number: Int, file: String)] {
        try await installation.runs().filter { $0["state"] == "held" }.compactMap { run in
            guard let number = run["run"].int, let file = run["file"].string else { return nil }
            return (number, file)
        }
    }

    fileprivate func approve(_ run: (number: Int, file: String)) async throws {
        let said = try await installation.run("approve", "\(run.number)", "--reason", "these cards were sold")
        guard said.exit == 0 else { throw SupportError("\(said)") }
    }

    fileprivate func refuse(_ run: (number: Int, file: String)) async throws {
        let said = try await dropline(refusing(run))
        guard said.exit == 0 else { throw SupportError("\(said)") }
    }

    fileprivate func refusing(_ run: (number: Int, file: String)) -> [String] {
        [
            "refuse", "\(run.number)", "--reason", "typed ten times too high", "--config", installation.configuration,
        ]
    }
}
