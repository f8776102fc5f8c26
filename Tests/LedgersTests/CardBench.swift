import Ledgers

/// Runs on a real ledger whose rows take, submit and settle cards.
struct CardBench: Sendable {
    let folder: LedgerFolder
    let ledger: any Ledger
    /// Runs of several files, all open.
    let runs: [Run]

    init(runs count: Int = 3) async throws {
        folder = try LedgerFolder()
        ledger = try folder.open()
        var runs: [Run] = []
        for number in 1...count {
            var run = Run(
                pipeline: "p",
                shop: "main",
                source: RunSource(drop: "d", path: "\(number).csv", name: "\(number).csv", size: 1, modified: 1),
                stem: "\(number)",
                digest: "\(number)",
                nextStage: nil,
                createdAt: 1
            )
            run.id = try await ledger.write { [run] in try $0.add(run) }
            runs.append(run)
        }
        self.runs = runs
    }

    /// The key of a card, told by one byte.
    static func key(_ card: UInt8) -> ItemKey {
        ItemKey(kind: .giftCard, shop: "example.myshopify.com", hash: Array(repeating: card, count: 16))
    }

    /// Adds a row that was read and is good.
    func add(_ line: Int, of run: Run, card: UInt8 = 1, value: Int64? = 2550) async throws {
        let row = Row(line: line, status: .planned, key: Self.key(card).hash, value: value, masked: "…x3w6")
        try await ledger.write { try $0.put(row, of: run.id) }
    }

    /// Takes the row's card; a value that is given corrects the row's own first.
    @discardableResult
    func take(_ line: Int, of run: Run, value: Int64? = nil, now: Int64 = 1000) async throws -> Row {
        try await change(line, of: run) { row, key, ledger in
            if let value { row.value = value }
            try ledger.take(&row, of: run, key: key, now: now)
        }
    }

    @discardableResult
    func submit(_ line: Int, of run: Run, now: Int64 = 2000) async throws -> Row {
        try await change(line, of: run) { row, key, ledger in
            try ledger.submit(&row, of: run.id, key: key, now: now)
        }
    }

    @discardableResult
    func settle(_ line: Int, of run: Run, as outcome: CardOutcome, now: Int64 = 3000) async throws -> Row {
        try await change(line, of: run) { row, key, ledger in
            try ledger.settle(&row, of: run.id, key: key, as: outcome, now: now)
        }
    }

    /// Gives the row's card back; a row that held one is invalid then.
    @discardableResult
    func free(_ line: Int, of run: Run, now: Int64 = 4000) async throws -> Row {
        try await change(line, of: run) { row, key, ledger in
            let before = try ledger.item(key)
            try ledger.free(row, of: run.id, key: key, now: now)
            if try ledger.item(key) != before { row.status = .invalid }
        }
    }

    /// Refuses the row for a person.
    @discardableResult
    func refuse(_ line: Int, of run: Run, now: Int64 = 4500) async throws -> Row {
        try await change(line, of: run) { row, key, ledger in
            try ledger.refuse(&row, of: run.id, key: key, because: "refused by ann: no", now: now)
        }
    }

    @discardableResult
    func putInFeed(_ line: Int, of run: Run, now: Int64 = 5000) async throws -> Row {
        try await change(line, of: run) { row, key, ledger in
            try ledger.putInFeed(&row, of: run.id, attempt: run.attempt, key: key, now: now)
        }
    }

    /// Brings the feed of a run's attempt so far on its way to a drop.
    func deliver(_ state: DeliveryState, of run: Run, attempt: Int? = nil, _ kind: ArtifactKind = .activationFeed)
        async throws
    {
        let delivery = Delivery(
            run: run.id,
            kind: kind,
            attempt: attempt ?? run.attempt,
            part: 0,
            drop: "d",
            path: "feeds/\(run.stem).json",
            stagedName: "s",
            digest: "",
            state: state,
            updatedAt: 6000
        )
        try await ledger.write { try $0.put(delivery) }
    }

    /// Adds a row and brings its card into a state.
    func hold(_ line: Int, of run: Run, card: UInt8 = 1, value: Int64 = 2550, as state: ItemState) async throws {
        try await add(line, of: run, card: card, value: value)
        try await take(line, of: run)
        if state == .planned { return }
        if state == .inFeed { return _ = try await putInFeed(line, of: run) }
        try await submit(line, of: run)
        switch state {
        case .planned, .submitted, .inFeed: break
        case .active: try await settle(line, of: run, as: .active(cardID: "gid-1"))
        case .refused: try await settle(line, of: run, as: .refused("no"))
        case .unknown: try await settle(line, of: run, as: .unknown(.unanswered, "no answer"))
        case .conflict: try await settle(line, of: run, as: .contradicted(cardID: "gid-1", "another value"))
        }
    }

    func row(_ line: Int, of run: Run) async throws -> Row? {
        try await ledger.read { try $0.row(of: run.id, line: line) }
    }

    func item(_ card: UInt8 = 1) async throws -> Item? { try await ledger.read { try $0.item(Self.key(card)) } }

    /// All that stands of a card and the rows, to see that nothing changed.
    func everything() async throws -> Everything {
        try await ledger.read { [runs] ledger in
            Everything(
                items: try (0...8).compactMap { try ledger.item(Self.key($0)) },
                rows: try runs.map { try ledger.rows(of: $0.id, statuses: nil, after: 0, limit: 1000) }
            )
        }
    }

    struct Everything: Equatable {
        var items: [Item]
        var rows: [[Row]]
    }

    private func change(
        _ line: Int,
        of run: Run,
        _ body: @escaping @Sendable (inout Row, ItemKey, any LedgerWriter) throws -> Void
    ) async throws -> Row {
        try await ledger.write { ledger in
            guard var row = try ledger.row(of: run.id, line: line), let hash = row.key else {
                throw LedgerError(.inconsistent, "the test has no row of line \(line)")
            }
            try body(&row, ItemKey(kind: .giftCard, shop: "example.myshopify.com", hash: hash), ledger)
            try ledger.put(row, of: run.id)
            return row
        }
    }
}
