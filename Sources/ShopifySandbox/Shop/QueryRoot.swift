import Foundation

/// The queries.
struct QueryRoot: ShopObject {
    let call: Call

    var typeName: String { "QueryRoot" }

    private var store: Store { call.store }

    func resolve(_ field: String, _ arguments: JSONObject) throws(FieldError) -> Resolved {
        let id = arguments["id"]?.string ?? ""
        switch field {
        case "shop":
            if call.isDenied { throw FieldError.accessDenied(field, requires: "read_products") }
            return PlainObject.shop(call)
        case "currentAppInstallation":
            return PlainObject.installation(call)
        case "giftCardConfiguration":
            try call.require("read_gift_cards", for: field)
            let purchase = Amount(store.configuration.purchaseLimit) ?? store.issueLimit
            return .object(
                PlainObject(
                    typeName: "GiftCardConfiguration",
                    fields: [
                        "issueLimit": PlainObject.money(store.issueLimit, call.currency),
                        "purchaseLimit": PlainObject.money(purchase, call.currency),
                    ]
                )
            )
        case "giftCard":
            try call.require("read_gift_cards", for: field)
            return giftCard(try call.number(of: id, type: "GiftCard"))
        case "giftCards":
            try call.require("read_gift_cards", for: field)
            let numbers = sorted(try GiftCardSearch(call: call).numbers(field, arguments), arguments)
            return try Page(of: numbers, arguments).connection(of: "GiftCard") { number in
                store.cards[number].map { GiftCardObject(card: $0, now: store.now) }
            }
        case "giftCardsCount":
            try call.require("read_gift_cards", for: field)
            let count = try GiftCardSearch(call: call).numbers(field, arguments).count
            let limit = arguments["limit"]?.int ?? .max
            return .object(
                PlainObject(
                    typeName: "Count",
                    fields: [
                        "count": .value(.int(min(count, limit))),
                        "precision": .text(count > limit ? "AT_LEAST" : "EXACT"),
                    ]
                )
            )
        case "bulkOperation":
            return operation(try call.number(of: id, type: "BulkOperation"))
        case "currentBulkOperation":
            guard arguments["type"]?.string == "MUTATION", let last = store.operationNumbers.last else { return .null }
            return operation(last)
        case "bulkOperations":
            let numbers = try BulkOperationSearch(call: call).numbers(field, arguments)
            return try Page(of: numbers, arguments).connection(of: "BulkOperation") { number in
                store.operations[number].map { BulkOperationObject(operation: $0, call: call) }
            }
        case "node":
            return node(id)
        case "nodes":
            return .list((arguments["ids"]?.array ?? []).map { node($0.string ?? "") })
        default:
            return .null
        }
    }

    private func giftCard(_ number: Int) -> Resolved {
        .object(ifAny: store.cards[number].map { GiftCardObject(card: $0, now: store.now) })
    }

    private func operation(_ number: Int) -> Resolved {
        .object(ifAny: store.operations[number].map { BulkOperationObject(operation: $0, call: call) })
    }

    private func node(_ id: String) -> Resolved {
        if let number = try? call.number(of: id, type: "BulkOperation"), Int(id) == nil { return operation(number) }
        guard let number = try? call.number(of: id, type: "GiftCard"), Int(id) == nil,
            (try? call.require("read_gift_cards", for: "node")) != nil
        else { return .null }
        return giftCard(number)
    }

    private func sorted(_ numbers: [Int], _ arguments: JSONObject) -> [Int] {
        let isReversed = arguments["reverse"]?.bool == true
        func by<Key: Comparable>(_ key: (GiftCardRecord) -> Key) -> [Int] {
            numbers.compactMap { store.cards[$0] }.map { (key($0), $0.number) }.sorted { $0 < $1 }.map(\.1)
        }
        let sorted =
            switch arguments["sortKey"]?.string {
            case "BALANCE": by(\.balance.value)
            case "INITIAL_VALUE": by(\.initialValue.value)
            case "CODE": by(\.code)
            case "UPDATED_AT": by(\.updatedAt)
            case "EXPIRES_ON": by { $0.expiresOn ?? "9999" }
            case "DISABLED_AT": by { $0.deactivatedAt ?? .distantFuture }
            default: numbers
            }
        let ordered = isReversed ? sorted.reversed() : sorted
        guard arguments["sortKey"]?.string == "DISABLED_AT" else { return ordered }
        // Cards that were never deactivated come last in both directions: so captured.
        return ordered.filter { store.cards[$0]?.isEnabled == false }
            + ordered.filter { store.cards[$0]?.isEnabled == true }
    }
}
