public import Sealing

/// A bulk operation as the shop describes it.
public struct BulkOperation: Sendable, Equatable {
    /// Where it stands (`BulkOperationStatus`).
    public enum Status: Sendable, Hashable {
        case created, running, completed, canceling, canceled, failed, expired
        /// A word that this module does not know.
        case unrecognized(String)

        /// Whether nothing will happen any more; `completed` does not mean that a single card was made.
        public var isTerminal: Bool {
            switch self {
            case .completed, .failed, .canceled, .expired: true
            case .created, .running, .canceling, .unrecognized: false
            }
        }
    }

    /// Its id: `gid://shopify/BulkOperation/1`.
    public let id: String
    /// Where it stands.
    public let status: Status
    /// Why it failed: `ACCESS_DENIED`, `INTERNAL_SERVER_ERROR` or `TIMEOUT`.
    public let errorCode: String?
    /// How many lines have been worked on.
    public let objectCount: Int?
    /// The length of the result file in bytes.
    public let fileSize: Int?
    /// Where the result file is; it holds a signature and opens the file to anybody.
    public let url: Secret?
    /// Where the part of the result is that a failed operation left.
    public let partialDataURL: Secret?
    /// When it was made, in Shopify's text: `2026-11-21T06:18:00Z`.
    public let createdAt: String
    /// The document it runs, echoed as it was sent.
    public let query: String

    /// Makes an operation.
    public init(
        id: String,
        status: Status,
        errorCode: String? = nil,
        objectCount: Int? = nil,
        fileSize: Int? = nil,
        url: Secret? = nil,
        partialDataURL: Secret? = nil,
        createdAt: String,
        query: String
    ) {
        self.id = id
        self.status = status
        self.errorCode = errorCode
        self.objectCount = objectCount
        self.fileSize = fileSize
        self.url = url
        self.partialDataURL = partialDataURL
        self.createdAt = createdAt
        self.query = query
    }

    /// The operation name in `query`, by which an operation is found again: `GiftCards_run7_1`.
    public var operationName: String? { DocumentName.name(in: query) }
}

/// What became of the wish to cancel a bulk operation.
public enum BulkCancellation: Sendable, Equatable {
    /// Shopify ends it, as it shows it now: `CANCELING`, or `CANCELED` by then.
    ///
    /// Lines that are under way may still be executed: a cancelled operation of one line was seen to end `CANCELED` with its card made.
    case taken(BulkOperation)
    /// It has ended before, however it did.
    case ended
    /// The shop has no such operation.
    case unknown
}

/// What became of the wish to start a bulk operation; all but `started` began nothing.
public enum BulkStart: Sendable, Equatable {
    /// It runs.
    case started(BulkOperation)
    /// As many run as may: try again when one has ended. The ids are those Shopify names.
    case busy(operations: [String])
    /// This shop does not take this mutation in bulk: make the cards one by one.
    case mutationNotAllowed
    /// The uploaded file is not there (any more): upload it again.
    case noSuchFile
    /// The file is empty, too large or otherwise not to be used.
    case invalidFile(UserError)
    /// The file could not be read just now: try again.
    case fileUnreadable
    /// The document is at fault, or something that nobody has described.
    case refused([UserError])
}
