import Foundation

/// A gift card in the shop.
struct GiftCardRecord: Sendable {
    enum Source: String, Sendable {
        case manual, apiClient = "api_client"
    }

    struct Recipient: Sendable {
        var id: String
        var preferredName: String?
        var message: String?
        var sendNotificationAt: String?
    }

    let number: Int
    var code: String
    var initialValue: Amount
    var balance: Amount
    var currency: String
    var note: String?
    var customerID: String?
    var expiresOn: String?
    var templateSuffix: String?
    var strategy: String
    var recipient: Recipient?
    let source: Source
    let createdAt: Date
    var updatedAt: Date
    var deactivatedAt: Date?

    var id: String { "gid://shopify/GiftCard/\(number)" }
    var isEnabled: Bool { deactivatedAt == nil }
    var lastCharacters: String { String(code.suffix(4)) }
    var maskedCode: String { "•••• •••• •••• \(lastCharacters)" }

    var view: SandboxCard {
        SandboxCard(
            id: id,
            code: code,
            initialValue: initialValue.text,
            balance: balance.text,
            currency: currency,
            note: note,
            enabled: isEnabled,
            expiresOn: expiresOn,
            createdAt: Timestamp.text(createdAt),
            customerId: customerID
        )
    }
}

extension GiftCardRecord {
    /// The record for the journal.
    var json: JSON {
        var object: JSONObject = [
            "number": .int(number), "code": .string(code), "value": .string(initialValue.text),
            "balance": .string(balance.text), "currency": .string(currency), "source": .string(source.rawValue),
            "createdAt": .date(createdAt), "updatedAt": .date(updatedAt), "strategy": .string(strategy),
        ]
        if let note { object.append("note", .string(note)) }
        if let customerID { object.append("customer", .string(customerID)) }
        if let expiresOn { object.append("expiresOn", .string(expiresOn)) }
        if let templateSuffix { object.append("template", .string(templateSuffix)) }
        if let deactivatedAt { object.append("deactivatedAt", .date(deactivatedAt)) }
        if let recipient {
            object.append(
                "recipient",
                [
                    "id": .string(recipient.id), "name": .text(recipient.preferredName),
                    "message": .text(recipient.message), "at": .text(recipient.sendNotificationAt),
                ]
            )
        }
        return .object(object)
    }

    init?(_ json: JSON) {
        guard let number = json["number"]?.int, let code = json["code"]?.string,
            let value = json["value"]?.string.flatMap(Amount.init), let currency = json["currency"]?.string,
            let balance = json["balance"]?.string.flatMap(Amount.init), let createdAt = json["createdAt"]?.date
        else { return nil }
        self.number = number
        self.code = code
        self.initialValue = value
        self.balance = balance
        self.currency = currency
        self.createdAt = createdAt
        updatedAt = json["updatedAt"]?.date ?? createdAt
        source = json["source"]?.string.flatMap(Source.init) ?? .apiClient
        strategy = json["strategy"]?.string ?? "NONE"
        note = json["note"]?.string
        customerID = json["customer"]?.string
        expiresOn = json["expiresOn"]?.string
        templateSuffix = json["template"]?.string
        deactivatedAt = json["deactivatedAt"]?.date
        if let recipient = json["recipient"], let id = recipient["id"]?.string {
            self.recipient = Recipient(
                id: id,
                preferredName: recipient["name"]?.string,
                message: recipient["message"]?.string,
                sendNotificationAt: recipient["at"]?.string
            )
        }
    }
}

extension JSON {
    /// A moment as milliseconds since 1970.
    static func date(_ date: Date) -> JSON { .int(Int((date.timeIntervalSince1970 * 1000).rounded())) }

    var date: Date? { int.map { Date(timeIntervalSince1970: Double($0) / 1000) } }
}
