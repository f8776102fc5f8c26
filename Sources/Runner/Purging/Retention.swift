public import Ledgers

/// After how long which part of a finished run is removed; `nil` keeps it.
public struct Retention: Sendable, Equatable {
    /// The sealed files.
    public var workspace: Duration?
    /// The texts of rows, and how stages and bulk operations went.
    public var ledger: Duration?
    /// What was archived and published on the drops and carries codes.
    public var archive: Duration?

    /// Says how long each part is kept.
    public init(workspace: Duration? = nil, ledger: Duration? = nil, archive: Duration? = nil) {
        (self.workspace, self.ledger, self.archive) = (workspace, ledger, archive)
    }

    /// Whether everything is kept.
    public var keepsAll: Bool { self == Retention() }

    /// How long a part is kept.
    public func age(_ part: PurgePart) -> Duration? {
        switch part {
        case .archive: archive
        case .workspace: workspace
        case .ledger: ledger
        }
    }
}
