import Testing

@testable import ShopifySandbox

/// The words and shapes of graphql-ruby, as captured from a real shop.
struct DialectTests {
    private static func error(_ shop: TestShop, _ query: String, _ variables: JSON = .object(JSONObject())) async throws
        -> JSON
    {
        let answer = try await shop.call(query, variables)
        #expect(answer.status == 200)
        #expect(answer.json["data"] == nil)
        return answer.json["errors"]?.array?.first ?? answer.json
    }

    @Test func `a field that does not exist`() async throws {
        try await withShop { shop in
            let error = try await Self.error(shop, "query Q {\n  shop {\n    nothing\n  }\n}")
            #expect(
                error == [
                    "message": "Field 'nothing' doesn't exist on type 'Shop'",
                    "locations": .array([["line": .int(3), "column": .int(5)]]),
                    "path": .strings(["query Q", "shop", "nothing"]),
                    "extensions": ["code": "undefinedField", "typeName": "Shop", "fieldName": "nothing"],
                ]
            )
        }
    }

    @Test func `an object without selections`() async throws {
        try await withShop { shop in
            let error = try await Self.error(shop, "query Q {\n  shop\n}\n")
            #expect(
                error == [
                    "message":
                        "Field must have selections (field 'shop' returns Shop but has no selections. Did you mean 'shop { ... }'?)",
                    "locations": .array([["line": .int(2), "column": .int(3)]]),
                    "path": .strings(["query Q", "shop"]),
                    "extensions": ["code": "selectionMismatch", "nodeName": "field 'shop'", "typeName": "Shop"],
                ]
            )
        }
    }

    @Test func `a document that ends too early`() async throws {
        try await withShop { shop in
            let error = try await Self.error(shop, "query Q {\n  shop {\n    id\n")
            #expect(
                error == [
                    "message": "syntax error, unexpected end of file at [3, 5]",
                    "locations": .array([["line": .int(3), "column": .int(5)]]),
                    "extensions": ["code": "PARSE_ERROR"],
                ]
            )
        }
    }

    @Test(arguments: [
        ("{ shop { id } %", "syntax error, unexpected invalid token (\"%\") at [1, 15]", "PARSE_ERROR"),
        ("{ giftCard { id } }", "Field 'giftCard' is missing required arguments: id", "missingRequiredArguments"),
        ("{ shop(id: 1) { id } }", "Field 'shop' doesn't accept argument 'id'", "argumentNotAccepted"),
        (
            "mutation { giftCardCreate(input: {code: \"12345678\", pin: 1, initialAmount: {amount: 1, currencyCode: USD}}) { giftCardCode } }",
            "InputObject 'GiftCardCreateInput' doesn't accept argument 'pin'", "argumentNotAccepted"
        ),
        (
            "mutation { giftCardCreate(input: {recipientAttributes: {message: \"x\"}, initialValue: \"1\"}) { giftCardCode } }",
            "Argument 'id' on InputObject 'GiftCardRecipientInput' is required. Expected type ID!",
            "missingRequiredInputObjectAttribute"
        ),
        (
            "{ bulkOperations(first: 5, sortKey: ID) { nodes { id } } }",
            "Argument 'sortKey' on Field 'bulkOperations' has an invalid value (ID). Expected type 'BulkOperationsSortKeys'.",
            "argumentLiteralsIncompatible"
        ),
        (
            "{ bulkOperation(id: \"not-a-gid\") { id } }", "Invalid global id 'not-a-gid'",
            "argumentLiteralsIncompatible"
        ),
        ("query Q($id: ID!) { shop { id } }", "Variable $id is declared by Q but not used", "variableNotUsed"),
        ("query Q { node(id: $id) { id } }", "Variable $id is used by Q but not declared", "variableNotDefined"),
        (
            "query Q($id: NoInput!) { node(id: $id) { id } }", "NoInput isn't a defined input type (on $id)",
            "variableRequiresValidType"
        ),
        (
            "query Q($id: ID) { node(id: $id) { id } }",
            "Nullability mismatch on variable $id and argument id (ID / ID!)", "variableMismatch"
        ),
        ("{ shop @lower { id } }", "Directive @lower is not defined", "undefinedDirective"),
        ("{ shop { ...F } }", "Fragment F was used, but not defined", "useAndDefineFragment"),
        (
            "{ node(id: \"1\") { ... on Ghost { id } } }", "No such type Ghost, so it can't be a fragment condition",
            "undefinedType"
        ),
        (
            "{ shop { name { first } } }",
            "Selections can't be made on scalars (field 'name' returns String but has selections [\"first\"])",
            "selectionMismatch"
        ),
        ("{ shop { a: id a: name } }", "Field 'a' has a field conflict: id or name?", "fieldConflict"),
    ])
    func `each fault has its words and its code`(query: String, message: String, code: String) async throws {
        try await withShop { shop in
            let error = try await Self.error(shop, query)
            #expect(error["message"]?.string == message)
            #expect(error["extensions"]?["code"]?.string == code)
        }
    }

    @Test func `a variable that is missing`() async throws {
        try await withShop { shop in
            let error = try await Self.error(shop, TestShop.createMutation)
            #expect(
                error == [
                    "message": "Variable $input of type GiftCardCreateInput! was provided invalid value",
                    "locations": .array([["line": .int(1), "column": .int(17)]]),
                    "extensions": [
                        "code": "INVALID_VARIABLE", "value": .null,
                        "problems": .array([["path": .array([]), "explanation": "Expected value to not be null"]]),
                    ],
                ]
            )
        }
    }

    @Test func `an id that is none is explained, and explained again as a message`() async throws {
        try await withShop { shop in
            let error = try await Self.error(
                shop,
                "query Q($id: ID!) { bulkOperation(id: $id) { id } }",
                ["id": "not-a-shopify-gid"]
            )
            let words: JSON = "Invalid global id 'not-a-shopify-gid'"
            #expect(error["locations"] == .array([["line": .int(1), "column": .int(9)]]))
            #expect(
                error["extensions"]?["problems"]
                    == .array([["path": .array([]), "explanation": words, "message": words]])
            )
        }
    }

    @Test(
        arguments: [
            (
                "mutation M {\n  stagedUploadsCreate(input: [{ resource: FILE, mimeType: \"text/plain\" }]) { userErrors { message } }\n}",
                31, [.string("mutation M"), "stagedUploadsCreate", "input", .int(0), "filename"]
            ),
            (
                "mutation M {\n  one: giftCardCreate(input: { initialValue: \"10\", recipientAttributes: { message: \"x\" } }) { giftCardCode }\n}",
                73, [.string("mutation M"), "one", "input", "recipientAttributes", "id"]
            ),
        ] as [(String, Int, [JSON])]
    )
    func `a member that is missing is told where its object begins, with the places in lists as numbers`(
        query: String,
        column: Int,
        path: [JSON]
    ) async throws {
        try await withShop { shop in
            let error = try await Self.error(shop, query)
            #expect(error["extensions"]?["code"] == "missingRequiredInputObjectAttribute")
            #expect(error["locations"] == .array([["line": .int(2), "column": .int(column)]]))
            #expect(error["path"] == .array(path))
        }
    }

    /// A text that is too long, as it is written in the document, in a variable of its own, and in the whole input's variable.
    @Test(arguments: [
        (
            "mutation M { giftCardCreate(input: { initialValue: \"1\", recipientAttributes: { id: \"1\", message: \"LONG\" } }) { giftCardCode } }",
            89
        ),
        (
            "mutation M($long: String!) { giftCardCreate(input: { initialValue: \"1\", recipientAttributes: { id: \"1\", message: $long } }) { giftCardCode } }",
            105
        ),
        ("mutation M($input: GiftCardCreateInput!) { giftCardCreate(input: $input) { giftCardCode } }", 12),
    ])
    func `an argument that is too long is told at the field, and where it or its variable is written`(
        query: String,
        column: Int
    ) async throws {
        let long = String(repeating: "x", count: 201)
        try await withShop { shop in
            let recipient: JSON = ["id": "1", "message": .string(long)]
            var variables = JSONObject()
            if query.contains("$long") { variables.append("long", .string(long)) }
            if query.contains("$input") {
                variables.append("input", ["initialValue": "1", "recipientAttributes": recipient])
            }
            let answer = try await shop.ask(query.replacing("LONG", with: long), .object(variables))
            let error = answer["errors"]?.array?.first
            #expect(error?["message"] == "message is too long (maximum is 200)")
            let field =
                query.distance(
                    from: query.startIndex,
                    to: (query.firstRange(of: "giftCardCreate(")?.lowerBound ?? query.endIndex)
                ) + 1
            #expect(
                error?["locations"]
                    == .array([
                        ["line": .int(1), "column": .int(field)], ["line": .int(1), "column": .int(column)],
                    ])
            )
            #expect(answer["data"] == ["giftCardCreate": .null])
        }
    }

    @Test func `several problems of a variable are one error`() async throws {
        try await withShop(version: "2026-04") { shop in
            let money: JSON = ["amount": "10", "currencyCode": "USD"]
            let input: JSON = ["note": "x", "initialAmount": money]
            let error = try await Self.error(shop, TestShop.createMutation, ["input": input])
            #expect(
                error["message"]?.string
                    == "Variable $input of type GiftCardCreateInput! was provided invalid value for initialAmount "
                    + "(Field is not defined on GiftCardCreateInput), initialValue (Expected value to not be null)"
            )
            #expect(error["extensions"]?["value"] == input)
            #expect(error["extensions"]?["problems"]?.array?.count == 2)
        }
    }

    @Test func `a value that is none of an enum`() async throws {
        try await withShop { shop in
            let error = try await Self.error(
                shop,
                "query Q($key: BulkOperationsSortKeys) { bulkOperations(first: 1, sortKey: $key) { nodes { id } } }",
                ["key": "BANANA"]
            )
            #expect(
                error["extensions"]?["problems"]?.array?.first?["explanation"]?.string
                    == "Expected \"BANANA\" to be one of: COMPLETED_AT, CREATED_AT"
            )
        }
    }

    @Test(arguments: [
        ("{ bulkOperations { nodes { id } } }", "you must provide one of first or last"),
        ("{ bulkOperations(first: 1, last: 1) { nodes { id } } }", "providing both first and last is not supported"),
        (
            "{ bulkOperations(first: 1, query: \"created_at:not-a-date\") { nodes { id } } }",
            "Invalid timestamp for query filter `created_at`."
        ),
    ])
    func `a list that may not be null makes the whole answer null`(query: String, message: String) async throws {
        try await withShop { shop in
            let answer = try await shop.ask(query)
            #expect(answer["data"] == .null)
            #expect(
                answer["errors"]
                    == .array([
                        [
                            "message": .string(message),
                            "locations": .array([["line": .int(1), "column": .int(3)]]),
                            "extensions": ["code": "BAD_REQUEST"], "path": .strings(["bulkOperations"]),
                        ]
                    ])
            )
            #expect(answer["extensions"]?["cost"] != nil)
        }
    }

    @Test func `an id of another kind is not found`() async throws {
        try await withShop { shop in
            let answer = try await shop.ask("{ bulkOperation(id: \"gid://shopify/Product/1\") { id } }")
            #expect(answer["errors"]?.array?.first?["message"] == "Invalid id: gid://shopify/Product/1")
            #expect(answer["errors"]?.array?.first?["extensions"] == ["code": "RESOURCE_NOT_FOUND"])
            #expect(answer["data"] == ["bulkOperation": .null])
        }
    }

    @Test func `aliases, fragments, directives and defaults work`() async throws {
        try await withShop { shop in
            let answer = try await shop.ask(
                """
                query Shop($no: Boolean = false, $first: Int = 2) {
                  me: shop { ...Names id @include(if: $no) plan @skip(if: true) { shopifyPlus } }
                  giftCards(first: $first) { nodes { id } }
                }
                fragment Names on Shop { __typename name ... on Node { myshopifyDomain: __typename } ... { currencyCode } }
                """
            )
            #expect(
                answer["data"] == [
                    "me": [
                        "__typename": "Shop", "name": "dropline-sandbox", "myshopifyDomain": "Shop",
                        "currencyCode": "USD",
                    ],
                    "giftCards": ["nodes": .array([])],
                ]
            )
        }
    }

    @Test func `of several operations the named one is run`() async throws {
        try await withShop { shop in
            let text = "query A { shop { id } } query B { shop { name } }"
            let answer = try await shop.call(text, operationName: "B").json
            #expect(answer["data"] == ["shop": ["name": "dropline-sandbox"]])
            #expect(try await Self.error(shop, text)["message"] == "An operation name is required")
        }
    }

    @Test func `a body without a query is a bad request`() async throws {
        try await withShop { shop in
            let answer = try await shop.send(
                "POST",
                "/admin/api/2026-07/graphql.json",
                headers: ["X-Shopify-Access-Token": "shpat_sandbox"]
            )
            #expect(answer.status == 400)
            #expect(answer.json == ["errors": ["query": "Required parameter missing or invalid"]])
        }
    }
}
