import CommandSupport
import Foundation
import SeededRandom
import Testing

/// Damaged NetSuite files from end to end, several at once and a good one among them; `DROPLINE_FUZZ_SEED` adds a seed.
@Suite struct DamagedFileTests {
    static let seeds =
        [1] + (ProcessInfo.processInfo.environment["DROPLINE_FUZZ_SEED"].flatMap(UInt64.init).map { [$0] } ?? [])
    /// Each kind is in one group.
    static let groups = 0..<5

    @Test(arguments: seeds, groups)
    func `damaged files lose nothing, and stop no other file`(_ seed: UInt64, _ group: Int) async throws {
        var random = SplitMix64(seed: seed &* 31 &+ UInt64(group))
        let kinds = DamagedFile.allCases.enumerated().filter { $0.offset % Self.groups.count == group }.map(\.element)
        let damaged = kinds.enumerated().map { index, kind in
            let source = SourceFile(
                cards: 8,
                seed: Character(Unicode.Scalar(UInt8(ascii: "b") + UInt8(index))),
                time: "09:\(10 + index):00"
            )
            return Dropped(kind: kind, source: source, bytes: kind.bytes(of: source, &random))
        }
        try await withScene("damaged files, seed \(seed), group \(group)") { scene in
            try scene.installation.set("cut_grace", "0s")
            let good = SourceFile()
            for file in damaged { try scene.installation.drop(file.source.name, file.bytes) }
            try scene.drop(good)
            let sweeps = try await scene.sweep(atMost: 4)
            for sweep in sweeps { #expect([0, 1].contains(sweep.exit), "\(scene.name): \(sweep)") }

            let runs = try await scene.installation.runs()
            for file in damaged {
                let problems = try await Self.problems(of: file, in: scene, runs)
                #expect(problems.isEmpty, "\(scene.name), \(file.kind): \(problems.joined(separator: "; "))")
            }
            try await Self.expectOnce(damaged.map(\.source) + [good], in: scene)
            let balance = try Balance(try scene.installation.results(of: good.name))
            #expect(balance.statuses["activated"]?.rows == good.codes.count, "\(scene.name): \(balance)")

            let tree = try scene.installation.tree()
            let further = try await scene.installation.poll("--wait", "1s")
            let said = try further.json()
            #expect(further.exit == 0 && said["runs"].array?.isEmpty == true, "\(scene.name): \(further)")
            #expect(try scene.installation.tree() == tree, "\(scene.name): a further poll changed the drop")
        }
    }

    private struct Dropped: Sendable {
        let kind: DamagedFile
        let source: SourceFile
        let bytes: [UInt8]
    }

    /// What is amiss with a file's run, its rows, and the place where it lies.
    private static func problems(of file: Dropped, in scene: Scene, _ runs: [JSON]) async throws -> [String] {
        let installation = scene.installation
        var problems: [String] = []
        let own = runs.filter { $0["file"].string == file.source.name }
        guard own.count == 1, let run = own.first, let number = run["run"].int else {
            return ["it has \(own.count) runs"]
        }
        if !Scene.isFinal(run["state"].string ?? "?") { problems.append("its run is '\(run["state"])'") }

        let places = try installation.tree().filter { path in
            guard path.hasPrefix(Installation.inbox), path.contains(file.source.name) else { return false }
            return try Array(installation.read(path)) == file.bytes
        }
        if places.count != 1 { problems.append("it lies at \(places)") }
        let isQuarantined = places.first?.hasPrefix(Installation.inbox + "/error/") == true
        if isQuarantined != (run["state"].string == "quarantined") {
            problems.append("it is \(run["state"]) at \(places)")
        }

        let balance = try Balance(run)
        if !balance.isBalanced { problems.append("it doesn't balance: \(balance)") }
        if isQuarantined, run["reason"].string?.isEmpty != false { problems.append("there is no reason") }
        guard run["state"].string == "done" else { return problems }
        let lines = DamagedFile.lines(of: file.bytes).dropFirst().map { "\($0)" }
        if balance.total.rows != lines.count {
            problems.append("it has \(lines.count) rows, its run \(balance.total.rows)")
        }
        let results = try installation.results(of: file.source.name)
        if results.column("line") != lines { problems.append("its results have the lines \(results.column("line"))") }
        if try Balance(results) != balance { problems.append("its results and its run differ") }
        let shown = try await installation.run("show", "\(number)")
        let control = shown.output.unicodeScalars.first {
            $0 != "\n" && ($0.value < 0x20 || 0x7F...0x9F ~= $0.value || $0 == "\u{202E}")
        }
        if let control { problems.append("'show' prints the control character \(control.escaped(asASCII: true))") }
        return problems
    }

    /// No card twice, and as many and as much as the rows that are told to be activated.
    private static func expectOnce(_ sources: [SourceFile], in scene: Scene) async throws {
        let codes = try await scene.shop.cards().compactMap { $0["code"].string }
        #expect(Set(codes).count == codes.count, "\(scene.name): a code has two cards")
        var activated = Balance.Entry(rows: 0, hundredths: 0)
        for run in try await scene.installation.runs() {
            let entry = try Balance(run).statuses["activated"]
            activated.rows += entry?.rows ?? 0
            activated.hundredths += entry?.hundredths ?? 0
        }
        let worth = try await scene.shop.cards().reduce(0) { sum, card in
            sum + Int(((card["initialValue"].string.flatMap { Double($0) } ?? 0) * 100).rounded())
        }
        #expect(
            activated.rows == codes.count,
            "\(scene.name): \(activated.rows) rows are activated, \(codes.count) cards"
        )
        #expect(activated.hundredths == worth, "\(scene.name): rows of \(activated.hundredths), cards of \(worth)")
    }
}
