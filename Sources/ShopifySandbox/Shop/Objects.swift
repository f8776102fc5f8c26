import Foundation

/// A plain object whose fields are all known beforehand.
struct PlainObject: ShopObject {
    let typeName: String
    let fields: [String: Resolved]

    func resolve(_ field: String, _ arguments: JSONObject) throws(FieldError) -> Resolved {
        fields[field] ?? .null
    }

    static func money(_ amount: Amount, _ currency: String) -> Resolved {
        .object(
            PlainObject(
                typeName: "MoneyV2",
                fields: ["amount": .text(amount.text), "currencyCode": .text(currency)]
            )
        )
    }

    static func customer(_ id: String) -> Resolved {
        .object(PlainObject(typeName: "Customer", fields: ["id": .text(id), "displayName": .text("Customer")]))
    }

    static func shop(_ call: Call) -> Resolved {
        let configuration = call.store.configuration
        let name = configuration.domain.split(separator: ".").first.map(String.init) ?? "shop"
        let born = "2026-01-02T03:04:05Z"
        let plan = PlainObject(
            typeName: "ShopPlan",
            fields: [
                "displayName": .text("Developer Preview"), "publicDisplayName": .text("Development"),
                "partnerDevelopment": .value(.bool(true)), "shopifyPlus": .value(.bool(false)),
            ]
        )
        return .object(
            PlainObject(
                typeName: "Shop",
                fields: [
                    "id": .text("gid://shopify/Shop/\(call.store.shopNumber)"), "name": .text(name),
                    "myshopifyDomain": .text(configuration.domain), "currencyCode": .text(call.currency),
                    "plan": .object(plan), "email": .text("owner@example.com"),
                    "contactEmail": .text("owner@example.com"), "ianaTimezone": .text("Etc/UTC"),
                    "timezoneAbbreviation": .text("UTC"), "timezoneOffset": .text("+0000"),
                    "timezoneOffsetMinutes": .value(.int(0)), "url": .text("https://\(configuration.domain)"),
                    "createdAt": .text(born), "updatedAt": .text(born), "shopOwnerName": .text("Sandbox"),
                    "enabledPresentmentCurrencies": .value(.strings([call.currency])),
                    "setupRequired": .value(.bool(false)), "taxesIncluded": .value(.bool(false)),
                    "taxShipping": .value(.bool(false)), "checkoutApiSupported": .value(.bool(false)),
                ]
            )
        )
    }

    static func installation(_ call: Call) -> Resolved {
        let scopes = call.store.configuration.scopes.map { scope in
            Resolved.object(
                PlainObject(typeName: "AccessScope", fields: ["handle": .text(scope), "description": .text(scope)])
            )
        }
        let app = PlainObject(
            typeName: "App",
            fields: [
                "id": .text("gid://shopify/App/1"), "title": .text("Sandbox app"), "handle": .text("sandbox-app"),
                "apiKey": .text(call.store.configuration.clientID),
            ]
        )
        return .object(
            PlainObject(
                typeName: "AppInstallation",
                fields: [
                    "id": .text("gid://shopify/AppInstallation/1"), "accessScopes": .list(scopes),
                    "app": .object(app), "launchUrl": .text("https://\(call.store.configuration.domain)/admin/apps/1"),
                ]
            )
        )
    }

    static func userErrors(_ errors: [UserError], _ type: String) -> Resolved {
        .list(
            errors.map { error in
                .object(
                    PlainObject(
                        typeName: type,
                        fields: [
                            "field": .value(error.field.map(JSON.strings) ?? .null), "message": .text(error.message),
                            "code": .text(error.code),
                        ]
                    )
                )
            }
        )
    }
}

/// One entry of a payload's `userErrors`.
struct UserError: Sendable, Equatable {
    let field: [String]?
    let message: String
    var code: String?
}

/// A gift card as the API shows it: never with its code.
struct GiftCardObject: ShopObject {
    let card: GiftCardRecord
    let now: Date

    var typeName: String { "GiftCard" }

    func resolve(_ field: String, _ arguments: JSONObject) throws(FieldError) -> Resolved {
        switch field {
        case "id": .text(card.id)
        case "balance": PlainObject.money(card.balance, card.currency)
        case "initialValue": PlainObject.money(card.initialValue, card.currency)
        case "lastCharacters": .text(card.lastCharacters)
        case "maskedCode": .text(card.maskedCode)
        case "note": .text(card.note)
        case "enabled": .value(.bool(card.isEnabled))
        case "expiresOn": .text(card.expiresOn)
        case "deactivatedAt": .text(card.deactivatedAt.map(Timestamp.text))
        case "createdAt": .text(Timestamp.text(card.createdAt))
        case "updatedAt": .text(Timestamp.text(card.updatedAt))
        case "templateSuffix": .text(card.templateSuffix)
        case "customer": card.customerID.map(PlainObject.customer) ?? .null
        case "isRedeemable": .value(.bool(card.isEnabled && !isExpired && card.balance > .zero))
        case "crossCurrencyRedemptionStrategy": .text(card.strategy)
        case "recipientAttributes": recipient
        default: .null
        }
    }

    private var isExpired: Bool { card.expiresOn.map { $0 < Timestamp.day(now) } ?? false }

    private var recipient: Resolved {
        guard let recipient = card.recipient else { return .null }
        return .object(
            PlainObject(
                typeName: "GiftCardRecipient",
                fields: [
                    "recipient": PlainObject.customer(recipient.id), "preferredName": .text(recipient.preferredName),
                    "message": .text(recipient.message), "sendNotificationAt": .text(recipient.sendNotificationAt),
                ]
            )
        )
    }
}
