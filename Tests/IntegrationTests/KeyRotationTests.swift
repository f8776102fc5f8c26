import CommandSupport
import Foundation
import Testing

/// A new sealing key, and nothing left of the old one.
@Suite struct KeyRotationTests {
    private let rotate = ["key", "rotate", "--reason", "a test", "--json"]

    /// A run in the middle: its source, feed and bulk file are sealed and nothing is sent.
    private func leaveInTheMiddle(_ scene: Scene, _ source: SourceFile = SourceFile()) async throws {
        try scene.drop(source)
        let crash = ["DROPLINE_CRASH_AT": "bulk-import.intended"]
        let killed = try await scene.installation.poll("--wait", "40s", environment: crash)
        #expect(killed.exit == -9, "\(scene.name): \(killed)")
    }

    /// Expects that of the keys before only the hash key is left.
    private func expectGone(_ before: Set<String>, _ scene: Scene) throws {
        let now = try LedgerTraces.wrappedKeys(scene.installation)
        #expect(before.count == 2 && now.count == 2, "\(scene.name): \(before) became \(now)")
        let kept = before.intersection(now)
        #expect(kept.count == 1, "\(scene.name): the hash key stays and the sealing key goes: \(before) became \(now)")
        let places = try LedgerTraces.places(of: before.subtracting(kept), in: scene.installation)
        #expect(places.isEmpty, "\(scene.name): the old key is found in \(places)")
        let hashPlaces = try LedgerTraces.places(of: kept, in: scene.installation)
        #expect(hashPlaces.contains("var/dropline.sqlite"), "\(scene.name): the search finds nothing: \(hashPlaces)")
    }

    @Test func `after a rotation every artifact opens, every card is known, and the old key is nowhere`() async throws {
        try await withScene("key rotate in the middle of a run") { scene in
            try await scene.inject([.counter(version: "2026-07")])
            try await leaveInTheMiddle(scene)
            let before = try LedgerTraces.wrappedKeys(scene.installation)
            let rotated = try await scene.installation.run(rotate)
            #expect(rotated.exit == 0, "\(rotated)")
            let report = try rotated.json()
            #expect(report["oldKeyGone"] == true && report["files"] == 3 && report["key"] == 3, "\(report)")
            try expectGone(before, scene)
            let sweeps = try await scene.sweep()
            try await Invariants.expect(scene, sweeps: sweeps)
            // A later file with one of the codes, sealed and hashed after the rotation.
            let row = SourceFile().good[0]
            try scene.installation.drop(
                "Mon Mar 16 2026 10:00:00 GMT-0700 (PDT)-GiftCardFulfillment.csv",
                SourceFile.header + "\n" + row.text + "\n"
            )
            let poll = try await scene.installation.poll("--wait", "40s")
            #expect(poll.exit == 0, "\(poll)")
            let balance = try await scene.installation.balance(2)
            #expect(balance.statuses["already-active"]?.rows == 1, "\(balance)")
        }
    }

    /// Where a rotation may die, and how often that place is passed first.
    static let places = [
        "key-rotation.begun:1", "key-rotation.resealed:1", "key-rotation.resealed:3", "key-rotation.retired:1",
        "key-rotation.scrubbed:1",
    ]

    @Test(arguments: places)
    func `a rotation that is killed is ended by the next one, and polls go on between them`(_ place: String)
        async throws
    {
        try await withScene("key rotate killed at \(place)") { scene in
            try await scene.inject([.counter(version: "2026-07")])
            try await leaveInTheMiddle(scene)
            let before = try LedgerTraces.wrappedKeys(scene.installation)
            let killed = try await scene.installation.run(rotate, environment: ["DROPLINE_CRASH_AT": place])
            #expect(killed.exit == -9, "\(scene.name): the place was not reached: \(killed)")
            let sweeps = try await scene.sweep()
            let rotated = try await scene.installation.run(rotate)
            let report = try rotated.json()
            #expect(rotated.exit == 0 && report["continued"] == true && report["key"] == 3, "\(scene.name): \(rotated)")
            try expectGone(before, scene)
            try await Invariants.expect(scene, sweeps: sweeps)
            let next = try await scene.installation.run(rotate)
            #expect(try next.json()["key"] == 4, "the next one is a new one: \(next)")
        }
    }

    @Test(arguments: 1...3)
    func `a rotation beside polls loses nothing`(_ round: Int) async throws {
        try await withScene("key rotate beside polls, round \(round)", operationSeconds: "0.3") { scene in
            let first = SourceFile(cards: 8, seed: "a", time: "07:00:00")
            try await leaveInTheMiddle(scene, first)
            let more = ["b", "c"].enumerated().map { number, seed in
                SourceFile(cards: 8, seed: Character(seed), time: "0\(number + 8):00:00")
            }
            for source in more { try scene.drop(source) }
            let before = try LedgerTraces.wrappedKeys(scene.installation)
            async let one = scene.installation.poll("--wait", "40s")
            try await Task.sleep(for: .milliseconds(60 * round))
            async let rotation = scene.installation.run(rotate)
            async let other = scene.installation.poll("--wait", "40s")
            let (sweeps, rotated) = (try await [one, other], try await rotation)
            #expect(sweeps.allSatisfy { [0, 1].contains($0.exit) }, "\(scene.name): \(sweeps)")
            #expect(rotated.exit == 0, "\(scene.name): \(rotated)")
            let last = try await scene.sweep()
            try expectGone(before, scene)
            let all = [first] + more
            try await Invariants.expect(scene, all, comparesOutputs: false, sweeps: sweeps + last)
        }
    }

    @Test func `the old key stays while another process may still seal with it`() async throws {
        try await withScene("key rotate while a run is owned") { scene in
            try scene.drop(SourceFile())
            try await scene.inject([Fault("hang", seconds: 4)])
            let before = try await scene.installation.run("runs")
            #expect(before.exit == 0)
            let arguments = ["poll", "--json", "--wait", "40s", "--config", scene.installation.configuration]
            let (early, poll) = try await withDropline(arguments) { _ in
                try await scene.shop.wait(until: "the slow answer is under way") { try await $0.faults().isEmpty }
                return try await scene.installation.run(rotate + ["--wait", "0s"])
            }
            #expect(early.exit == 1, "\(early)")
            #expect(try early.json()["waitsFor"] == ["run 1"] && early.errors.contains("run 1"), "\(early)")
            #expect(try LedgerTraces.wrappedKeys(scene.installation).count == 3, "\(scene.name)")
            let rotated = try await scene.installation.run(rotate)
            #expect(rotated.exit == 0, "\(rotated)")
            #expect(try LedgerTraces.wrappedKeys(scene.installation).count == 2, "\(scene.name)")
            try await Invariants.expect(scene, sweeps: [poll] + (try await scene.sweep()))
        }
    }

    @Test func `the old key is gone at once, also while another process has the ledger open`() async throws {
        try await withScene("key rotate beside a poll that waits", operationSeconds: "3") { scene in
            try scene.drop(SourceFile())
            let arguments = ["poll", "--json", "--wait", "40s", "--config", scene.installation.configuration]
            let (_, poll) = try await withDropline(arguments) { _ in
                try await scene.shop.wait(until: "an operation runs") { try await !$0.operations().isEmpty }
                let before = try LedgerTraces.wrappedKeys(scene.installation)
                let rotated = try await scene.installation.run(rotate)
                #expect(rotated.exit == 0, "\(rotated)")
                try expectGone(before, scene)
            }
            try await Invariants.expect(scene, sweeps: [poll] + (try await scene.sweep()))
        }
    }

    @Test func `a file that nothing can open is named, and the others are sealed again`() async throws {
        try await withScene("key rotate over a damaged file") { scene in
            try await leaveInTheMiddle(scene)
            let damaged = scene.installation.folder + "/var/workspace/runs/1/activation-feed-0-0.sealed"
            var bytes = try Data(contentsOf: URL(fileURLWithPath: damaged))
            bytes[bytes.count - 1] ^= 1
            try bytes.write(to: URL(fileURLWithPath: damaged))
            let rotated = try await scene.installation.run(rotate)
            #expect(rotated.exit == 1 && rotated.errors.contains("activation-feed-0-0.sealed"), "\(rotated)")
            let report = try rotated.json()
            #expect(report["oldKeyGone"] == true && report["files"] == 2, "\(report)")
        }
    }

    @Test func `wrong usage makes and changes nothing`() async throws {
        let installation = try await Installation()
        let without = try await installation.run("key", "rotate")
        #expect(without.exit == 64, "\(without)")
        let blank = try await installation.run("key", "rotate", "--reason", " ")
        #expect(blank.exit == 64, "\(blank)")
        let early = try await installation.run("key", "rotate", "--reason", "too early")
        #expect(early.exit == 78 && early.errors.contains("there is no ledger"), "\(early)")
        #expect(!FileManager.default.fileExists(atPath: installation.folder + "/var/dropline.sqlite"))
    }
}
