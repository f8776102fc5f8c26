import CommandSupport
import Foundation
import Testing

/// What fails in the same way again and again is tried ever more rarely, with its cause shown, and becomes a person's.
@Suite struct FruitlessTests {
    /// The sandbox's faults that are played here.
    static let kinds = ["upload-too-large"]

    private func poll(_ scene: Scene, clock: String = "+0s", _ arguments: String...) async throws -> CommandResult {
        let wait = arguments.isEmpty ? ["--wait", "20s"] : arguments
        return try await scene.installation.run(["poll"] + wait, environment: ["DROPLINE_CLOCK": clock])
    }

    private func run(_ scene: Scene) async throws -> JSON { try await scene.installation.runs()[0] }

    @Test
    func `an operation that always fails is sent ever more rarely, says why, and is a person's from the third time on`()
        async throws
    {
        try await withScene("operations that always fail") { scene in
            let installation = scene.installation
            try await scene.inject([Fault("operation-failed-no-data", 1_000, fraction: 0, text: "TIMEOUT")])
            try scene.drop(SourceFile())
            func operations() async throws -> Int { try await scene.shop.operations().count }

            // Three polls, one after another: it was sent nine times.
            for number in 1...3 {
                let sweep = try await poll(scene)
                #expect(sweep.exit == 0, "\(sweep)")
                #expect(sweep.output.contains("tried 2 times in vain (bulk operation DroplineGiftCards_"), "\(sweep)")
                #expect(sweep.output.contains("ended: failed, TIMEOUT); next try after 20"), "\(sweep)")
                if number == 1 { #expect(sweep.errors.contains("errorCode=TIMEOUT"), "\(sweep)") }
                #expect(try await operations() == 2)
            }
            let third = try await poll(scene, clock: "+2m")
            #expect(third.exit == 1, "\(third)")
            let attention = try await run(scene)["attention"].string ?? ""
            #expect(attention.contains("tried 3 times in vain"), "\(attention)")
            #expect(attention.contains("'dropline rerun 1 --from reconcile --reason TEXT'"), "\(attention)")
            #expect(try await operations() == 3)
            let told = try await poll(scene, clock: "+4m")
            #expect(told.exit == 1 && told.output.contains("tried 3 times in vain"), "\(told)")
            #expect(try await operations() == 3, "five minutes have not passed")
            // A day of polls, every quarter of an hour.
            for hours in stride(from: 1, through: 12, by: 1) { _ = try await poll(scene, clock: "+\(hours)h") }
            let sent = try await operations()
            #expect((10...16).contains(sent), "\(sent) operations in half a day")

            let shown = try await installation.run("show", "1")
            #expect(shown.output.contains("ended, failed, TIMEOUT, 0 of 12 lines"), "\(shown)")
            #expect(try await installation.show(1)["operations"][0]["errorCode"] == "TIMEOUT")
            let reasons = try installation.results(of: SourceFile().name).column("reason")
            #expect(reasons.contains { $0.contains("its bulk operation ended: failed, TIMEOUT") }, "\(reasons)")

            // A person who has it fixed need not wait.
            try await scene.shop.clearFaults()
            let rerun = try await installation.run(
                ["rerun", "1", "--from", "reconcile", "--reason", "fixed"],
                environment: ["DROPLINE_CLOCK": "+12h"]
            )
            #expect(rerun.exit == 1, "\(rerun)")
            #expect(try await operations() == sent + 1)
            let balance = try await installation.balance(1)
            #expect(balance.isBalanced && balance.statuses["activated"]?.rows == 12, "\(balance)")
            let last = try await run(scene)
            #expect(last["state"] == "done" && last["attention"] == "2 invalid", "\(last)")
        }
    }

    @Test func `rows that are never answered are a person's after unknown_after, and not sent any more`() async throws {
        try await withScene("rows that are never answered") { scene in
            try await scene.inject([Fault("missing-unexecuted", 1_000, lines: 12)])
            try scene.drop(SourceFile(bad: false))
            for clock in ["+0s", "+2m", "+10m"] { _ = try await poll(scene, clock: clock) }
            #expect(try await scene.shop.operations().count == 4)
            let last = try await poll(scene, clock: "+25h")
            #expect(last.exit == 1, "\(last)")
            #expect(try await run(scene)["state"] == "done")
            #expect(try await scene.shop.operations().count == 4)
            #expect(try await run(scene)["attention"] == "12 unknown")
        }
    }

    @Test func `a denied operation stops the run at once, names the scope, and is tried again ever more rarely`()
        async throws
    {
        try await withScene("ACCESS_DENIED") { scene in
            try await scene.inject([Fault("operation-failed-no-data", 1_000, fraction: 0, text: "ACCESS_DENIED")])
            try scene.drop(SourceFile())
            let first = try await poll(scene)
            #expect(first.exit == 69, "\(first)")
            for words in ["ACCESS_DENIED", "'write_gift_cards'"] {
                #expect(first.output.contains(words) && first.errors.contains(words), "\(words): \(first)")
            }
            #expect(try await run(scene)["state"] == "stopped")
            #expect(try await scene.shop.operations().count == 1, "it stops at once")
            for clock in ["+0s", "+0s", "+30s"] {
                let again = try await poll(scene, clock: clock)
                #expect(again.exit == 69 && again.output.contains("'write_gift_cards'"), "\(again)")
                #expect(try await run(scene)["state"] == "stopped")
            }
            #expect(try await scene.shop.operations().count == 2)
            try await scene.shop.clearFaults()
            let granted = try await poll(scene, clock: "+2m")
            #expect(granted.exit == 1, "\(granted)")
            let balance = try await scene.installation.balance(1)
            #expect(balance.statuses["activated"]?.rows == 12, "\(balance)")
        }
    }

    @Test func `a rerun after a denial tries at once`() async throws {
        try await withScene("a scope that was granted") { scene in
            try await scene.inject([Fault("operation-failed-no-data", 2, fraction: 0, text: "ACCESS_DENIED")])
            try scene.drop(SourceFile())
            for _ in 1...3 { #expect(try await poll(scene).exit == 69) }
            let rerun = try await scene.installation.run("rerun", "1", "--from", "reconcile", "--reason", "granted")
            #expect(rerun.exit == 1, "\(rerun)")
            #expect(try await run(scene)["state"] == "done")
        }
    }

    @Test func `a part that is too large for the store stops the run, names part_size, and smaller parts go`()
        async throws
    {
        try await withScene("EntityTooLarge") { scene in
            let installation = scene.installation
            try await scene.inject([Fault("upload-too-large", 1_000)])
            try scene.drop(SourceFile())
            var uploads: [Int] = []
            for _ in 1...4 {
                let sweep = try await poll(scene)
                #expect(sweep.exit == 69 && sweep.output.contains("'part_size'"), "\(sweep)")
                #expect(sweep.output.contains("EntityTooLarge"), "\(sweep)")
                #expect(try await run(scene)["state"] == "stopped")
                uploads.append(try await scene.shop.state()["uploads"].int ?? 0)
            }
            expectSame(uploads, [1, 2, 2, 2], "it was uploaded again and again")
            try await scene.shop.clearFaults()
            try installation.set("bulk-file", "{ part_size: 1KB }")
            let rerun = try await installation.run("rerun", "1", "--from", "bulk-file", "--reason", "smaller parts")
            #expect(rerun.exit == 1, "\(rerun)")
            let balance = try await installation.balance(1)
            #expect(balance.statuses["activated"]?.rows == 12, "\(balance)")
            #expect(try await scene.shop.operations().count > 1)
        }
    }

    /// What the shop would not do for an operation, and how often it is asked to.
    struct Refusal: Sendable, CustomTestStringConvertible {
        var fault: Fault
        var testDescription: String { fault.description }
    }

    @Test(arguments: [
        Refusal(fault: Fault("no-such-file", 1_000)), Refusal(fault: Fault("upload-5xx", 1_000)),
        Refusal(fault: Fault("result-interrupted", 1_000)),
    ])
    func
        `what the shop will not do for an operation is tried ever more rarely too, and is a person's after three times`(
            _ refusal: Refusal
        ) async throws
    {
        try await withScene(refusal.testDescription) { scene in
            try await scene.inject([refusal.fault, .counter(version: "2026-07")])
            try scene.drop(SourceFile())
            func tries() async throws -> Int {
                let left = try await scene.shop.faults().first { $0["kind"].string == refusal.fault.kind }
                return 1_000 - (left?["count"].int ?? 0)
            }
            var sweeps: [CommandResult] = []
            for _ in 1...3 { sweeps.append(try await poll(scene)) }
            #expect(try await tries() == 2, "\(sweeps)")
            #expect(sweeps.allSatisfy { [0, 69].contains($0.exit) && $0.output.contains("tried 2 times in vain") })
            sweeps.append(try await poll(scene, clock: "+2m"))
            #expect(try await tries() == 3)
            sweeps.append(try await poll(scene, clock: "+3m"))
            #expect(sweeps[4].exit == 1 && sweeps[4].output.contains("tried 3 times in vain"), "\(sweeps[4])")
            #expect(sweeps[4].output.contains("rerun 1 --from bulk-import"), "\(sweeps[4])")
            #expect(try await tries() == 3)
            try await scene.shop.clearFaults()
            try await scene.inject([.counter(version: "2026-07")])
            let done = try await poll(scene, clock: "+10m")
            #expect(done.exit == 1, "\(done)")
            try await Invariants.expect(scene, sweeps: sweeps + [done])
        }
    }

    @Test func `an operation that runs out of time has what it did taken over, and only the rest is sent again`()
        async throws
    {
        try await withScene("TIMEOUT") { scene in
            try await scene.inject([Fault("operation-timeout"), .counter(version: "2026-07")])
            try scene.drop(SourceFile())
            let sweep = try await poll(scene)
            #expect(sweep.exit == 1, "\(sweep)")
            let operations = try await scene.shop.operations()
            expectSame(operations.map { $0["objectCount"].int }, [6, 6])
            expectSame(operations.map { $0["errorCode"].string }, ["TIMEOUT", nil])
            try await Invariants.expect(scene, sweeps: [sweep])
        }
    }
}
