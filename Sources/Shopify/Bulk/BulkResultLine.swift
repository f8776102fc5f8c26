import Records
public import Sealing

/// One line of a bulk operation's result file.
///
/// The lines come in any order, some may be missing, and the last may be cut; only `lineNumber` tells which card is meant, and the card's note confirms it.
public struct BulkResultLine: Sendable, Equatable {
    /// The zero-based line of the bulk file (`__lineNumber`); `nil` if the line cannot be read or does not say.
    public let lineNumber: Int?
    /// What became of the card.
    public let outcome: CreationOutcome

    /// Makes a line.
    public init(lineNumber: Int?, outcome: CreationOutcome) {
        self.lineNumber = lineNumber
        self.outcome = outcome
    }
}

extension BulkResultLine {
    /// Reads a line without its line break.
    ///
    /// `{"data":{"giftCardCreate":{"giftCard":{…},"userErrors":[]}},"__lineNumber":0}` gives line 0, created. Bytes that are no JSON object, such as a line cut short,
    /// give no number and `unknown`; a blank line is the caller's to skip.
    ///
    /// - Parameters:
    ///   - bytes: The line.
    ///   - isCode: Whether a text of 8 to 20 of `a-z0-9` is a code that was sent with the operation: it is then hidden in what Shopify says.
    ///   - secrets: What was sent with the calls besides, which is hidden too.
    public init(
        parsing bytes: [UInt8],
        hiding isCode: @escaping @Sendable (String) -> Bool,
        and secrets: [Secret] = []
    ) {
        guard let json = JSONValue.reading(bytes), json.object != nil else {
            self.init(lineNumber: nil, outcome: .unknown(reason: "the result line cannot be read"))
            return
        }
        let number = json["__lineNumber"]?.whole.flatMap { $0 >= 0 ? $0 : nil }
        let scrubber = CodeScrubber(secrets: secrets, isCode: isCode)
        let errors = AnswerError.all(in: json, scrubber)
        let outcome = CreationOutcome(data: json["data"]?.present, errors: errors, scrubber)
        self.init(lineNumber: number, outcome: outcome)
    }
}
