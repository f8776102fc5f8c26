import Testing

@testable import Shopify

struct DocumentTests {
    static let all = [
        Document.shopProfile, Document.stagedUploadsCreate, Document.bulkOperationRunMutation, Document.bulkOperation,
        Document.bulkOperations, Document.bulkOperationCancel, Document.bulkOperationsUnderWay,
        Document.giftCardCreate, Document.giftCardLookup,
    ]

    @Test(arguments: all)
    func `no document asks for a code`(_ document: String) {
        #expect(!document.isEmpty)
        #expect(!document.contains("giftCardCode"))
        #expect(!document.contains("maskedCode"))
    }

    @Test(arguments: [Document.giftCardCreate, Document.giftCardLookup])
    func `a card is asked for all that it is compared by`(_ document: String) {
        for field in ["id", "note", "lastCharacters", "initialValue", "amount", "currencyCode"] {
            #expect(
                document.contains("\n\(field)\n") || document.contains(" \(field)\n")
                    || document.contains(" \(field) {\n")
            )
        }
    }

    @Test func `the operation of a bulk document has the given name`() {
        let document = giftCardCreateDocument(named: "GiftCards_run7_1")
        #expect(document.hasPrefix("mutation GiftCards_run7_1($input: GiftCardCreateInput!) {"))
        #expect(
            document.dropFirst("mutation GiftCards_run7_1".count)
                == Document.giftCardCreate.dropFirst("mutation GiftCardCreate".count)
        )
    }

    @Test(arguments: [
        ("mutation GiftCards_7($input: X!) { a }", "GiftCards_7"),
        ("#graphql\n# mutation Other\n , mutation\n#x\r\n\tA_1{ a }", "A_1"),
        ("query Q { a }", "Q"),
        ("mutation($input: X!) { a }", nil),
        ("{ a }", nil),
        ("mutationName { a }", nil),
        ("", nil),
        ("mutation", nil),
    ])
    func `the name of an echoed operation is found`(_ document: String, _ name: String?) {
        #expect(DocumentName.name(in: document) == name)
    }

    @Test(arguments: [("A_9z", true), ("_a", true), ("9a", false), ("a-b", false), ("", false), ("é", false)])
    func `an operation's name is a GraphQL name`(_ text: String, _ isName: Bool) {
        #expect(DocumentName.isName(text) == isName)
    }
}
