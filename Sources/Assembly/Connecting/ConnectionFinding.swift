public import Commerce

/// What trying a drop, one of its directories, a shop, or the ledger showed.
public struct ConnectionFinding: Sendable {
    /// What was tried: `drop netsuite`, `source netsuite:in`, `shop main`, `ledger var/dropline.sqlite`.
    public let subject: String
    /// What was found, or why it fails and what to do.
    public let words: String
    /// More that a person wants to know, a line each.
    public let details: [String]
    /// Where the fault lies; `nil` when all is well.
    public let side: FaultSide?

    /// For people: `ok    drop local: lists, writes and renames`.
    public var text: String { (side == nil ? "ok    " : "fails ") + subject + ": " + words }

    init(_ subject: String, _ words: String, details: [String] = []) {
        (self.subject, self.words, self.details, side) = (subject, words, details, nil)
    }

    /// A fault, with what was found before it.
    init(_ subject: String, failing error: any Error, details: [String] = []) {
        (self.subject, words, self.details) = (subject, "\(error)", details)
        switch error {
        case let error as any ClassifiedError: side = error.side
        case is ConfigurationProblems: side = .configuration
        default: side = .local
        }
    }
}
