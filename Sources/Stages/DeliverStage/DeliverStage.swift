public import FileDrops
public import Ledgers
public import Pipelines

/// Publishes a run's outputs, and once every row has its outcome puts the source away.
///
/// Outputs are published also while rows are still unknown or held: results are replaced in place when more is known. The feed and the bulk file of a
/// held run are kept back until a person approves it, and are always published before what tells of them.
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
            let publications = try await publications(input, isHeld: isHeld, context)
            if let republishes = input.run.republishes {
                try await Renewal(publications: publications, republishes: republishes, context: context).begin()
            }
            for publication in publications { try await publication.publish() }
            if isHeld {
                let hold = input.run.hold ?? "held"
                return try await context.commit(.held(hold, at: afterApproval)) { _, run in run.attention = hold }
            }
            if let waiting = try await rowsStillLookedFor(input.run, context) {
                return try await context.commit(.waiting(waiting, at: lookingAgainAt))
            }
        }
        if let source = context.pipeline.source, input.run.source.drop == source.drop.name {
            let hasEnded = try await context.read { [run = input.run] in
                try $0.audit(of: run.id).contains { $0.event == Self.ended }
            }
            let copy = input.artifacts(.source).first
            try await Putting(run: input.run, copy: copy, source: source, context: context, hasEnded: hasEnded).away()
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

    /// Each output in each of its places; what a held run keeps back is not among them.
    private func publications(_ input: StageInput, isHeld: Bool, _ context: StageContext) async throws -> [Publication]
    {
        let folder = try await context.read { [run = input.run] in try $0.outputFolder(of: run.id) }
        let targets = try folder.map(targetsInFolder) ?? targets
        let ordered = targets.filter { $0.kind.isPublishedOnce } + targets.filter { !$0.kind.isPublishedOnce }
        return ordered.flatMap { target in
            input.artifacts(target.kind).filter { !(isHeld && $0.isKeptBack) }.map { artifact in
                Publication(artifact: artifact, target: target, targets: ordered, run: input.run, context: context)
            }
        }
    }

    /// Why the run waits; `nil` when no row is unknown, or all such rows are a person's by now.
    private func rowsStillLookedFor(_ run: Run, _ context: StageContext) async throws -> String? {
        let (now, patience) = (context.now(), context.pipeline.unknownAfter)
        var unknown = RowPages(context: context, statuses: [.unknown])
        var count = 0
        while let row = try await unknown.next() {
            if let since = row.unknownSince, .milliseconds(now - since) >= patience { continue }
            count += 1
        }
        guard count > 0 else { return nil }
        return count == 1 ? "the outcome of one row is not known yet" : "the outcome of \(count) rows is not known yet"
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
    /// Whether it is published only once nothing of its run is held; a feed that an attempt made holds nothing that is.
    fileprivate var isKeptBack: Bool { kind == .bulkFile || (kind == .activationFeed && attempt == 0) }
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
