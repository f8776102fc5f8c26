public import Ledgers
public import Testing

/// One thing that every ledger must do.
public struct Check: Sendable, CustomStringConvertible, CustomTestStringConvertible {
    /// The promise, as a sentence.
    public let name: String
    private let body: @Sendable (Subject) async throws -> Void

    init(_ name: String, _ body: @escaping @Sendable (Subject) async throws -> Void) {
        self.name = name
        self.body = body
    }

    /// Checks a ledger; what fails is an issue of the running test.
    ///
    /// - Parameter open: opens a ledger that is empty at first; each call gives an owner of its own on the same ledger, as another process has it.
    /// - Throws: what a call of the ledger threw that should have succeeded.
    public func run(_ open: @escaping @Sendable () async throws -> any Ledger) async throws {
        try await body(Subject(ledger: open(), open: open))
    }

    /// The promise.
    public var description: String { name }
    /// The promise.
    public var testDescription: String { name }
}

/// All checks: `@Test(arguments: LedgerConformance.checks)`, each on an empty ledger of its own.
public let checks: [Check] =
    transactions + runs + pauses + passedOverFiles + rows + lineage + items + files + history + purges + claims

/// What a check works on.
struct Subject: Sendable {
    let ledger: any Ledger
    /// The same ledger again, as another process has it.
    let open: @Sendable () async throws -> any Ledger

    /// Adds a run; what the closure changes of the sample is kept.
    func addRun(_ change: @Sendable (inout Run) -> Void = { _ in }) async throws -> Run {
        var run = Run.sample()
        change(&run)
        return try await ledger.write { [run] ledger in
            var added = run
            added.id = try ledger.add(run)
            return added
        }
    }

    func put(_ rows: [Row], of run: Run) async throws {
        try await ledger.write { ledger in
            for row in rows { try ledger.put(row, of: run.id) }
        }
    }

    func lines(of run: Run, _ statuses: Set<RowStatus>? = nil, after line: Int = 0, limit: Int = 1000) async throws
        -> [Int]
    {
        try await ledger.read { try $0.rows(of: run.id, statuses: statuses, after: line, limit: limit).map(\.line) }
    }

    func runs(_ query: RunQuery) async throws -> [RunID] {
        try await ledger.read { try $0.runs(query).map(\.id) }
    }

    func item(_ key: ItemKey) async throws -> Item? { try await ledger.read { try $0.item(key) } }

    func setting(_ name: String) async throws -> [UInt8]? { try await ledger.read { try $0.setting(name) } }

    /// Expects a ledger's error of this code.
    func expect(
        _ code: LedgerError.Code,
        _ comment: Comment? = nil,
        at location: SourceLocation = #_sourceLocation,
        _ body: () async throws -> Void
    ) async {
        do {
            try await body()
            Issue.record(comment ?? "nothing was thrown, but \(code) was expected", sourceLocation: location)
        } catch let error as LedgerError {
            #expect(error.code == code, comment, sourceLocation: location)
        } catch {
            Issue.record(error, comment, sourceLocation: location)
        }
    }
}

/// An error that no ledger knows.
struct Refusal: Error, Equatable {}

extension Run {
    /// A run that was just taken.
    static func sample(_ pipeline: String = "gift-card-activation") -> Run {
        Run(
            pipeline: pipeline,
            shop: "main",
            source: RunSource(
                drop: "netsuite",
                path: "in/a.csv",
                name: "a.csv",
                size: 120,
                modified: 1_700_000_000_000_000_001
            ),
            stem: "a",
            digest: String(repeating: "ab", count: 32),
            nextStage: "activation-feed",
            createdAt: 1_700_000_000_000
        )
    }
}

extension ItemKey {
    /// The key of a card, told by one byte.
    static func card(_ byte: UInt8, shop: String = "example.myshopify.com") -> ItemKey {
        ItemKey(kind: .giftCard, shop: shop, hash: Array(repeating: byte, count: 16))
    }
}

/// Texts that come from outside and must come back as they were.
let oddTexts: [String] = [
    "", " ", "it's \"quoted\"; DROP TABLE runs; --", "tab\tline\nbreak\r\n", "日本語 🎁", "e\u{301}", "\u{E9}", "%_\\",
    "null", "12",
    "in/Tue Mar 10 2026 12:39:39 GMT-0700 (PDT)-GiftCardFulfillment.csv",
]
