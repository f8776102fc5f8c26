import Foundation

/// A card that is made otherwise than it was asked for: what the shop then has is what every answer and look-up shows.
struct CardFaults {
    let store: Store

    /// The card as the faults in force make it.
    func spoilt(_ asked: GiftCardRecord) -> GiftCardRecord {
        var card = asked
        if let fault = store.faults.take(.otherValue) {
            card.initialValue = fault.text.flatMap(Amount.init) ?? Amount(value: card.initialValue.value * 10)
            card.balance = card.initialValue
        }
        if let fault = store.faults.take(.otherCurrency) {
            card.currency = fault.text ?? (card.currency == "CAD" ? "USD" : "CAD")
        }
        if store.faults.take(.otherLastCharacters) != nil { card.code = otherCode(than: card.code) }
        if let fault = store.faults.take(.foreignMarker) {
            card.note = fault.text.map { $0.isEmpty ? nil : $0 } ?? Self.foreign(card.note)
        }
        return card
    }

    /// A code that nobody has, with other last characters.
    private func otherCode(than code: String) -> String {
        var other = code
        repeat {
            other = code.dropLast(4) + store.makeUp { $0.text(4, of: "0123456789abcdefghijklmnopqrstuvwxyz") }
        } while other.suffix(4) == code.suffix(4) || store.card(code: other) != nil
        return other
    }

    /// The note with its last word, where a marker stands, replaced by the marker of a source that there is not.
    private static func foreign(_ note: String?) -> String {
        let words = (note ?? "").split(separator: " ").dropLast()
        return (words + ["dl:000000000000:1"]).joined(separator: " ")
    }
}
