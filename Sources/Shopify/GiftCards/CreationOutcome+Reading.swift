import Commerce
import Records

extension CreationOutcome {
    /// What became of a card by what `giftCardCreate` answered: for a result line and for a single call.
    ///
    /// Only what Shopify is known to say before it executes anything counts as `refused` or `denied`; everything else that is not a card is `unknown`,
    /// and a look-up decides. `data` and `errors` together, a payload of `null`, a card beside `userErrors`: all are `unknown`, unless the errors explain them.
    init(data: JSONValue?, errors: [AnswerError], _ scrubber: CodeScrubber) {
        guard let payload = data?["giftCardCreate"]?.present else {
            self = Self.withoutPayload(errors, scrubber)
            return
        }
        guard let userErrors = UserError.all(in: payload, scrubber) else {
            self = .unknown(reason: "the answer has no list of user errors")
            return
        }
        switch (payload["giftCard"]?.present, userErrors.isEmpty) {
        case (let card?, true):
            self = CreatedCard(card).map(CreationOutcome.created) ?? .unknown(reason: "the created card cannot be read")
        case (.some, false):
            self = .unknown(reason: "a card and an error were answered together: \(userErrors[0])")
        case (nil, true):
            self =
                errors.isEmpty
                ? .unknown(reason: "neither a card nor an error was answered") : Self.withoutPayload(errors, scrubber)
        case (nil, false):
            self = Self.refusal(userErrors)
        }
    }

    /// Errors of the card itself.
    private static func refusal(_ errors: [UserError]) -> CreationOutcome {
        if errors.contains(where: \.saysTaken) { return .taken }
        if let error = errors.first(where: { $0.code == "INTERNAL_ERROR" }) {
            return .unknown(reason: error.description)
        }
        return .refused(errors)
    }

    /// Errors of the call.
    private static func withoutPayload(_ errors: [AnswerError], _ scrubber: CodeScrubber) -> CreationOutcome {
        guard !errors.isEmpty else { return .unknown(reason: "nothing was answered for the card") }
        if let open = errors.first(where: { $0.kind == .unknown || $0.kind == .throttled }) {
            return .unknown(reason: [open.message, open.code].compactMap { $0 }.joined(separator: " "))
        }
        if let denied = errors.first(where: { $0.kind == .denied }) {
            return .denied(reason: denied.message)
        }
        if let absent = errors.first(where: \.saysGiftCardsAreAbsent) {
            let code = ShopError.Code.giftCardsAbsent
            return .denied(reason: "\(code.meaning) (\(absent.message)). \(code.advice)")
        }
        return .refused(errors.map { UserError(code: $0.code, field: $0.path, message: $0.message, scrubber) })
    }
}

extension UserError {
    /// Whether the code is in use already.
    ///
    /// Shopify's word for it is `TAKEN`, but what was captured has no word, only the sentence (reference, 3.2).
    var saysTaken: Bool {
        if code == "TAKEN" { return true }
        let sentence = message.lowercased()
        return sentence.contains("already been taken") && (field.last == "code" || sentence.hasPrefix("code "))
    }
}

extension CreatedCard {
    /// Reads a card; `nil` unless id, last characters and amount are there.
    init?(_ json: JSONValue) {
        guard let id = json["id"]?.string, !id.isEmpty, let last = json["lastCharacters"]?.string,
            let amount = json["initialValue"].flatMap(Money.init(answered:))
        else { return nil }
        self.init(id: id, lastCharacters: last.lowercased(), note: json["note"]?.string, amount: amount)
    }
}

extension FoundCard {
    /// Reads a card; `nil` without id, last characters or the word on whether it is enabled.
    init?(_ json: JSONValue) {
        guard let id = json["id"]?.string, !id.isEmpty, let last = json["lastCharacters"]?.string,
            let isEnabled = json["enabled"]?.bool
        else { return nil }
        self.init(
            id: id,
            lastCharacters: last.lowercased(),
            note: json["note"]?.string,
            isEnabled: isEnabled,
            expiresOn: json["expiresOn"]?.string,
            deactivatedAt: json["deactivatedAt"]?.string,
            amount: json["initialValue"].flatMap(Money.init(answered:))
        )
    }
}

extension Money {
    /// Reads Shopify's `MoneyV2`, whose amounts have any number of decimals: `{"amount":"25.0","currencyCode":"USD"}`; nothing is an amount too.
    init?(answered json: JSONValue) {
        guard let text = json["amount"]?.decimalText,
            let currency = json["currencyCode"]?.string.flatMap(Currency.init)
        else { return nil }
        do throws(Fault) {
            self = try Money(value: text, in: currency)
        } catch {
            guard error == .notPositive else { return nil }
            self = .zero(currency)
        }
    }
}
