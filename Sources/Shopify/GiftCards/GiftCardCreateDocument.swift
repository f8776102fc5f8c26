/// The mutation that makes one card, under an operation name of its own: for a bulk operation's inner document and for single calls.
///
/// Shopify echoes the text of a bulk operation's document, so a name that is unique to an attempt finds the operation again. The text never selects `giftCardCode`:
/// no code can stand in an answer or a result file.
///
/// - Parameter name: A GraphQL name: letters, digits and `_`, not beginning with a digit (https://spec.graphql.org/October2021/#Name). Anything else is the caller's bug.
/// - Returns: The document.
public func giftCardCreateDocument(named name: String) -> String {
    DocumentName.renamed(Document.giftCardCreate, to: name)
}
