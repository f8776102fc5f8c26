public import Commerce
import Records

/// One card to be made: the variables of one `giftCardCreate`, in a bulk file or alone.
public struct GiftCardInput: Sendable, Equatable {
    /// The code under which the card is made.
    public let code: GiftCardCode
    /// What the card is worth.
    public let value: Money
    /// The card's note, which no customer sees.
    public let note: String
    /// The customer it is for, as `gid://shopify/Customer/1` or its bare number.
    ///
    /// Shopify may write to a customer who is named.
    public let customerID: String?

    /// Makes the input of a card.
    public init(code: GiftCardCode, value: Money, note: String, customerID: String? = nil) {
        self.code = code
        self.value = value
        self.note = note
        self.customerID = customerID
    }

    /// The variables as one line of JSON without its line break, always the same bytes for the same card.
    ///
    /// - Shape: `{"input":{"code":"abcd1234efgh","initialValue":"25.00","note":"…"}}` before 2026-07, and from it on
    ///   `{"input":{"code":"abcd1234efgh","initialAmount":{"amount":"25.00","currencyCode":"USD"},"note":"…"}}`; `"customerId"` stands last, and only if given.
    public func variables(for version: APIVersion) -> [UInt8] {
        json(for: version).encoded()
    }
}

extension GiftCardInput {
    func json(for version: APIVersion) -> JSONValue {
        let amount = JSONValue.string(value.decimal)
        var members: [(key: String, value: JSONValue)] = [(key: "code", value: .string(code.secret))]
        if version.usesInitialAmount {
            let money: JSONValue = ["amount": amount, "currencyCode": .string(value.currency.code)]
            members.append((key: "initialAmount", value: money))
        } else {
            members.append((key: "initialValue", value: amount))
        }
        members.append((key: "note", value: .string(note)))
        if let customerID {
            let isGlobal = customerID.hasPrefix("gid://")
            members.append(
                (key: "customerId", value: .string(isGlobal ? customerID : "gid://shopify/Customer/" + customerID))
            )
        }
        return ["input": .object(JSONObject(members))]
    }
}
