import Foundation

/// What the shop checks before it makes, changes or disables a gift card, and in which words it refuses.
struct GiftCardRules {
    let call: Call

    private var store: Store { call.store }

    /// A code as the shop keeps and compares it: lower case, without spaces and dashes.
    static func normalized(_ code: String) -> String {
        var result: [UInt8] = []
        for byte in code.utf8 {
            switch byte {
            case 0x20, 0x2D: continue
            case 0x41...0x5A: result.append(byte | 0x20)
            default: result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// A code as the admin shows codes: in upper case, in groups of four.
    private static func spaced(_ code: String) -> String {
        let letters = Array(code.uppercased())
        return stride(from: 0, to: letters.count, by: 4).map { String(letters[$0..<min($0 + 4, letters.count)]) }
            .joined(separator: " ")
    }

    func create(_ input: JSONObject) throws(FieldError) -> Resolved {
        try call.require("write_gift_cards", for: "giftCardCreate")
        if input["customerId"]?.string != nil || input["recipientAttributes"]?.object != nil {
            try call.require("write_customers", for: "giftCardCreate")
        }
        let recipient = try recipient(in: input)
        var errors: [UserError] = []
        if let customer = input["customerId"]?.string, try !call.hasCustomer(customer) {
            let message = "The customer could not be found."
            return payload(
                nil,
                [UserError(field: ["input", "customerId"], message: message, code: "CUSTOMER_NOT_FOUND")]
            )
        }
        if let recipient { errors += try self.errors(in: recipient) }
        let (amount, currency, amountErrors) = amount(in: input)
        errors += amountErrors
        let code = input["code"]?.string.map(Self.normalized) ?? makeUpCode()
        errors += self.errors(inCode: code)
        guard errors.isEmpty, let amount else { return payload(nil, errors) }
        if store.faults.take(.codeQuoted) != nil {
            let quoted = "Code \(code) (\(Self.spaced(code))) is not allowed in this creation"
            return payload(nil, [UserError(field: ["input", "code"], message: quoted, code: "INVALID")])
        }
        if store.card(code: code) != nil || store.faults.take(.codeTaken) != nil {
            // The code of the error is null although the enum has TAKEN: so captured.
            return payload(nil, [UserError(field: ["input", "code"], message: "Code has already been taken")])
        }
        let now = store.now
        let asked = GiftCardRecord(
            number: store.nextCardNumber,
            code: code,
            initialValue: amount,
            balance: amount,
            currency: currency,
            note: input["note"]?.string,
            customerID: input["customerId"]?.string,
            expiresOn: input["expiresOn"]?.string,
            templateSuffix: Self.templateSuffix(input["templateSuffix"]),
            strategy: input["crossCurrencyRedemptionStrategy"]?.string
                ?? (currency == call.currency ? "MARKET_FX" : "NONE"),
            recipient: recipient,
            source: .apiClient,
            createdAt: now,
            updatedAt: now
        )
        let card = CardFaults(store: store).spoilt(asked)
        store.keep(card)
        return payload(card, [])
    }

    /// A suffix as the shop keeps it: without a leading `gift_card.`, exactly so written: so captured.
    private static func templateSuffix(_ given: JSON?) -> String? {
        guard let text = given?.string else { return nil }
        return text.hasPrefix("gift_card.") ? String(text.dropFirst(10)) : text
    }

    private func payload(_ card: GiftCardRecord?, _ errors: [UserError]) -> Resolved {
        .object(
            PlainObject(
                typeName: "GiftCardCreatePayload",
                fields: [
                    "giftCard": .object(ifAny: card.map { GiftCardObject(card: $0, now: store.now) }),
                    "giftCardCode": .text(card?.code),
                    "userErrors": PlainObject.userErrors(errors, "GiftCardUserError"),
                ]
            )
        )
    }

    private func makeUpCode() -> String {
        store.makeUp { $0.text(16, of: "0123456789abcdefgh") }
    }

    private func errors(inCode code: String) -> [UserError] {
        let field = ["input", "code"]
        var errors: [UserError] = []
        if code.count < 8 {
            errors.append(
                UserError(field: field, message: "Code must be at least 8 characters long", code: "TOO_SHORT")
            )
        }
        if code.count > 20 {
            errors.append(UserError(field: field, message: "Code must be at most 20 characters long", code: "TOO_LONG"))
        }
        if !code.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }) {
            errors.append(
                UserError(
                    field: field,
                    message: "Code can only contain letters(a-z) and numbers(0-9)",
                    code: "INVALID"
                )
            )
        }
        return errors
    }

    /// Before 2026-07 `initialValue`; from then on `initialAmount`, or `initialValue`, deprecated, in the shop's currency.
    ///
    /// Another currency than the shop's is taken: the schema's note on the redemption strategy speaks of gift cards
    /// issued in a different currency. What is said when both or neither are given was never captured.
    private func amount(in input: JSONObject) -> (Amount?, String, [UserError]) {
        let money = input["initialAmount"]?.object
        let field = ["input", money == nil ? "initialValue" : "initialAmount"]
        let hasValue = input["initialValue"].map { !$0.isNull } ?? false
        guard (money != nil) != hasValue else {
            let message =
                hasValue ? "Only one of initialAmount and initialValue can be given" : "Initial amount can't be blank"
            let code = hasValue ? "INVALID" : "MISSING_ARGUMENT"
            return (nil, call.currency, [UserError(field: ["input", "initialAmount"], message: message, code: code)])
        }
        let currency = money?["currencyCode"]?.string ?? call.currency
        guard let amount = Amount(money?["amount"] ?? input["initialValue"])?.rounded(for: currency), amount > .zero
        else {
            return (nil, currency, [UserError(field: field, message: "must be greater than 0", code: "GREATER_THAN")])
        }
        guard amount <= store.issueLimit else {
            let limit = store.issueLimit.formatted(currency: call.currency)
            return (
                nil, currency,
                [UserError(field: field, message: "can't exceed \(limit)", code: "GIFT_CARD_LIMIT_EXCEEDED")]
            )
        }
        return (amount, currency, [])
    }

    func update(_ id: String, _ input: JSONObject) throws(FieldError) -> Resolved {
        try call.require("write_gift_cards", for: "giftCardUpdate")
        func payload(_ card: GiftCardRecord?, _ errors: [UserError]) -> Resolved {
            .object(
                PlainObject(
                    typeName: "GiftCardUpdatePayload",
                    fields: [
                        "giftCard": .object(ifAny: card.map { GiftCardObject(card: $0, now: store.now) }),
                        "userErrors": PlainObject.userErrors(errors, "UserError"),
                    ]
                )
            )
        }
        guard var card = store.cards[try call.number(of: id, type: "GiftCard")] else {
            return payload(nil, [UserError(field: ["id"], message: "The gift card could not be found.")])
        }
        guard !input.isEmpty else {
            let message = "At least one argument is required in the input."
            return payload(nil, [UserError(field: ["input"], message: message)])
        }
        if !card.isEnabled {
            // Of several locked fields the first alone is named, in this order: so captured.
            if let locked = ["expiresOn", "customerId"].first(where: { input[$0] != nil }) {
                return payload(
                    nil,
                    [UserError(field: ["input", locked], message: "The gift card is deactivated.")]
                )
            }
        }
        if let customer = input["customerId"]?.string, try !call.hasCustomer(customer) {
            return payload(
                nil,
                [UserError(field: ["input", "customerId"], message: "The customer could not be found.")]
            )
        }
        if let recipient = try recipient(in: input) {
            let errors = try errors(in: recipient)
            guard errors.isEmpty else { return payload(nil, errors) }
            card.recipient = recipient
        }
        if let note = input["note"] { card.note = note.string }
        if let day = input["expiresOn"] { card.expiresOn = day.string }
        if let customer = input["customerId"] { card.customerID = customer.string }
        if let suffix = input["templateSuffix"] { card.templateSuffix = Self.templateSuffix(suffix) }
        if let strategy = input["crossCurrencyRedemptionStrategy"]?.string { card.strategy = strategy }
        card.updatedAt = store.now
        store.keep(card)
        return payload(card, [])
    }

    func deactivate(_ id: String) throws(FieldError) -> Resolved {
        try call.require("write_gift_cards", for: "giftCardDeactivate")
        var errors: [UserError] = []
        var card = store.cards[try call.number(of: id, type: "GiftCard")]
        if card == nil {
            let message = "The gift card could not be found."
            errors.append(UserError(field: ["id"], message: message, code: "GIFT_CARD_NOT_FOUND"))
        } else if card?.isEnabled == true {
            card?.deactivatedAt = store.now
            card?.updatedAt = store.now
            if let card { store.keep(card) }
        }
        return .object(
            PlainObject(
                typeName: "GiftCardDeactivatePayload",
                fields: [
                    "giftCard": .object(ifAny: card.map { GiftCardObject(card: $0, now: store.now) }),
                    "userErrors": PlainObject.userErrors(errors, "GiftCardDeactivateUserError"),
                ]
            )
        )
    }
}

extension Amount {
    /// An amount sent as a number or as text.
    fileprivate init?(_ json: JSON?) {
        switch json {
        case .number(let text)?, .string(let text)?: self.init(text)
        default: return nil
        }
    }
}
