import Foundation

/// Finds gift cards by a search text.
struct GiftCardSearch {
    let call: Call

    private var store: Store { call.store }

    /// The numbers of the cards found, oldest first.
    func numbers(_ field: String, _ arguments: JSONObject) throws(FieldError) -> [Int] {
        guard let text = arguments["query"]?.string, !text.isEmpty else { return store.cardNumbers }
        let query = SearchQuery(text)
        let rules = SearchRules.giftCards
        let warnings = try rules.warnings(for: query)
        if !warnings.isEmpty {
            call.searches.append([
                "path": .strings([field]), "query": .string(text), "parsed": query.parsed,
                "warnings": .array(warnings),
            ])
        }
        let isVisible = visibility()
        let isFuzzy = store.faults.take(.searchFuzzy) != nil
        let today = Timestamp.day(store.now)
        let soon = Timestamp.day(store.now + 30 * 86_400)
        if case .text(let term) = query, !isFuzzy, !term.hasSuffix("*") {
            let code = GiftCardRules.normalized(term)
            if code.utf8.count > 4 {
                return store.card(code: code).map { [$0] }?.filter(isVisible).map(\.number) ?? []
            }
        }
        return store.cardNumbers.compactMap { store.cards[$0] }.filter { card in
            isVisible(card)
                && query.matches { term in
                    switch term {
                    case .text(let text): Self.matches(card, text: text, isFuzzy: isFuzzy)
                    case .field(let name, let comparator, let value):
                        Self.matches(card, name, comparator, value, today: today, soon: soon)
                    default: true
                    }
                }
        }.map(\.number)
    }

    /// Whether a card can be found yet: `search-lag` hides those made since it came into force.
    private func visibility() -> (GiftCardRecord) -> Bool {
        guard let entry = store.faults.entry(.searchLag) else { return { _ in true } }
        if let seconds = entry.fault.seconds {
            let now = store.now
            return { card in card.number < entry.firstCard || now >= card.createdAt + seconds }
        }
        guard let taken = store.faults.takeEntry(.searchLag) else { return { _ in true } }
        return { card in card.number < taken.firstCard }
    }

    private static func matches(_ card: GiftCardRecord, text: String, isFuzzy: Bool) -> Bool {
        if text.hasSuffix("*") { return card.code.hasPrefix(GiftCardRules.normalized(String(text.dropLast()))) }
        let term = GiftCardRules.normalized(text)
        if card.code == term || term.isEmpty { return true }
        if isFuzzy, term.utf8.count > 4 { return card.code.hasSuffix(term.suffix(4)) }
        guard term.utf8.count <= 4 else { return false }
        if card.lastCharacters.hasPrefix(term) { return true }
        var rest = Substring(card.code)
        while !rest.isEmpty {
            if rest.hasPrefix(term) { return true }
            rest = rest.dropFirst(4)
        }
        return false
    }

    private static func matches(
        _ card: GiftCardRecord,
        _ name: String,
        _ comparator: SearchQuery.Comparator,
        _ value: String,
        today: String,
        soon: String
    ) -> Bool {
        let word = value.lowercased()
        switch name {
        case "id":
            guard let number = Int(SearchRules.tail(value)) else { return false }
            return SearchRules.compare(card.number, comparator, number)
        case "created_at":
            return SearchRules.compare(card.createdAt, comparator, text: value)
        case "expires_on":
            return card.expiresOn.map { SearchRules.compare($0, comparator, value) } ?? false
        case "initial_value":
            guard let amount = Amount(value) else { return false }
            return SearchRules.compare(card.initialValue, comparator, amount)
        case "customer_id":
            return card.customerID.map { SearchRules.tail($0) == SearchRules.tail(value) } ?? false
        case "recipient_id":
            return card.recipient.map { SearchRules.tail($0.id) == SearchRules.tail(value) } ?? false
        case "source":
            return card.source.rawValue == word
        case "balance_status":
            switch word {
            case "full": return card.balance == card.initialValue
            case "empty": return card.balance == .zero
            case "partial": return card.balance > .zero && card.balance < card.initialValue
            case "full_or_partial": return card.balance > .zero
            default: return false
            }
        case "status":
            let isExpired = card.expiresOn.map { $0 < today } ?? false
            switch word {
            case "enabled": return card.isEnabled && !isExpired
            case "disabled": return !card.isEnabled
            case "expired": return isExpired
            case "expiring": return card.isEnabled && !isExpired && (card.expiresOn.map { $0 <= soon } ?? false)
            default: return false
            }
        default:
            // An unknown key is ignored and matches everything: so captured.
            return true
        }
    }
}
