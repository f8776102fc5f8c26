/// Something that a person knows of a row, by which it is found again.
public enum RowClue: Sendable, Hashable {
    /// The code as it may be shown: `…x3w6`.
    case masked(String)
    /// The internal id of the NetSuite sales order, as the source has it.
    case netSuiteOrder(String)
    /// The id of the Shopify order, as the source has it.
    case shopifyOrder(String)
    /// The Shopify id of the card.
    case cardID(String)
}

/// Where a row stands: a line of a run's source.
public struct RowPlace: Sendable, Hashable {
    /// The run.
    public var run: RunID
    /// The line of its source.
    public var line: Int

    /// Names a row.
    public init(run: RunID, line: Int) {
        self.run = run
        self.line = line
    }
}

/// A file and the run that it belongs to.
public struct RunFile: Sendable, Equatable {
    /// The run.
    public var run: RunID
    /// The file.
    public var artifact: Artifact

    /// Describes a file of a run.
    public init(run: RunID, artifact: Artifact) {
        self.run = run
        self.artifact = artifact
    }
}
