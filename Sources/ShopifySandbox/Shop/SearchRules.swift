import Foundation

/// Which keys a list can be searched by, and how a term compares.
struct SearchRules {
    enum Key {
        case id, time, day, amount, words(Set<String>), reference
    }

    let keys: [String: Key]

    static let giftCards = SearchRules(keys: [
        "id": .id, "created_at": .time, "expires_on": .day, "initial_value": .amount, "customer_id": .reference,
        "recipient_id": .reference, "balance_status": .words(["full", "partial", "empty", "full_or_partial"]),
        "source": .words(["manual", "purchased", "api_client"]),
        "status": .words(["disabled", "enabled", "expired", "expiring"]),
    ])

    static let bulkOperations = SearchRules(keys: [
        "id": .id, "created_at": .time, "operation_type": .words(["query", "mutation"]),
        "status": .words(["canceled", "canceling", "completed", "created", "failed", "running"]),
    ])

    /// What Shopify says about terms that it ignores (unknown keys) or that cannot match (values that are none).
    ///
    /// - Throws: BAD_REQUEST for a moment that is none.
    func warnings(for query: SearchQuery) throws(FieldError) -> [JSON] {
        var warnings: [JSON] = []
        for case .field(let name, _, let value) in query.terms {
            switch keys[name] {
            case nil:
                warnings.append([
                    "field": .string(name), "message": "Invalid search field for this query.", "code": "invalid_field",
                ])
            case .words(let words)? where !words.contains(value.lowercased()):
                warnings.append([
                    "field": .string(name), "message": .string("Input `\(value)` is not an accepted value."),
                    "code": "invalid_value",
                ])
            case .time? where Timestamp.parse(value) == nil, .day? where Timestamp.parse(value) == nil:
                throw FieldError("Invalid timestamp for query filter `\(name)`.", code: "BAD_REQUEST")
            default: break
            }
        }
        return warnings
    }

    static func compare<Value: Comparable>(
        _ value: Value,
        _ comparator: SearchQuery.Comparator,
        _ other: Value
    ) -> Bool {
        switch comparator {
        case .equal: value == other
        case .greater: value > other
        case .greaterOrEqual: value >= other
        case .less: value < other
        case .lessOrEqual: value <= other
        }
    }

    /// A moment compared with text: a day alone equals all of its moments, and is over only at its end.
    static func compare(_ date: Date, _ comparator: SearchQuery.Comparator, text: String) -> Bool {
        guard let other = Timestamp.parse(text) else { return false }
        if text.count == 10 {
            switch comparator {
            case .equal: return Timestamp.day(date) == text
            case .greater, .lessOrEqual:
                return compare(date, comparator == .greater ? .greaterOrEqual : .less, other + 86_400)
            default: break
            }
        }
        return compare(date, comparator, other)
    }

    /// The number at the end of a global id, or the text itself.
    static func tail(_ id: String) -> String { id.split(separator: "/").last.map(String.init) ?? id }
}
