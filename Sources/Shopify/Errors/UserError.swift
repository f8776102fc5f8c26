/// What Shopify has against one input: an entry of `userErrors`.
///
/// The message went through `CodeScrubber`: it never holds a gift card code.
public struct UserError: Sendable, Hashable, CustomStringConvertible {
    /// Shopify's word for it, which is often absent: `TOO_SHORT`.
    public let code: String?
    /// The input that is meant: `["input", "code"]`.
    public let field: [String]
    /// Shopify's sentence.
    public let message: String

    /// Makes an error of what Shopify said where no code was sent; the message is scrubbed, and never empty.
    public init(code: String?, field: [String], message: String) {
        self.init(code: code, field: field, message: message, CodeScrubber())
    }

    /// Makes an error of what Shopify said of a call that held codes.
    init(code: String?, field: [String], message: String, _ scrubber: CodeScrubber) {
        self.code = code.map(scrubber.scrubbed)
        self.field = field.map(scrubber.scrubbed)
        self.message = message.contains { !$0.isWhitespace } ? scrubber.scrubbed(message) : "no message"
    }

    /// `Code must be at least 8 characters long (TOO_SHORT, input.code)`.
    public var description: String {
        let facts = [code, field.isEmpty ? nil : field.joined(separator: ".")].compactMap { $0 }
        return facts.isEmpty ? message : "\(message) (\(facts.joined(separator: ", ")))"
    }
}
