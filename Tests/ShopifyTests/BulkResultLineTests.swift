import Commerce
import Shopify
import Testing

struct BulkResultLineTests {
    private func line(_ text: String) -> BulkResultLine { BulkResultLine(parsing: Array(text.utf8)) }

    @Test func `a created card is read with its amount and its last characters`() throws {
        let line = line(#"{"data":\#(createdPayload),"__lineNumber":4}"#)
        let expected = CreatedCard(
            id: "gid://shopify/GiftCard/10",
            lastCharacters: "efgh",
            note: "Order 5550000000101 dl:0a1b2c3d4e5f:2",
            amount: Money(minorUnits: 2550, currency: try dollars())
        )
        #expect(line == BulkResultLine(lineNumber: 4, outcome: .created(expected)))
    }

    @Test(arguments: [
        #"{"field":["input","code"],"message":"Code has already been taken","code":null}"#,
        #"{"field":["input","code"],"message":"anything","code":"TAKEN"}"#,
        #"{"field":null,"message":"Code has already been taken"}"#,
    ])
    func `a code in use is taken, with and without Shopify's word for it`(_ error: String) {
        let line = line(#"{"data":{"giftCardCreate":{"giftCard":null,"userErrors":[\#(error)]}},"__lineNumber":7}"#)
        #expect(line == BulkResultLine(lineNumber: 7, outcome: .taken))
    }

    @Test func `a refused card keeps every reason`() {
        let line = line(
            #"{"data":{"giftCardCreate":{"giftCard":null,"userErrors":[{"field":["input","initialValue"],"message":"can't exceed $3,000.00 CAD","code":"GIFT_CARD_LIMIT_EXCEEDED"},{"field":["input","code"],"message":"Code must be at least 8 characters long","code":"TOO_SHORT"}]}},"__lineNumber":0}"#
        )
        let reasons = [
            UserError(
                code: "GIFT_CARD_LIMIT_EXCEEDED",
                field: ["input", "initialValue"],
                message: "can't exceed $3,000.00 CAD"
            ),
            UserError(code: "TOO_SHORT", field: ["input", "code"], message: "Code must be at least 8 characters long"),
        ]
        #expect(line == BulkResultLine(lineNumber: 0, outcome: .refused(reasons)))
        #expect("\(reasons[1])" == "Code must be at least 8 characters long (TOO_SHORT, input.code)")
    }

    @Test func `a line with errors and no data is a refusal when the variables were invalid, and repeats no value`() {
        let text =
            #"{"errors":[{"message":"Variable $input of type GiftCardCreateInput! was provided invalid value for code (secretcode is wrong)","locations":[{"line":1,"column":1}],"extensions":{"code":"INVALID_VARIABLE","value":{"code":"abcd1234efgh"},"problems":[{"path":["code"],"explanation":"abcd1234efgh"}]}}],"__lineNumber":3}"#
        let line = BulkResultLine(parsing: Array(text.utf8)) { $0 == "secretcode" }
        let message = "Variable $input of type GiftCardCreateInput! was provided invalid value for code (… is wrong)"
        #expect(
            line
                == BulkResultLine(
                    lineNumber: 3,
                    outcome: .refused([UserError(code: "INVALID_VARIABLE", field: [], message: message)])
                )
        )
        #expect(!"\(line)".contains("abcd1234efgh") && !"\(line)".contains("secretcode"))
    }

    @Test func `an invalid variable without Shopify's word is a refusal too`() {
        let line = line(
            #"{"errors":[{"message":"Variable $input of type X! was provided invalid value for a","extensions":{"problems":[]}}],"__lineNumber":3}"#
        )
        guard case .refused = line.outcome else {
            Issue.record("\(line)")
            return
        }
    }

    @Test(arguments: [
        #"{"errors":[{"message":"Access denied for giftCardCreate field. Required access: `write_gift_cards` access scope.","extensions":{"code":"ACCESS_DENIED"},"path":["giftCardCreate"]}],"data":{"giftCardCreate":null},"__lineNumber":1}"#
    ])
    func `a denied line names the scope`(_ text: String) {
        let reason = "Access denied for giftCardCreate field. Required access: `write_gift_cards` access scope."
        #expect(line(text) == BulkResultLine(lineNumber: 1, outcome: .denied(reason: reason)))
    }

    @Test(arguments: [
        #"{"errors":[{"message":"Internal error. Looks like something went wrong on our end.\nRequest ID: 1-2","extensions":{"code":"INTERNAL_SERVER_ERROR"}}],"__lineNumber":2}"#,
        #"{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}],"__lineNumber":2}"#,
        #"{"errors":[{"message":"Timeout","extensions":{"code":"TIMEOUT"}}],"__lineNumber":2}"#,
        #"{"errors":[{"message":"something new"}],"__lineNumber":2}"#,
        #"{"errors":"a bare text","__lineNumber":2}"#,
        #"{"errors":[{"message":"x","extensions":{"code":"ACCESS_DENIED"}},{"message":"y","extensions":{"code":"INTERNAL_SERVER_ERROR"}}],"__lineNumber":2}"#,
        #"{"data":{"giftCardCreate":{"giftCard":null,"userErrors":[{"field":null,"message":"Internal","code":"INTERNAL_ERROR"}]}},"__lineNumber":2}"#,
        #"{"data":{"giftCardCreate":{"giftCard":null,"userErrors":[]}},"__lineNumber":2}"#,
        #"{"data":{"giftCardCreate":{"giftCard":{"id":"gid://shopify/GiftCard/1","lastCharacters":"efgh"},"userErrors":[{"field":null,"message":"but","code":"INVALID"}]}},"__lineNumber":2}"#,
        #"{"data":{"giftCardCreate":{"giftCard":{"id":"gid://shopify/GiftCard/1","lastCharacters":"efgh"},"userErrors":[]}},"__lineNumber":2}"#,
        #"{"data":{"giftCardCreate":null},"__lineNumber":2}"#,
        #"{"data":null,"__lineNumber":2}"#,
        #"{"__lineNumber":2}"#,
        #"{"data":{"giftCardCreate":null},"errors":[{"message":"z","extensions":{"code":"INTERNAL_SERVER_ERROR"}}],"__lineNumber":2}"#,
    ])
    func `a line that does not settle the card is unknown, and keeps its number`(_ text: String) {
        let line = line(text)
        #expect(line.lineNumber == 2)
        guard case .unknown(let reason) = line.outcome else {
            Issue.record("\(line)")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test(arguments: [
        "Field 'giftCardCreate' doesn't exist on type 'Mutation'",
        "GiftCardCreateInput isn't a defined input type (on $input)",
    ])
    func `a line to which the shop shows no gift cards refuses no card`(_ message: String) {
        let line = line(
            #"{"errors":[{"message":"\#(message)","extensions":{"code":"undefinedField"}},{"message":"Variable $input is declared by A but not used","extensions":{"code":"variableNotUsed"}}],"__lineNumber":1}"#
        )
        guard case .denied(let reason) = line.outcome else {
            Issue.record("\(line)")
            return
        }
        #expect(reason.contains(message) && reason.contains("write_gift_cards") && reason.contains("plan"))
    }

    @Test func `a line that the schema of another version refuses is a refusal as before`() {
        let line = line(
            #"{"errors":[{"message":"Field 'giftCard' doesn't exist on type 'GiftCardCreditPayload'","extensions":{"code":"undefinedField"}}],"__lineNumber":1}"#
        )
        guard case .refused = line.outcome else {
            Issue.record("\(line)")
            return
        }
    }

    @Test func `a card that came with errors beside it exists`() throws {
        let line = line(
            #"{"data":\#(createdPayload),"errors":[{"message":"late","extensions":{"code":"INTERNAL_SERVER_ERROR"}}],"__lineNumber":2}"#
        )
        guard case .created = line.outcome else {
            Issue.record("\(line)")
            return
        }
    }

    @Test(arguments: [#"{"data":{"giftCardCreate":{"gif"#, "", "[]", "7", #"{"errors"=>[{"message"=>"x"}]}"#])
    func `a line that is no object has no number and is unknown`(_ text: String) {
        #expect(
            line(text) == BulkResultLine(lineNumber: nil, outcome: .unknown(reason: "the result line cannot be read"))
        )
    }

    @Test(arguments: [
        #"{"data":\#(createdPayload)}"#, #"{"data":\#(createdPayload),"__lineNumber":-1}"#,
        #"{"data":\#(createdPayload),"__lineNumber":1.5}"#,
    ])
    func `a line without a usable number still says what became of its card`(_ text: String) {
        let line = line(text)
        #expect(line.lineNumber == nil)
        guard case .created = line.outcome else {
            Issue.record("\(line)")
            return
        }
    }
}
