import Foundation

/// Everything the shop knows.
///
/// It belongs to the actor `Shop` alone.
final class Store {
    let configuration: SandboxConfiguration
    let issueLimit: Amount
    let files: FileStore
    private let journal: Journal?

    private(set) var cards: [Int: GiftCardRecord] = [:]
    private(set) var cardNumbers: [Int] = []
    private(set) var numbersByCode: [String: Int] = [:]
    private(set) var operations: [Int: BulkOperationRecord] = [:]
    private(set) var uploads: [String: StagedUpload] = [:]
    private(set) var tokens: [String: Date] = [:]
    var faults = FaultBoard()
    var bucket: CostBucket
    private(set) var random: SplitMix
    private(set) var clockOffset: TimeInterval = 0
    private var changes: [JSON] = []

    init(_ configuration: SandboxConfiguration) throws {
        guard let limit = Amount(configuration.issueLimit), limit > .zero else {
            throw SandboxError(.badConfiguration, "the issue limit '\(configuration.issueLimit)' is no amount")
        }
        guard ServedTypes.currencies.contains(configuration.currency) else {
            throw SandboxError(.badConfiguration, "'\(configuration.currency)' is no currency")
        }
        self.configuration = configuration
        issueLimit = limit
        bucket = CostBucket(maximum: configuration.maximumAvailable, restoreRate: configuration.restoreRate)
        random = SplitMix(seed: configuration.seed)
        let folder = configuration.statePath.map { URL(fileURLWithPath: $0 + ".files") }
        files = FileStore(
            folder: folder
                ?? FileManager.default.temporaryDirectory
                .appendingPathComponent("shopify-sandbox-\(UUID().uuidString)")
        )
        journal = configuration.statePath.map(Journal.init)
        try restore()
        for fault in configuration.faults { add(fault) }
    }

    /// The shop's own number in addresses and ids.
    var shopNumber: Int { 92_891_250_994 }

    /// The shop's time: the real one, and what was added to it by `advanceClock`.
    var now: Date { Date() + clockOffset }

    var nextCardNumber: Int { (cardNumbers.last ?? 650_000_000_000) + 1 }

    var operationNumbers: [Int] { operations.keys.sorted() }

    func card(code: String) -> GiftCardRecord? { numbersByCode[code].flatMap { cards[$0] } }

    func advanceClock(by seconds: TimeInterval) {
        clockOffset += seconds
        note("clock", .number(String(clockOffset)))
    }

    func keep(_ card: GiftCardRecord) {
        apply(card)
        note("card", card.json)
    }

    func keep(_ operation: BulkOperationRecord) {
        operations[operation.number] = operation
        note("operation", operation.json)
    }

    func keep(_ upload: StagedUpload) {
        uploads[upload.key] = upload
        note("upload", upload.json)
    }

    func keep(token: String, until expiry: Date) {
        tokens[token] = expiry
        note("token", ["token": .string(token), "until": .date(expiry)])
    }

    func add(_ fault: SandboxFault) {
        faults.add(fault, firstCard: nextCardNumber)
    }

    /// Made-up text.
    ///
    /// The generator's state is kept, so that a restarted shop does not repeat itself.
    func makeUp(_ make: (inout SplitMix) -> String) -> String {
        defer { note("random", .number(String(random.state))) }
        return make(&random)
    }

    private func note(_ kind: String, _ value: @autoclosure () -> JSON) {
        if journal != nil { changes.append(.object([kind: value()])) }
    }

    /// Writes what changed since the last call as one line: it survives whole or not at all.
    func save() throws {
        guard let journal else { return }
        if faults.takeChange() { note("faults", faults.json) }
        guard !changes.isEmpty else { return }
        defer { changes = [] }
        try journal.append(.array(changes))
    }

    private func apply(_ card: GiftCardRecord) {
        if cards.updateValue(card, forKey: card.number) == nil { cardNumbers.append(card.number) }
        numbersByCode[card.code] = card.number
    }

    private func restore() throws {
        guard let journal else { return }
        for line in try journal.read() {
            for change in line.array ?? [] {
                for member in change.object?.members ?? [] { apply(member) }
            }
        }
        cardNumbers.sort()
        var state: [JSON] = []
        state.append(.object(["random": .number(String(random.state)), "clock": .number(String(clockOffset))]))
        state += cardNumbers.compactMap { cards[$0] }.map { .object(["card": $0.json]) }
        state += operationNumbers.compactMap { operations[$0] }.map { .object(["operation": $0.json]) }
        state += uploads.values.map { .object(["upload": $0.json]) }
        state += tokens.map { .object(["token": ["token": .string($0.key), "until": .date($0.value)]]) }
        state.append(.object(["faults": faults.json]))
        try journal.restart(with: state.map { .array([$0]) })
    }

    private func apply(_ change: JSONObject.Member) {
        switch (change.key, change.value) {
        case ("card", let value):
            if let card = GiftCardRecord(value) { apply(card) }
        case ("operation", let value):
            if let operation = BulkOperationRecord(value) { operations[operation.number] = operation }
        case ("upload", let value):
            if let upload = StagedUpload(value) { uploads[upload.key] = upload }
        case ("token", let value):
            if let token = value["token"]?.string, let until = value["until"]?.date { tokens[token] = until }
        case ("faults", let value): faults = FaultBoard(value)
        case ("random", .number(let text)): random = SplitMix(seed: UInt64(text) ?? configuration.seed)
        case ("clock", .number(let text)): clockOffset = TimeInterval(text) ?? 0
        default: break
        }
    }
}
