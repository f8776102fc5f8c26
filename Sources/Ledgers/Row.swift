/// What became of one row; the raw value stands in results files and in the ledger.
public enum RowStatus: String, Sendable, CaseIterable {
    /// Its card is taken by this row and will be sent. It stands in no results file.
    case planned
    /// Its card is being sent. It stands in no results file.
    case submitted
    /// The card was created from this row, now or on an earlier attempt.
    case activated
    /// The card was active before, with this value.
    case alreadyActive = "already-active"
    /// Its card stands in the activation feed with which the pipeline ends; whoever takes the feed activates it.
    case inFeed = "in-feed"
    /// An earlier row of the pipeline has put the card into a feed, with this value; it stands in no other.
    case alreadyInFeed = "already-in-feed"
    /// Never sent: the row itself is wrong.
    case invalid
    /// The shop said no.
    case refused
    /// The code belongs to a card of another value or another origin.
    case conflict
    /// Above a limit; nothing is sent until a person approves.
    case held
    /// Whether a card exists could not be found out yet.
    case unknown

    /// Whether the row counts as accepted: its card works, or where the pipeline ends with a feed, it stands in one.
    public var isAccepted: Bool {
        switch self {
        case .activated, .alreadyActive, .inFeed, .alreadyInFeed: true
        case .planned, .submitted, .invalid, .refused, .conflict, .held, .unknown: false
        }
    }
}

/// Why the outcome of a row is not known.
public enum Doubt: String, Sendable {
    /// The row was sent and no readable answer for it came back.
    case unanswered
    /// The shop says that the code is taken; by whom is being looked up.
    case taken
    /// Another open run has taken the same code with the same value.
    case elsewhere
}

/// The line of a bulk file that a row was sent on, or the feed that it stands in where its pipeline ends with that.
public struct BulkPosition: Sendable, Hashable {
    /// The attempt of the run, from 1.
    public var attempt: Int
    /// The part of the attempt's bulk file, from 1; 0 for the attempt's activation feed.
    public var part: Int
    /// The line of the part, from 0, as in a result's `__lineNumber`; of a feed, the `line` of the card.
    public var line: Int

    /// Whether it is a place in an activation feed.
    public var isInFeed: Bool { part == 0 }

    /// Names a line of a bulk file.
    public init(attempt: Int, part: Int, line: Int) {
        self.attempt = attempt
        self.part = part
        self.line = line
    }
}

/// One row of a source file and what became of it; it never holds a code.
public struct Row: Sendable, Equatable {
    /// The row's line in the source file; a CSV header is line 1.
    public var line: Int
    /// What became of the row, or of all rows that are counted.
    public var status: RowStatus
    /// The keyed hash of the card's code; `nil` where the code could not be read.
    public var key: [UInt8]?
    /// The card's value in the currency's smallest units; `nil` where it could not be read.
    public var value: Int64?
    /// The code as it may be shown: `…x3w6`.
    public var masked: String?
    /// The internal id of the NetSuite sales order, as the source has it.
    public var netSuiteOrder: String?
    /// The id of the Shopify order, as the source has it.
    public var shopifyOrder: String?
    /// Where it was last sent.
    public var position: BulkPosition?
    /// The Shopify id of its card.
    public var cardID: String?
    /// Why it has this status, in words for a person.
    public var reason: String?
    /// Why it is `unknown`.
    public var doubt: Doubt?
    /// Since when it is `unknown`, in milliseconds since 1970.
    public var unknownSince: Int64?

    /// Describes a row.
    public init(
        line: Int,
        status: RowStatus,
        key: [UInt8]? = nil,
        value: Int64? = nil,
        masked: String? = nil,
        netSuiteOrder: String? = nil,
        shopifyOrder: String? = nil,
        reason: String? = nil
    ) {
        self.line = line
        self.status = status
        self.key = key
        self.value = value
        self.masked = masked
        self.netSuiteOrder = netSuiteOrder
        self.shopifyOrder = shopifyOrder
        self.reason = reason
    }
}

/// How many rows of a run have a status, and what they are worth.
public struct Tally: Sendable, Equatable {
    /// What became of the row, or of all rows that are counted.
    public var status: RowStatus
    /// How many rows have the status.
    public var rows: Int
    /// The sum of the readable values, in the currency's smallest units.
    public var value: Int64
    /// How many of the rows have no readable value.
    public var withoutValue: Int

    /// Describes a tally.
    public init(status: RowStatus, rows: Int, value: Int64, withoutValue: Int) {
        self.status = status
        self.rows = rows
        self.value = value
        self.withoutValue = withoutValue
    }
}

/// A code that stands on more than one line of a run.
public struct RepeatedKey: Sendable, Equatable {
    /// The keyed hash of the code.
    public var key: [UInt8]
    /// The first line that has it.
    public var firstLine: Int
    /// The last line that has it.
    public var lastLine: Int
    /// How many lines have it.
    public var rows: Int
    /// Whether all of them have one value.
    public var valuesAgree: Bool

    /// Describes a repeated code.
    public init(key: [UInt8], firstLine: Int, lastLine: Int, rows: Int, valuesAgree: Bool) {
        self.key = key
        self.firstLine = firstLine
        self.lastLine = lastLine
        self.rows = rows
        self.valuesAgree = valuesAgree
    }
}
