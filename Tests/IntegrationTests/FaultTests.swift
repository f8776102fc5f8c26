import CommandSupport
import Foundation
import Testing

/// Every fault that the sandbox can play, one at a time: each good card is made once, and the outputs are those of a run without faults.
@Suite struct FaultTests {
    /// A fault, what makes its place be reached, and how the sweeps are to end.
    struct Case: Sendable, CustomTestStringConvertible {
        /// The fault under test.
        var fault: Fault
        /// Faults that bring the run to where this one strikes.
        var before: [Fault] = []
        /// How the sweeps end; `nil`: after a few with 69 (not reached), 0 (it waits) or 1 (it failed three times in a row), with 1 for the two bad rows.
        var exits: [Int]?
        /// What the first sweep says on standard error.
        var says: String?
        /// How many codes may be sent once more, and be refused as taken.
        var repeats = 0...0
        /// Whether the fault is used up when the run ends.
        var isUsedUp = true

        var testDescription: String {
            before.isEmpty ? "\(fault)" : "\(fault), with \(before.map(\.description).joined(separator: ", "))"
        }
    }

    static let bulk = "bulkOperationRunMutation"

    /// Calls that fail at their first place, the shop's profile, once and three times.
    static let calls = [
        "throttled", "http-429", "http-502", "http-503", "http-504", "internal-error", "internal-error-committed",
        "lost-request", "lost-answer",
    ].flatMap { kind in [1, 3].map { Case(fault: Fault(kind, $0)) } }

    /// What stops the run until a person fixes it: told by 69 or 78, and nothing is sent.
    static let stops = [1, 3].flatMap { count in
        [
            Case(
                fault: Fault("token-revoked", count),
                exits: Array(repeating: 69, count: count) + [1],
                says: "Shopify does not know the access token"
            ),
            Case(
                fault: Fault("access-denied", count),
                exits: Array(repeating: 69, count: count) + [1],
                says: "Give the app the scope and install it again"
            ),
            Case(
                fault: Fault("fall-forward", count),
                exits: Array(repeating: 78, count: count) + [1],
                says: "asked for 2026-07, answered with 2026-01"
            ),
            Case(
                fault: Fault("wrong-currency", count),
                exits: Array(repeating: 78, count: count) + [1],
                says: "the shop's is CAD, the configured one USD"
            ),
            Case(
                fault: Fault("http-402", count),
                exits: closed(count),
                says: "Unavailable Shop). The shop's owner must pay"
            ),
            Case(
                fault: Fault("http-403", count),
                exits: closed(count),
                says: "Unavailable Shop). The shop's owner must open"
            ),
            Case(fault: Fault("http-404", count), exits: closed(count), says: "Not Found). Correct the shop's url"),
            Case(fault: Fault("http-423", count), exits: closed(count), says: "Locked). It is tried again every hour"),
            Case(
                fault: Fault("no-gift-cards", count),
                exits: closed(count),
                says:
                    "the shop shows this app no gift cards (status 200; Field 'giftCardConfiguration' doesn't exist on type 'QueryRoot'"
            ),
        ]
    }

    private static func closed(_ count: Int) -> [Int] { Array(repeating: 69, count: count) + [1] }

    /// Uploads, the start of an operation, the operation, its result.
    static let operations: [Case] =
        [
            "upload-lost-answer", "upload-lost-request", "upload-5xx", "no-such-file", "result-5xx",
            "result-interrupted",
            "result-expired", "packed-answer",
        ]
        .flatMap { kind in [1, 3].map { Case(fault: Fault(kind, $0)) } }
        + ["in-progress", "limit-reached"].flatMap { kind in [1, 2].map { Case(fault: Fault(kind, $0)) } }
        + [
            "operation-failed", "operation-failed-no-data", "operation-canceled", "operation-expired",
            "operation-timeout", "missing-unexecuted",
        ].flatMap { kind in [1, 3].map { Case(fault: Fault(kind, $0)) } }
        + [
            Case(fault: Fault("hang", 2, seconds: 1)), Case(fault: Fault("operation-slow", seconds: 1)),
            Case(fault: Fault("missing-lines")), Case(fault: Fault("missing-lines", lines: 12)),
            Case(fault: Fault("missing-unexecuted", lines: 12)), Case(fault: Fault("doubled-lines")),
            Case(fault: Fault("doubled-lines", lines: 12)), Case(fault: Fault("truncated-result")),
            Case(fault: Fault("shuffled-lines")),
            Case(fault: Fault("shuffled-lines"), before: [Fault("operation-failed")]),
            Case(fault: Fault("result-gone")), Case(fault: Fault("result-packed")),
            Case(fault: Fault("bulk-not-allowed")),
            Case(fault: Fault("search-fuzzy", 24), before: [Fault("missing-lines", lines: 6)], isUsedUp: false),
            // Cards that were made but cannot be found yet are sent again, and the shop refuses their codes as taken.
            Case(
                fault: Fault("search-lag", 3),
                before: [Fault("missing-lines", lines: 3)],
                repeats: 3...3,
                isUsedUp: false
            ),
        ]

    /// Calls that fail where much hangs on them: the start of the operation, the look for it, the look-up of cards, single calls.
    static let places: [Case] = {
        let carriedOut = ["http-504", "internal-error-committed", "lost-answer"]
        let untouched = ["throttled", "http-429", "lost-request"]
        var cases: [Case] = []
        for kind in carriedOut + untouched { cases.append(Case(fault: Fault(kind, root: bulk))) }
        for kind in ["lost-answer", "http-502"] {
            cases.append(Case(fault: Fault(kind, 2, root: "stagedUploadsCreate")))
            cases.append(Case(fault: Fault(kind, 2, root: "bulkOperation")))
            cases.append(
                Case(fault: Fault(kind, 2, root: "bulkOperations"), before: [Fault("lost-answer", root: bulk)])
            )
            cases.append(Case(fault: Fault(kind, 2, root: "giftCards"), before: [Fault("operation-failed-no-data")]))
        }
        for kind in carriedOut + untouched + ["internal-error"] {
            cases.append(
                Case(fault: Fault(kind, 2, skip: 3, root: "giftCardCreate"), before: [Fault("bulk-not-allowed")])
            )
        }
        for root in ["stagedUploadsCreate", bulk, "bulkOperation"] {
            cases.append(Case(fault: Fault("token-revoked", root: root), exits: [69, 1], says: "access token"))
        }
        cases.append(
            Case(
                fault: Fault("token-revoked", skip: 3, root: "giftCardCreate"),
                before: [Fault("bulk-not-allowed")],
                exits: [69, 1],
                says: "access token"
            )
        )
        return cases
    }()

    @Test(arguments: calls + stops + operations + places)
    func `a fault changes nothing but the way`(_ fault: Case) async throws {
        try await withScene(fault.testDescription) { scene in
            let source = SourceFile()
            try await scene.inject(fault.before + [fault.fault, .counter(version: "2026-07")])
            try scene.drop(source)
            var sweeps: [CommandResult] = []
            while sweeps.count < fault.exits?.count ?? 6 {
                if !sweeps.isEmpty, try await !scene.isOpen() { break }
                // What fails several times in a row is tried again after minutes.
                let clock = fault.exits == nil ? ["DROPLINE_CLOCK": "+\(sweeps.count * 10)m"] : [:]
                let sweep = try await scene.installation.poll("--wait", "30s", environment: clock)
                sweeps.append(sweep)
                guard fault.exits != nil, sweep.exit > 1 else { continue }
                let operations = try await scene.shop.operations().count
                let isAfterTheStart = fault.fault.root == "bulkOperation" || !fault.before.isEmpty
                #expect(operations == 0 || isAfterTheStart, "\(scene.name): \(operations) operations were started")
            }
            let exits = sweeps.map(\.exit)
            let areAsExpected =
                fault.exits.map { $0 == exits }
                ?? (exits.last == 1 && exits.dropLast().allSatisfy { [0, 1, 69].contains($0) })
            #expect(areAsExpected, "\(scene.name): exit codes \(exits), expected \(fault.exits ?? [1]); \(sweeps)")
            if let says = fault.says {
                let said = sweeps[0].errors
                #expect(said.contains(says), "\(scene.name): '\(says)' is not in\n\(said)")
            }
            let left = try await scene.shop.faults().filter {
                $0["kind"].string == fault.fault.kind && $0["text"] == .null
            }
            #expect(left.isEmpty || !fault.isUsedUp, "\(scene.name): the fault was not played to its end: \(left)")
            try await Invariants.expect(scene, repeats: fault.repeats, sweeps: sweeps)
        }
    }

    @Test func `every fault of the sandbox is covered`() async throws {
        let help = try await dropline(["sandbox", "--help"]).output
        let kinds = Set(
            help.matches(of: /(?m)^  ([a-z0-9-]+): The next|(?m)^  ([a-z0-9-]+): [A-Z]/).compactMap { match in
                (match.output.1 ?? match.output.2).map(String.init)
            }
        )
        let covered = Set(
            (Self.calls + Self.stops + Self.operations + Self.places).map(\.fault.kind) + Self.wrongCards.map(\.kind)
                + [
                    "code-taken", "code-quoted", "shop-not-permitted",
                ]
        )
        .union(CancelTests.kinds + FruitlessTests.kinds)
        #expect(kinds.count > 30, "the help of 'dropline sandbox' does not list the faults: \(help)")
        expectSame(covered.sorted(), kinds.sorted(), "the faults that the cases cover, and those of the sandbox")
    }

    /// What makes a card another one than it was asked for, and how often its code may be sent once more.
    static let wrongCards = [
        (kind: "other-value", repeats: 0), (kind: "other-currency", repeats: 0),
        (kind: "other-last-characters", repeats: 0),
        // That the code is taken proves that the card with the foreign marker has it.
        (kind: "foreign-marker", repeats: 1),
    ]

    @Test(arguments: wrongCards, [[], [Fault("bulk-not-allowed")]])
    func `a card that the shop makes otherwise than asked for is a conflict, and no other row is one`(
        _ wrong: (kind: String, repeats: Int),
        _ before: [Fault]
    ) async throws {
        try await withScene("\(wrong.kind), \(before.isEmpty ? "bulk" : "single calls")") { scene in
            let source = SourceFile()
            try await scene.inject(before + [Fault(wrong.kind), .counter(version: "2026-07")])
            try scene.drop(source)
            let sweeps = try await scene.sweep()
            #expect(sweeps.map(\.exit) == [1], "\(scene.name): \(sweeps)")
            let balance = try await scene.installation.balance(1)
            #expect(balance.isBalanced, "\(scene.name): \(balance)")
            #expect(balance.statuses["conflict"]?.rows == 1, "\(scene.name): \(balance)")
            #expect(balance.statuses["activated"]?.rows == 11, "\(scene.name): \(balance)")
            let (cards, executions) = (try await scene.shop.cards(), try await scene.executions())
            #expect(cards.count == 12, "\(scene.name): \(cards)")
            #expect(executions == 12 + wrong.repeats, "\(scene.name): giftCardCreate was executed \(executions) times")
            let left = try await scene.shop.faults().filter { $0["kind"].string == wrong.kind }
            #expect(left.isEmpty, "\(scene.name): the fault was not played to its end: \(left)")
            // Nothing is left to be done, and nothing is done again.
            let again = try await scene.installation.poll("--wait", "30s")
            #expect(again.exit == 0, "\(scene.name): \(again)")
            #expect(try await scene.shop.cards().count == 12, "\(scene.name)")
        }
    }

    @Test(arguments: [1, 3])
    func `a code that is taken with no card behind it stays unknown, and its run waits`(_ count: Int) async throws {
        try await withScene("code-taken:\(count)") { scene in
            let source = SourceFile()
            try await scene.inject([Fault("code-taken", count)])
            try scene.drop(source)
            for sweep in 1...3 {
                let poll = try await scene.installation.poll("--wait", "30s")
                #expect(poll.exit == 0, "\(scene.name), sweep \(sweep): \(poll)")
                let runs = try await scene.installation.runs()
                #expect(runs.map { $0["state"].string } == ["waiting"], "\(scene.name), sweep \(sweep): \(runs)")
                let balance = try await scene.installation.balance(1)
                #expect(balance.isBalanced, "\(scene.name), sweep \(sweep): \(balance)")
                #expect(balance.statuses["unknown"]?.rows == count, "\(scene.name), sweep \(sweep): \(balance)")
                #expect(balance.statuses["activated"]?.rows == 12 - count, "\(scene.name), sweep \(sweep): \(balance)")
            }
            let executions = try await scene.executions()
            #expect(
                executions == 12,
                "\(scene.name): a taken code was sent again; giftCardCreate was executed \(executions) times"
            )
            #expect(
                try scene.installation.inbox() == [source.name],
                "\(scene.name): the source of a waiting run was put away"
            )
            let results = try scene.installation.results(of: source.name)
            let unknown = results.rows.filter { $0["status"] == "unknown" }
            #expect(unknown.count == count, "\(scene.name): the results say \(results.rows)")
        }
    }

    @Test(arguments: ["2026-01", "2026-04", "2026-07"])
    func `every API version makes every card, also after a lost answer and by single calls`(_ version: String)
        async throws
    {
        let ways: [(String, [Fault])] = [
            ("bulk", [Fault("lost-answer", root: Self.bulk)]),
            ("single calls", [Fault("bulk-not-allowed"), Fault("lost-answer", skip: 1, root: "giftCardCreate")]),
        ]
        for (way, faults) in ways {
            try await withScene("API \(version), \(way)", version: version) { scene in
                try await scene.inject(faults + [.counter(version: version)])
                try scene.drop(SourceFile())
                let sweeps = try await scene.sweep()
                #expect(sweeps.map(\.exit) == [1], "\(scene.name): \(sweeps)")
                try await Invariants.expect(scene, version: version, sweeps: sweeps)
            }
        }
    }

    @Test func `a granted token that runs out in the middle is renewed`() async throws {
        try await withScene("a token of 24 hours", operationSeconds: "3") { scene in
            let installation = scene.installation
            try installation.edit(installation.configuration) { text in
                text = text.replacing(
                    "token: file:secrets/shopify-token",
                    with: "client_id: sandbox-client\n    client_secret: file:secrets/client-secret"
                )
            }
            let secret = installation.folder + "/secrets/client-secret"
            try "sandbox-secret\n".write(toFile: secret, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret)
            try await scene.inject([.counter(version: "2026-07")])
            try scene.drop(SourceFile())
            let arguments = ["poll", "--json", "--wait", "40s", "--config", installation.configuration]
            let (_, poll) = try await withDropline(arguments) { _ in
                try await scene.shop.wait(until: "an operation runs") { try await !$0.operations().isEmpty }
                try await scene.shop.advanceClock(seconds: 90_000)
            }
            #expect(poll.exit == 1, "\(scene.name): \(poll)")
            let clock = try await scene.shop.state()["now"].string ?? ""
            #expect(!clock.isEmpty)
            try await Invariants.expect(scene, sweeps: [poll])
        }
    }

    @Test func `five operations of others leave a run waiting until one of them ends`() async throws {
        try await withScene("five slots taken", operationSeconds: "15") { scene in
            // Five real operations of other installations of the same app.
            let others = "abcde".map { SourceFile(cards: 2, seed: $0, bad: false, time: "08:00:00") }
            let busy = try await Self.installations(5, scene.shop)
            for (installation, source) in zip(busy, others) { try installation.drop(source.name, source.text) }
            for installation in busy {
                let poll = try await installation.poll("--wait", "0s")
                #expect(poll.exit == 0, "\(scene.name), the others: \(poll)")
            }
            let source = SourceFile(cards: 4, seed: "z")
            try scene.drop(source)
            let first = try await scene.installation.poll("--wait", "0s")
            #expect(first.exit == 0, "\(scene.name): \(first)")
            let runs = try await scene.installation.runs()
            #expect(runs.map { $0["state"].string } == ["waiting"], "\(scene.name): \(runs)")
            #expect(runs.first?["reason"].string?.contains("5 other bulk operations") == true, "\(scene.name): \(runs)")
            let second = try await scene.installation.poll("--wait", "40s")
            #expect(second.exit == 1, "\(scene.name): \(second)")
            let balance = try await scene.installation.balance(1)
            #expect(balance.statuses["activated"]?.rows == 4, "\(scene.name): \(balance)")
            for installation in busy { _ = try await installation.poll("--wait", "20s") }
            let codes = try await scene.shop.codes()
            expectSame(codes, (others + [source]).flatMap(\.codes).sorted(), scene.name)
        }
    }

    private static func installations(_ count: Int, _ shop: SandboxShop) async throws -> [Installation] {
        var made: [Installation] = []
        for _ in 0..<count { made.append(try await Installation(shop)) }
        return made
    }

    // A search that also finds cards with the same last four characters is no proof that a code is taken.
    @Test func `a card with the same last four characters is not taken for the one looked for`() async throws {
        try await withScene("search-fuzzy, the same last four characters") { scene in
            let codes = (1...6).map { "gd\($0)abcd9999" }
            let source = SourceFile(codes: codes, value: 10, time: "10:00:00")
            try await scene.inject([Fault("missing-unexecuted", lines: 2), Fault("search-fuzzy", 100)])
            try scene.drop(source)
            let sweeps = try await scene.sweep(atMost: 3)
            try await Invariants.expect(scene, [source], comparesOutputs: false, sweeps: sweeps)
            let statuses = try scene.installation.results(of: source.name).column("status")
            expectSame(statuses, Array(repeating: "activated", count: 6), scene.name)
        }
    }

    // What meets every card alike is no answer about one of them.
    @Test func `a missing scope stops single calls and refuses no card`() async throws {
        try await withScene("access-denied at giftCardCreate") { scene in
            try await scene.inject([
                Fault("bulk-not-allowed"), Fault("access-denied", skip: 3, root: "giftCardCreate"),
                .counter(version: "2026-07"),
            ])
            try scene.drop(SourceFile())
            let sweeps = try await scene.sweep(atMost: 2)
            #expect(sweeps.map(\.exit) == [69, 1], "\(scene.name): exit codes; \(sweeps)")
            // The call that was denied counts as executed in the sandbox.
            try await Invariants.expect(scene, repeats: 0...1, sweeps: sweeps)
        }
    }

    @Test func `what a version without our fields refused is activated when it is dropped again`() async throws {
        try await withScene("fall-forward at the start of the operation") { scene in
            try await scene.inject([Fault("fall-forward", root: Self.bulk)])
            let source = SourceFile()
            try scene.drop(source)
            let first = try await scene.sweep(atMost: 2)
            let cards = try await scene.shop.codes()
            #expect(cards.isEmpty, "\(scene.name): cards were made by another version: \(cards)")
            if try await scene.installation.balance(1).statuses["refused"]?.rows == 12 { try scene.drop(source) }
            let sweeps = first + (try await scene.sweep(atMost: 3))
            let made = try await scene.shop.codes()
            #expect(made == source.codes.sorted(), "\(scene.name): \(made); \(sweeps)")
        }
    }
}
