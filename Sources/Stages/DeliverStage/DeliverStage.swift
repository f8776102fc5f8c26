public import FileDrops
public import Ledgers
public import Pipelines

/// Publishes a run's outputs, and once every row has its outcome puts the source away.
///
/// Outputs are published also while rows are still unknown or held: results are replaced in place when more is known. The feed and the bulk file of a
/// held run are kept back until a person approves it, for ever where it is refused, and are always published before what tells of them.
public struct DeliverStage: Stage {
    /// `deliver`; it stands last in every pipeline and is not named in its file.
    public static let name: StageName = "deliver"

    private let targets: [DeliveryTarget]
    private let targetsInFolder: @Sendable (String) throws -> [DeliveryTarget]
    private let lookingAgainAt: StageName
    private let afterApproval: StageName

    /// Makes the stage: where outputs go, or for a run that has an output folder of its own how its targets there are made; where a run with unknown rows goes on, and where a held one does once it is approved.
    public init(
        targets: [DeliveryTarget],
        inFolder: @escaping @Sendable (String) throws -> [DeliveryTarget] = { _ in [] },
        lookingAgainAt: StageName,
        afterApproval: StageName
    ) {
        self.targets = targets
        targetsInFolder = inFolder
        self.lookingAgainAt = lookingAgainAt
        self.afterApproval = afterApproval
    }

    /// Publishes, then archives or quarantines, then ends the run.
    public func run(_ input: StageInput, in context: StageContext) async throws -> StageOutput {
        let tallies = try await context.read { [run = input.run] in try $0.tallies(of: run.id) }
        let isHeld = tallies.contains { $0.status == .held }
        if input.run.verdict == nil {
            // A run that was held by a failure of this stage, as well as by a limit, was approved.
            if let released = tallies.first(where: { $0.status == .planned }) {
                let why = "\(released.rows) rows are to be sent"
                return try await context.commit(.waiting(why, at: afterApproval, checkAfter: .zero))
            }
            let publications = try await publications(input, isHeld: isHeld, context)
            if let republishes = input.run.republishes {
                try await Republication(publications: publications, republishes: republishes, context: context).begin()
            }
            for publication in publications { try await publication.publish() }
            if isHeld {
                let hold = input.run.hold ?? "held"
                return try await context.commit(.held(hold, at: afterApproval)) { _, run in run.attention = hold }
            }
            let unknown = try await unknownRows(input.run, context)
            if let waiting = unknown.waiting {
                let output = StageOutput.waiting(waiting, at: lookingAgainAt, checkAfter: unknown.checkAfter)
                return try await context.commit(output) { _, run in
                    run.attention = unknown.attention ?? run.standingAttention
                }
            }
        }
        if let source = context.pipeline.source, input.run.source.drop == source.drop.name {
            let hasEnded = try await context.read { [run = input.run] in
                try $0.audit(of: run.id).contains { $0.event == Self.ended }
            }
            let copy = input.artifacts(.source).first
            try await SourceArchiving(run: input.run, copy: copy, source: source, context: context, hasEnded: hasEnded)
                .away()
        }
        let attention = attention(input.run, tallies)
        return try await context.commit(.finished) { ledger, run in
            run.attention = attention
            if run.verdict != nil { run.republishes = nil }
            let outcome = run.verdict?.rawValue ?? "done"
            try ledger.add(AuditEntry(at: run.updatedAt, run: run.id, event: Self.ended, detail: outcome))
        }
    }

    private static let ended = "ended"

    /// Each output in each of its places; what is kept back is not among them.
    private func publications(_ input: StageInput, isHeld: Bool, _ context: StageContext) async throws -> [Publication]
    {
        let (folder, operations) = try await context.read { [run = input.run] in
            (try $0.outputFolder(of: run.id), try $0.operations(of: run.id))
        }
        let targets = try folder.map(targetsInFolder) ?? targets
        let ordered = targets.filter { $0.kind.isPublishedOnce } + targets.filter { !$0.kind.isPublishedOnce }
        let isAboveLimit = isHeld || input.run.hold != nil
        return ordered.flatMap { target in
            input.artifacts(target.kind).filter { artifact in
                !(isAboveLimit && artifact.mayHoldHeldCards) || (!isHeld && artifact.wasSent(operations))
            }.map { artifact in
                Publication(artifact: artifact, target: target, targets: ordered, run: input.run, context: context)
            }
        }
    }

    /// The rows whose outcome is not known: those that are still looked for, and those that are a person's by now.
    private struct UnknownRows {
        var lookedFor = 0
        var overdue = 0
        var firstOverdue: Int?
        /// That rows are to be sent again, which has its own time.
        var failed: FailedTries?
        /// When within this sweep more can be done for those that are looked for.
        var checkAfter: Duration?

        /// Why the run waits; `nil` when nothing is looked for any more.
        var waiting: String? {
            guard lookedFor > 0 else { return nil }
            let rows = lookedFor == 1 ? "one row" : "\(lookedFor) rows"
            return "the outcome of \(rows) is not known yet" + (failed.map { ": \($0.words)" } ?? "")
        }

        /// What a person should look at meanwhile.
        var attention: String? {
            firstOverdue.map { line in
                overdue == 1
                    ? "the outcome of one row, on line \(line), was not found out in time"
                    : "the outcome of \(overdue) rows was not found out in time, the first is on line \(line)"
            }
        }
    }

    private func unknownRows(_ run: Run, _ context: StageContext) async throws -> UnknownRows {
        let (now, patience) = (context.now(), context.pipeline.unknownAfter)
        var found = UnknownRows(failed: run.failedSends.flatMap { $0.count > 0 ? $0 : nil })
        // Rows that are to be sent again have a time for that; the others are looked for at the next sweep.
        var next = found.failed?.wait(at: now)
        var rows = RowPages(context: context, statuses: [.unknown])
        while let row = try await rows.next() {
            let left = row.unknownSince.map { patience - .milliseconds(now - $0) }
            if let left, left <= .zero {
                found.overdue += 1
                found.firstOverdue = found.firstOverdue ?? row.line
            } else {
                found.lookedFor += 1
                if let left { next = next.map { min($0, left) } }
            }
        }
        // What a person is told of is not waited for within this sweep.
        found.checkAfter = found.failed?.needsPerson == true ? nil : next
        return found
    }

    /// What a person should look at.
    private func attention(_ run: Run, _ tallies: [Tally]) -> String? {
        switch run.verdict {
        case .quarantined, .incomplete, .unfinished: return run.reason
        case .empty, .duplicate: return nil
        case nil:
            let odd = tallies.filter { [.invalid, .refused, .conflict, .unknown].contains($0.status) && $0.rows > 0 }
            return odd.isEmpty ? nil : odd.map { "\($0.rows) \($0.status.rawValue)" }.joined(separator: ", ")
        }
    }
}

extension Artifact {
    /// Whether cards may stand in it that are held; a feed that an attempt made holds none of them.
    fileprivate var mayHoldHeldCards: Bool { kind == .bulkFile || (kind == .activationFeed && attempt == 0) }

    /// Whether it is a bulk file that the shop was asked to work off: all of its cards were sent before anything was held.
    fileprivate func wasSent(_ operations: [Ledgers.Operation]) -> Bool {
        kind == .bulkFile && operations.contains { $0.attempt == attempt && $0.part == part && $0.sends > 0 }
    }
}

extension ArtifactKind {
    /// Whether it is published once: its readers take it for new, whereas results and rejects are replaced when more is known.
    var isPublishedOnce: Bool { self == .activationFeed || self == .bulkFile }
}

/// Where outputs of one kind go.
public struct DeliveryTarget: Sendable {
    /// What is published there.
    public let kind: ArtifactKind
    /// The drop.
    public let drop: any FileDrop
    /// The directory in the drop; it is made where it is missing.
    public let directory: DropPath
    /// The permissions of the published file; `nil` leaves them to the drop.
    public let mode: FileMode?

    /// Describes a target.
    public init(kind: ArtifactKind, drop: any FileDrop, directory: DropPath, mode: FileMode?) {
        self.kind = kind
        self.drop = drop
        self.directory = directory
        self.mode = mode
    }

    /// Whether this is the place of a delivery.
    func holds(_ delivery: Delivery) -> Bool {
        delivery.drop == drop.name && (try? DropPath(delivery.path).parent) == directory
    }
}
