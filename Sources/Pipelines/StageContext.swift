public import Ledgers
public import Logging
public import Sealing

/// What a stage works with, besides its input: the run's claim, the ledger, the workspace, time.
public struct StageContext: Sendable {
    /// What all runs share.
    public let installation: Installation
    /// The pipeline that the run belongs to.
    public let pipeline: Pipeline
    /// The stage that runs.
    public let stage: StageName
    /// Proof that this process owns the run; every write names it.
    public let claim: Claim
    /// The run's number.
    public let run: RunID
    /// The attempt of the run.
    public let attempt: Int
    /// A logger that names run, pipeline and stage.
    public let logger: Logger
    private let startedAt: Int64

    /// Prepares a stage's run.
    public init(
        installation: Installation,
        pipeline: Pipeline,
        stage: StageName,
        claim: Claim,
        run: Run,
        logger: Logger
    ) {
        self.installation = installation
        self.pipeline = pipeline
        self.stage = stage
        self.claim = claim
        self.run = run.id
        attempt = run.attempt
        self.logger = logger
        startedAt = installation.clock.now()
    }

    /// Milliseconds since 1970.
    public func now() -> Int64 { installation.clock.now() }

    /// Says how far the stage is.
    public func progress(_ doing: String, _ done: Int, of total: Int? = nil) {
        installation.progress.report(run, doing, done, total)
    }

    /// Names a place where a test may kill the process: `bulk-import.intended`.
    public func reach(_ place: String) { installation.crashPoints.reach("\(stage).\(place)") }

    /// Makes sure, before an effect outside, that the run is still ours.
    public func renew() async throws { try await installation.ledger.renew(claim) }

    /// The pause that a person has put the pipeline in, as it is now; nothing is sent in it.
    public func pause() async throws -> Pause? {
        let name = pipeline.name
        return try await read { try $0.pause(of: name) }
    }

    /// Reads from the ledger.
    public func read<Value: Sendable>(
        _ body: @escaping @Sendable (any LedgerReader) throws -> Value
    ) async throws -> Value {
        try await installation.ledger.read(body)
    }

    /// Writes to the ledger as the run's owner.
    public func write<Value: Sendable>(
        _ body: @escaping @Sendable (any LedgerWriter) throws -> Value
    ) async throws -> Value {
        try await installation.ledger.write(as: claim, body)
    }

    /// Opens an artifact's plaintext, once all of it was found to be what the run recorded: see `Installation.open(_:of:)`.
    public func open(_ artifact: Artifact) throws -> SealedFileReader { try installation.open(artifact, of: run) }

    /// Begins a sealed file of this run; it has its name only once it is finished.
    public func create(_ kind: ArtifactKind, attempt: Int = 0, part: Int = 0) throws -> SealedFileWriter {
        try installation.create(installation.workspace.path(run: run, kind: kind, attempt: attempt, part: part))
    }

    /// Gives a sealed file of this run its name; who has lost the run meanwhile replaces no file of its new owner's.
    public func finish(_ file: SealedFileWriter) async throws -> SealedFile {
        try await renew()
        return try file.finish()
    }

    /// Describes a finished file of this run, for the commit.
    public func artifact(
        _ kind: ArtifactKind,
        attempt: Int = 0,
        part: Int = 0,
        fileName: String,
        mediaType: String,
        count: Int,
        file: SealedFile,
        attributes: [String: String] = [:]
    ) -> Artifact {
        Artifact(
            kind: kind,
            attempt: attempt,
            part: part,
            fileName: fileName,
            path: installation.workspace.path(run: run, kind: kind, attempt: attempt, part: part),
            digest: file.digest.hex,
            size: file.size,
            mediaType: mediaType,
            count: count,
            attributes: attributes
        )
    }

    /// Ends the stage: one transaction records its outputs, what it did to the run, and where the run goes on.
    @discardableResult
    public func commit(
        _ output: StageOutput,
        artifacts: [Artifact] = [],
        _ body: @escaping @Sendable (any LedgerWriter, inout Run) throws -> Void = { _, _ in }
    ) async throws -> StageOutput {
        reach("before-commit")
        let (id, stage, chain, startedAt, now) = (run, stage, pipeline.chain, startedAt, now())
        try await write { ledger in
            guard var run = try ledger.run(id) else {
                throw LedgerError(.inconsistent, "run \(id) is not in the ledger")
            }
            for artifact in artifacts { try ledger.put(artifact, of: id) }
            let attempt = run.attempt
            // What a person should look at while the run waits stays until the stage that tells of it has looked again.
            if run.state != .waiting { run.attention = nil }
            try body(ledger, &run)
            run.leave(stage, output, chain: chain, now: now)
            if run.attention == nil, !run.state.isFinal { run.attention = run.standingAttention }
            try ledger.put(run)
            guard let (word, detail) = output.record else { return }
            try ledger.add(
                StageRecord(
                    run: id,
                    attempt: attempt,
                    stage: stage.rawValue,
                    outcome: word,
                    detail: detail,
                    startedAt: startedAt,
                    endedAt: now
                )
            )
        }
        reach("after-commit")
        return output
    }
}

extension StageOutput {
    /// What stands in the run's history; `nil` for waiting, which may happen every second.
    fileprivate var record: (String, String?)? {
        switch self {
        case .finished: ("finished", nil)
        case .again(_, let why): ("again", why)
        case .waiting: nil
        case .held(let why, _): ("held", why)
        case .close(let verdict, let why): (verdict.rawValue, why)
        }
    }
}

extension Run {
    /// Moves the run to where a stage's output sends it.
    public mutating func leave(_ stage: StageName, _ output: StageOutput, chain: [StageName], now: Int64) {
        updatedAt = now
        (failures, interruptions) = (0, 0)
        switch output {
        case .finished:
            let next = chain.firstIndex(of: stage).map { chain.index(after: $0) } ?? chain.endIndex
            if next < chain.endIndex {
                (state, nextStage) = (.open, chain[next].rawValue)
            } else {
                (state, nextStage, finishedAt) = (verdict?.state ?? .done, nil, now)
            }
            if verdict == nil { reason = nil }
        case .again(let from, let why):
            attempt += 1
            (state, nextStage, reason) = (.open, from.rawValue, why)
        case .waiting(let why, let at, _):
            (state, nextStage, reason) = (.waiting, (at ?? stage).rawValue, why)
        case .held(let why, let at):
            (state, nextStage, reason) = (.held, at.rawValue, why)
        case .close(let verdict, let why):
            (self.verdict, reason) = (verdict, why)
            (state, nextStage) = (.open, chain.last?.rawValue)
        }
        stayOpenForRerun()
    }

    /// A run that a person asked to run again neither ends nor is held before that has begun.
    public mutating func stayOpenForRerun() {
        guard rerunFrom != nil, state.isFinal || state == .held else { return }
        (state, finishedAt) = (.open, nil)
    }
}
