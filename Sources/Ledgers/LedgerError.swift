public import Commerce

/// Why the ledger could not do what it was asked.
public struct LedgerError: ClassifiedError, Equatable {
    /// The kind of fault.
    public enum Code: String, Sendable {
        /// Another process has taken over what this one owned; whatever it was doing must end.
        case claimLost = "claim-lost"
        /// The ledger can't be opened, read or written.
        case unavailable
        /// The disk is full.
        case full
        /// The file is damaged.
        case corrupt
        /// The ledger was written by a newer Dropline.
        case newer
        /// Something stands in the ledger that can't be: a fault of Dropline's own.
        case inconsistent
    }

    /// The kind of fault.
    public let code: Code
    /// What happened, in words for a person.
    public let message: String

    /// Describes a fault.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// A lost claim and a busy ledger pass; the rest waits for a person.
    public var disposition: Disposition {
        switch code {
        case .claimLost: .retry()
        case .unavailable, .full, .corrupt, .newer, .inconsistent: .stop
        }
    }

    /// The ledger is ours.
    public var side: FaultSide { .local }

    /// The code's word.
    public var codeName: String { "ledger-" + code.rawValue }

    /// The message.
    public var description: String { message }
}
