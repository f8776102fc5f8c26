import Ledgers
import Logging
public import Pipelines

/// Computes from board and ledger what a person should know, and publishes it on the board: each condition begins once and ends once.
public struct ConditionWatch: Sendable {
    private let board: ServiceBoard
    private let installation: Installation
    private let expectations: @Sendable (String) -> Expectations

    /// Makes a watch; told is what each pipeline expects.
    public init(
        _ board: ServiceBoard,
        in installation: Installation,
        expectations: @escaping @Sendable (String) -> Expectations
    ) {
        (self.board, self.installation, self.expectations) = (board, installation, expectations)
    }

    /// Looks after every sweep that has shown something new, and twice a minute, until its task is cancelled.
    public func run() async {
        let changed = board.changes()
        while !Task.isCancelled {
            do {
                try await look()
            } catch is CancellationError {
                return
            } catch {
                installation.logger.error("conditions can't be told", metadata: ["error": "\(error)"])
            }
            // Sweeps that end together are looked at together.
            try? await installation.clock.sleep(Self.gathering)
            await changed.wait(atMost: Self.interval, installation.clock)
        }
    }

    /// Looks once.
    public func look() async throws {
        let statuses = board.statuses
        let now = installation.clock.now()
        let names = Set(statuses.map(\.name))
        let runs = try await installation.ledger.read { ledger in
            try ledger.runsThatNeedPeople(since: now - Self.remembrance).filter { names.contains($0.pipeline) }
        }
        var found = runs.map { run in
            Condition(
                .needsPerson,
                pipeline: run.pipeline,
                run: run.id,
                since: run.updatedAt,
                words:
                    "run \(run.id) (\(run.source.name)) is \(run.state.rawValue): \(run.attention ?? run.reason ?? "see it")"
            )
        }
        for status in statuses {
            let expected = expectations(status.name)
            found += [trouble(status, now), unclaimed(status, expected, now)].compactMap(\.self)
            if let missing = try await missing(status, expected, now) { found.append(missing) }
        }
        board.publish(found, at: now, seen: Set(statuses.filter { $0.lastSeen != nil }.map(\.name)))
    }

    /// What is wrong with it, or a look that does not come to an end: a dead mount answers nothing, not even that it is dead.
    private func trouble(_ status: PipelineStatus, _ now: Int64) -> Condition? {
        if let trouble = status.trouble {
            let kind = trouble.cannotSee ? Condition.Kind.cannotSee : .failing
            return Condition(kind, pipeline: status.name, since: trouble.since, words: trouble.words)
        }
        guard let since = status.lookingSince, now - since >= Self.longestLook else { return nil }
        return Condition(
            .cannotSee,
            pipeline: status.name,
            since: since + Self.longestLook,
            words: "the look at the source has not come to an end for 15 minutes; see whether its drop hangs"
        )
    }

    private func unclaimed(_ status: PipelineStatus, _ expected: Expectations, _ now: Int64) -> Condition? {
        guard let limit = expected.oldestUnclaimed, let since = status.oldestUnclaimedSince else { return nil }
        let due = since + limit.milliseconds
        guard due <= now else { return nil }
        let files = status.unclaimed == 1 ? "a file lies" : "\(status.unclaimed) files lie"
        return Condition(
            .oldestUnclaimed,
            pipeline: status.name,
            since: due,
            words:
                "\(files) in the source and can't be taken, the oldest for more than \(limit.words); see whether its "
                + "writer has failed"
        )
    }

    /// No file of the day of the last deadline, as a look after it has shown: a drop that can't be seen tells nothing of files.
    private func missing(_ status: PipelineStatus, _ expected: Expectations, _ now: Int64) async throws -> Condition? {
        guard let fileBy = expected.fileBy, let (deadline, dayStart) = fileBy.lastDeadline(at: now) else {
            return nil
        }
        let name = status.name
        let newest = try await installation.ledger.read { ledger in
            var query = RunQuery(pipeline: name)
            query.limit = 1
            return try ledger.runs(query).last?.createdAt
        }
        if let newest, newest >= dayStart { return nil }
        // A pipeline that never had a file expects its first one from now on.
        if newest == nil, deadline < status.servedSince ?? now { return nil }
        guard let lastSeen = status.lastSeen, lastSeen >= deadline else {
            if status.activity == .idle { _ = board.sweepNow(name) }
            return nil
        }
        guard status.unclaimed == 0 else { return nil }
        return Condition(
            .fileMissing,
            pipeline: name,
            since: deadline,
            words: "no file has come by \(fileBy.words); ask who writes it"
        )
    }

    private static let gathering: Duration = .milliseconds(200)
    private static let interval: Duration = .seconds(30)
    /// A look that lasts longer is told; a large file on a slow line may take as long.
    private static let longestLook: Int64 = 900_000
    /// A run that has ended with something to look at is told for so long: nothing ends it sooner.
    private static let remembrance: Int64 = 86_400_000
}

extension LedgerReader {
    /// Runs that wait for a person, and those among the newest that ended since a moment with something to look at.
    fileprivate func runsThatNeedPeople(since: Int64) throws -> [Run] {
        let open = try runs(RunQuery(states: [.open, .waiting, .held, .stopped])).filter { run in
            run.state == .held || run.state == .stopped || run.attention != nil
        }
        var newest = RunQuery(states: Set(RunState.allCases.filter(\.isFinal)))
        newest.limit = 500
        return open + (try runs(newest).filter { $0.attention != nil && ($0.finishedAt ?? 0) >= since })
    }
}
