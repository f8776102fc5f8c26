import Commerce
public import Ledgers

/// One step of a pipeline: turns artifacts into artifacts inside the run's workspace.
public protocol Stage: Sendable {
    /// The name it has in a pipeline file.
    static var name: StageName { get }

    /// Whether it begins something, so that it is not called while its pipeline is paused; one that ends what was begun is.
    static var beginsWork: Bool { get }

    /// The media type of the files with which a pipeline may begin at this stage; `nil` where none may.
    static var sourceMediaType: String? { get }

    /// Whether it writes files that are numbered by the run's attempt, so that running it again is a new attempt.
    static var numbersAttempts: Bool { get }

    /// Why a file that has this first line can't be one of a pipeline that begins at this stage; `nil` where it may be, or where no line is a header.
    ///
    /// Asked of a file that ends with this line, so that one which holds something else than a header is not held to be empty.
    func fault(ofFirstLine line: [UInt8]) -> String?

    /// Reads the input artifacts, writes output artifacts into the workspace, and ends with `context.commit`.
    ///
    /// The commit is one transaction that records the outputs. Called again after a crash it gives the same plaintext. A bad row is a
    /// value, not an error; an error says by its disposition what happens to the run.
    func run(_ input: StageInput, in context: StageContext) async throws -> StageOutput
}

extension Stage {
    /// Most stages end what others have begun.
    public static var beginsWork: Bool { false }

    /// Most stages go on from what another one left.
    public static var sourceMediaType: String? { nil }

    /// Most stages replace what they wrote before.
    public static var numbersAttempts: Bool { false }

    /// Most stages read no header.
    public func fault(ofFirstLine line: [UInt8]) -> String? { nil }
}

/// The name of a stage, as in a pipeline file: `bulk-import`.
public struct StageName: RawRepresentable, Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// The word.
    public let rawValue: String
    /// Names a stage.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// Names a stage.
    public init(stringLiteral value: String) { rawValue = value }
    /// The word.
    public var description: String { rawValue }
}

/// What a stage begins with: the run as recorded, and all that earlier stages left.
public struct StageInput: Sendable {
    /// The run.
    public let run: Run
    /// Every artifact recorded so far, by kind, attempt and part.
    public let artifacts: [Artifact]

    /// Describes an input.
    public init(run: Run, artifacts: [Artifact]) {
        self.run = run
        self.artifacts = artifacts
    }

    /// The artifacts of a kind, in the order of their parts; those of one attempt only, where given.
    public func artifacts(_ kind: ArtifactKind, attempt: Int? = nil) -> [Artifact] {
        artifacts.filter { $0.kind == kind && (attempt == nil || $0.attempt == attempt) }
    }

    /// The one artifact of a kind; throws when an earlier stage did not leave it.
    public func artifact(_ kind: ArtifactKind) throws -> Artifact {
        guard let found = artifacts(kind).first else {
            throw StageError(.missingArtifact, "run \(run.id) has no \(kind)", disposition: .stop, side: .local)
        }
        return found
    }
}

/// How a stage leaves its run.
public enum StageOutput: Sendable, Equatable {
    /// The next stage follows; after the last one the run is final.
    case finished
    /// Rows are to be sent again: a new attempt begins at an earlier stage.
    case again(from: StageName, String)
    /// The run goes on by itself, at this stage or the one named; in this sweep after a while, or at the next one.
    case waiting(String, at: StageName? = nil, checkAfter: Duration? = nil)
    /// Nothing is sent until a person approves; the run then goes on at the stage named.
    case held(String, at: StageName)
    /// The run ends without a result for each row: the last stage puts its source away.
    case close(Verdict, String?)
}
