import Commerce

/// A pipeline's limits as amounts of the shop's currency, in its smallest units.
struct LimitCheck: Sendable {
    private let card: Int64?
    private let file: Int64?
    private let day: Int64?
    private let denominations: [Int64]
    private let currency: Currency

    /// Reads the limits; throws `StageError` with `.misconfigured` for one that is no amount in this currency.
    init(_ limits: Limits, _ currency: Currency) throws {
        self.currency = currency
        card = try Self.amount(limits.card, "card", currency)
        file = try Self.amount(limits.file, "file", currency)
        day = try Self.amount(limits.day, "day", currency)
        denominations = try limits.denominations.compactMap { try Self.amount($0, "denominations", currency) }
    }

    /// Whether a card may have such a value without a person's word.
    func allows(_ value: Int64) -> Bool { denominations.isEmpty || denominations.contains(value) }

    /// Why a file with such a largest card, such a sum and such values that aren't allowed is held; `nil` when it is not.
    func reasonToHold(largest: Int64, sum: Int64, strange: StrangeValues) -> String? {
        if let card, largest > card {
            return "a card of \(money(largest)) is above the limit of \(money(card)) for one card"
        }
        if let file, sum > file {
            return "the file's cards are worth \(money(sum)), above the limit of \(money(file)) for one file"
        }
        guard !strange.shown.isEmpty else { return nil }
        return "cards of \(list(strange.shown))\(strange.hasMore ? " and of other values" : "") are in the file; "
            + "allowed are cards of \(list(denominations.sorted()))"
    }

    /// Why a file is held with which the day's cards come to a total; `nil` when it is not, or has no cards.
    func reasonToHold(day total: Int64, with sum: Int64) -> String? {
        guard let day, sum > 0, total > day else { return nil }
        return "with this file's cards of \(money(sum)), \(money(total)) were taken within 24 hours, "
            + "above the limit of \(money(day)) for one day"
    }

    /// `12.50, 30.00 USD`.
    private func list(_ values: [Int64]) -> String {
        values.map { Money(minorUnits: $0, currency: currency).decimal }.joined(separator: ", ") + " \(currency)"
    }

    private func money(_ units: Int64) -> Money { Money(minorUnits: units, currency: currency) }

    private static func amount(_ text: String?, _ name: String, _ currency: Currency) throws -> Int64? {
        guard let text else { return nil }
        do throws(Money.Fault) {
            return try Money(value: text, in: currency).minorUnits
        } catch {
            throw StageError(
                .misconfigured,
                "limits.\(name): '\(text)' is not an amount in \(currency): \(error.rawValue)",
                disposition: .stop,
                side: .configuration
            )
        }
    }
}

/// The values of a file's cards that are no allowed denominations: the first few, in the order of the lines.
struct StrangeValues: Sendable {
    private(set) var shown: [Int64] = []
    /// Whether there are others than those shown.
    private(set) var hasMore = false

    mutating func add(_ value: Int64) {
        guard !shown.contains(value) else { return }
        if shown.count < 5 { shown.append(value) } else { hasMore = true }
    }
}
