extension ServedTypes {
    static func addGiftCards(to table: inout Table, _ version: APIVersion) {
        var card = definitions([
            "id": "ID!", "balance": "MoneyV2!", "initialValue": "MoneyV2!", "lastCharacters": "String!",
            "maskedCode": "String!", "note": "String", "enabled": "Boolean!", "expiresOn": "Date",
            "deactivatedAt": "DateTime", "createdAt": "DateTime!", "updatedAt": "DateTime!", "templateSuffix": "String",
            "customer": "Customer", "recipientAttributes": "GiftCardRecipient",
        ])
        var create: [InputDefinition] = [
            InputDefinition(name: "code", type: TypeReference("String")),
            InputDefinition(name: "customerId", type: TypeReference("ID")),
            InputDefinition(name: "expiresOn", type: TypeReference("Date")),
            InputDefinition(name: "note", type: TypeReference("String")),
            InputDefinition(name: "recipientAttributes", type: TypeReference("GiftCardRecipientInput")),
            InputDefinition(name: "templateSuffix", type: TypeReference("String")),
        ]
        var update = Array(create.dropFirst())
        if version >= .july2026 {
            let strategy = TypeReference("GiftCardCrossCurrencyRedemptionStrategy")
            table[strategy.name] = .enumeration(["NONE", "MARKET_FX", "SPOT_FX"])
            card["isRedeemable"] = FieldDefinition(type: TypeReference("Boolean!"))
            card["crossCurrencyRedemptionStrategy"] = FieldDefinition(type: .nonNull(strategy))
            create.insert(InputDefinition(name: "initialAmount", type: TypeReference("MoneyInput")), at: 0)
            create.insert(InputDefinition(name: "initialValue", type: TypeReference("Decimal")), at: 0)
            create.append(InputDefinition(name: "crossCurrencyRedemptionStrategy", type: strategy))
            update.append(InputDefinition(name: "crossCurrencyRedemptionStrategy", type: strategy))
        } else {
            create.insert(InputDefinition(name: "initialValue", type: TypeReference("Decimal!")), at: 0)
        }
        table["GiftCard"] = .object(fields: card, interfaces: ["Node"])
        table["GiftCardCreateInput"] = .input(create)
        table["GiftCardUpdateInput"] = .input(update)
        table["GiftCardRecipientInput"] = input([
            "id": "ID!", "preferredName": "String", "message": "String", "sendNotificationAt": "DateTime",
        ])
        table["GiftCardRecipient"] = object([
            "recipient": "Customer!", "preferredName": "String", "message": "String", "sendNotificationAt": "DateTime",
        ])
        table["Customer"] = object(["id": "ID!", "displayName": "String!"], interfaces: ["Node"])
        table["GiftCardConfiguration"] = object(["issueLimit": "MoneyV2!", "purchaseLimit": "MoneyV2!"])
        table["GiftCardConnection"] = object([
            "nodes": "[GiftCard!]!", "edges": "[GiftCardEdge!]!", "pageInfo": "PageInfo!",
        ])
        table["GiftCardEdge"] = object(["cursor": "String!", "node": "GiftCard!"])
        table["GiftCardSortKeys"] = .enumeration([
            "AMOUNT_SPENT", "BALANCE", "CODE", "CREATED_AT", "CUSTOMER_NAME", "DISABLED_AT", "EXPIRES_ON", "ID",
            "INITIAL_VALUE", "UPDATED_AT",
        ])
        table["GiftCardErrorCode"] = .enumeration([
            "TOO_LONG", "TOO_SHORT", "TAKEN", "INVALID", "INTERNAL_ERROR", "MISSING_ARGUMENT", "GREATER_THAN",
            "GIFT_CARD_LIMIT_EXCEEDED", "CUSTOMER_NOT_FOUND", "RECIPIENT_NOT_FOUND",
        ])
        table["GiftCardDeactivateUserErrorCode"] = .enumeration(["GIFT_CARD_NOT_FOUND"])
        table["GiftCardUserError"] = object(
            ["code": "GiftCardErrorCode", "field": "[String!]", "message": "String!"],
            interfaces: ["DisplayableError"]
        )
        table["GiftCardDeactivateUserError"] = object(
            ["code": "GiftCardDeactivateUserErrorCode", "field": "[String!]", "message": "String!"],
            interfaces: ["DisplayableError"]
        )
        table["GiftCardCreatePayload"] = object([
            "giftCard": "GiftCard", "giftCardCode": "String", "userErrors": "[GiftCardUserError!]!",
        ])
        table["GiftCardUpdatePayload"] = object(["giftCard": "GiftCard", "userErrors": "[UserError!]!"])
        table["GiftCardDeactivatePayload"] = object([
            "giftCard": "GiftCard", "userErrors": "[GiftCardDeactivateUserError!]!",
        ])
    }
}
