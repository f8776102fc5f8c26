public import Commerce
public import Ledgers

/// A card as the shop shows it, in an answer or in a look-up.
public protocol CardAtShop {
    /// The card's id: `gid://shopify/GiftCard/1`.
    var id: String { get }
    /// The last characters of its code, in lower case.
    var lastCharacters: String { get }
    /// Its note, which holds the marker of the row that it was made from.
    var note: String? { get }
    /// What it was worth when it was made; `nil` if Shopify's amount cannot be read.
    var amount: Money? { get }
}

extension CreatedCard: CardAtShop {}
extension FoundCard: CardAtShop {}

/// The card that a row asked for: what a result line, the answer to a single call and a look-up are all compared with.
///
/// Nothing that the shop shows settles a row until all four agree: marker, value, currency and the code's last characters.
public struct ExpectedCard: Sendable, Equatable {
    /// The code as it may be shown: `…x3w6`.
    public let masked: String
    /// The value, with its currency.
    public let value: Money
    /// The row, as the card's note names it.
    public let marker: RowMarker

    /// Describes the card of a row.
    public init(masked: String, value: Money, marker: RowMarker) {
        self.masked = masked
        self.value = value
        self.marker = marker
    }

    /// Compares a card at the shop with this one.
    ///
    /// Amounts are compared in the currency's smallest units: `1000.0` is 1000.00.
    public func match(_ card: some CardAtShop) -> CardMatch {
        guard let shown = card.note.flatMap(RowMarker.init(in:)) else {
            return .undecided("the card that the shop shows has no marker of ours (\(card.id))")
        }
        guard shown == marker else {
            return .undecided("the card that the shop shows has the marker of another row, \(shown) (\(card.id))")
        }
        var differences: [String] = []
        if let amount = card.amount, amount != value {
            let isOtherCurrency = amount.currency != value.currency && amount.minorUnits == value.minorUnits
            differences.append("another \(isOtherCurrency ? "currency" : "value"): \(amount)")
        }
        if "…" + card.lastCharacters != masked {
            differences.append("another code: …\(card.lastCharacters.suffix(4))")
        }
        guard differences.isEmpty else {
            return .contradiction("our card at the shop has " + differences.joined(separator: ", and "))
        }
        guard card.amount != nil else {
            return .undecided("our card at the shop has a value that can't be read (\(card.id))")
        }
        return .same
    }

    /// What a card at the shop means for the row.
    ///
    /// Where it can't be told whether the card is the row's, the row is unknown, and a look-up decides.
    public func outcome(of card: some CardAtShop) -> CardOutcome {
        switch match(card) {
        case .same: .active(cardID: card.id)
        case .contradiction(let reason): .contradicted(cardID: card.id, reason)
        case .undecided(let reason): .unknown(.unanswered, reason)
        }
    }
}

/// What a card at the shop is to the row that asked for one.
public enum CardMatch: Sendable, Equatable {
    /// The card that the row asked for.
    case same
    /// Made from the row, and not as the row asked; in words for a person.
    case contradiction(String)
    /// What is shown doesn't tell that the card was made from the row; in words for a person.
    case undecided(String)
}

extension GiftCardInput {
    /// The card that this input asks for; `nil` if its note has no marker.
    public var expected: ExpectedCard? {
        RowMarker(in: note).map { ExpectedCard(masked: code.masked, value: value, marker: $0) }
    }
}
