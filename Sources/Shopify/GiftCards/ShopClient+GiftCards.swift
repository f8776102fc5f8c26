public import Commerce
import Records

extension ShopClient {
    /// Makes one card by a call of its own, where the shop does not take the mutation in bulk.
    ///
    /// - Returns: What Shopify answered; INTERNAL_SERVER_ERROR and its like are `unknown`.
    /// - Throws: `ShopError` where no answer about this card came; `isOutcomeUnknown` tells whether it may exist all the same. It is never sent again then.
    ///   Not thrown: a refusal of this card.
    public func createGiftCard(_ input: GiftCardInput) async throws -> CreationOutcome {
        let call = AdminCall(
            "GiftCardCreate",
            Document.giftCardCreate,
            variables: input.json(for: settings.version),
            doing: "creating a gift card",
            creates: true,
            cost: 10,
            codes: [input.code]
        )
        let reply = try await reply(to: call) { reply in
            // What would meet every card alike is no answer about this one.
            reply.errors.contains { $0.kind == .document || $0.kind == .tooCostly } ? reply.failure() : nil
        }
        return CreationOutcome(data: reply.data, errors: reply.errors, reply.meaning.scrubber)
    }

    /// Looks for the cards that may have this code.
    ///
    /// Shopify searches several fields and parts of codes, and shows only the last four characters: whether a found card is the one looked for, those, its
    /// note and its amount must tell.
    ///
    /// - Throws: `ShopError`. Nothing found is an empty list.
    public func findGiftCards(_ code: GiftCardCode) async throws -> [FoundCard] {
        var found: [FoundCard] = []
        var cursor: String?
        repeat {
            let call = AdminCall(
                "GiftCardLookup",
                Document.giftCardLookup,
                variables: [
                    "first": .number("50"), "after": cursor.map(JSONValue.string) ?? .null,
                    "query": .string(code.secret),
                ],
                doing: "looking for a gift card",
                cost: 10,
                codes: [code]
            )
            let reply = try await data(of: call)
            guard let connection = reply.data?["giftCards"], let nodes = connection["nodes"]?.array else {
                throw reply.meaning.unreadable("no list of gift cards")
            }
            for node in nodes {
                guard let card = FoundCard(node) else { throw reply.meaning.unreadable("a gift card without id") }
                found.append(card)
            }
            cursor = try reply.nextCursor(of: connection, after: cursor)
        } while cursor != nil
        return found
    }
}

extension AdminReply {
    /// Where the next page begins; `nil` on the last one.
    func nextCursor(of connection: JSONValue, after cursor: String?) throws(ShopError) -> String? {
        guard connection["pageInfo"]?["hasNextPage"]?.bool == true else { return nil }
        guard let next = connection["pageInfo"]?["endCursor"]?.string, next != cursor else {
            throw meaning.unreadable("a next page without a cursor")
        }
        return next
    }
}
