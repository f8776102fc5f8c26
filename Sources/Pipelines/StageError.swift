public import Commerce

/// Why a stage could not do its work on a run.
public struct StageError: ClassifiedError {
    /// The kind of fault.
    public enum Code: String, Sendable {
        /// The file's content is not what this pipeline takes.
        case unreadableSource = "unreadable-source"
        /// An earlier stage left nothing to work on.
        case missingArtifact = "missing-artifact"
        /// A file of the workspace is missing, or is not what its run recorded.
        case notAsRecorded = "not-as-recorded"
        /// Rows or money in do not equal rows or money out: a fault of Dropline's own.
        case unbalanced
        /// The configuration does not fit the shop or the pipeline.
        case misconfigured
        /// The workspace can't be read or written.
        case workspace
    }

    /// The kind of fault.
    public let code: Code
    /// What happened, on which file and line, and what to do, in words for a person; never a code.
    public let message: String
    /// What the runner does.
    public let disposition: Disposition
    /// Where the fault lies.
    public let side: FaultSide

    /// Describes a fault.
    public init(_ code: Code, _ message: String, disposition: Disposition, side: FaultSide) {
        self.code = code
        self.message = message
        self.disposition = disposition
        self.side = side
    }

    /// A file that is put aside, with the reason that is written beside it.
    public static func quarantine(_ reason: String) -> StageError {
        StageError(.unreadableSource, reason, disposition: .quarantine, side: .input)
    }

    /// Reads a source; faults of these kinds are faults of the whole file, which put it aside.
    public static func quarantining<Value>(
        _ faults: [any Error.Type],
        _ read: () throws -> Value
    ) throws -> Value {
        do {
            return try read()
        } catch let error where faults.contains(where: { $0 == type(of: error) }) {
            throw quarantine("\(error)")
        }
    }

    /// The code's word.
    public var codeName: String { code.rawValue }

    /// The message.
    public var description: String { message }
}
