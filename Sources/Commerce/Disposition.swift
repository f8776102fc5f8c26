/// What the runner does after an error; it decides on nothing else.
public enum Disposition: Sendable, Hashable {
    /// The same step may succeed later; nothing is lost by trying again.
    case retry(after: Duration? = nil)
    /// This file can't be processed: it is put aside with its reason, and the others go on.
    case quarantine
    /// A person must decide before this run goes on.
    case hold
    /// Nothing in this pipeline can succeed until a person fixes something: a setting, a permission, a disk.
    case stop
}

/// Where a fault lies, which decides how a command ends.
public enum FaultSide: String, Sendable {
    /// A drop or a shop could not be reached, or refused us.
    case remote
    /// The file is not what it should be.
    case input
    /// The configuration is wrong.
    case configuration
    /// Dropline itself, its ledger or its workspace.
    case local
}

/// An error that says what to do about it.
public protocol ClassifiedError: Error, Sendable, CustomStringConvertible {
    /// What the runner does.
    var disposition: Disposition { get }
    /// Where the fault lies.
    var side: FaultSide { get }
    /// The kind of error as a stable word, for the ledger and for scripts: `host-key-changed`.
    var codeName: String { get }
    /// The drop or the shop that failed or refused us; `nil` where the fault lies elsewhere.
    var remote: RemoteParty? { get }
}

extension ClassifiedError {
    /// None.
    public var remote: RemoteParty? { nil }
}

/// A drop or a shop, by its name in the configuration.
public enum RemoteParty: Hashable, Sendable {
    /// A place for files.
    case drop(String)
    /// A shop.
    case shop(String)
}
