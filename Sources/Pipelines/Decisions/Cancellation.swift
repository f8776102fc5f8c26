public import Ledgers

/// A stage whose runs have operations at a shop, which a person can have cancelled there.
public protocol CancelsOperations: Stage {
    /// Asks the shop to cancel whatever operations of the run are under way, and lets the run go on by the normal way.
    ///
    /// That a person asked for it is in the ledger, with an entry in the audit trail, before the shop is asked: after a crash or a lost answer the next sweep
    /// asks it again. Asking twice does no harm. Where the run only waits for a slot nothing is cancelled, and what takes the slots is told.
    /// Throws `Refusal` where the run has nothing at the shop, and what the shop's client throws; the run is as before then, or has the wish recorded.
    func cancelOperations(of run: RunID, _ decision: Decision, in installation: Installation) async throws
        -> Cancellation
}

/// What came of the wish to cancel a run's operations.
public struct Cancellation: Sendable, Equatable {
    /// What became of one operation.
    public enum Outcome: String, Sendable {
        /// The shop has taken the wish, and ends the operation.
        case cancelling
        /// It was asked for before, and the shop is about it.
        case alreadyCancelling = "already-cancelling"
        /// The operation had ended before.
        case ended
        /// The shop does not show it.
        case notFound = "not-found"
    }

    /// An operation of the run.
    public struct Part: Sendable, Equatable {
        /// The operation as the ledger has it now.
        public var operation: Operation
        /// What became of it.
        public var outcome: Outcome

        /// Describes what became of an operation.
        public init(operation: Operation, outcome: Outcome) { (self.operation, self.outcome) = (operation, outcome) }
    }

    /// An operation that takes one of the slots for which the run waits; it is another run's, another installation's or another app's.
    public struct Slot: Sendable, Equatable {
        /// The shop's id of it.
        public var id: String
        /// The shop's word for what kind it is: `MUTATION`.
        public var kind: String
        /// The shop's word for its status.
        public var status: String
        /// When it was made, in the shop's text.
        public var since: String
        /// Its name in its document, where it has one.
        public var name: String?
        /// The run of this installation that it belongs to, where it does.
        public var run: RunID?

        /// Describes an operation of others.
        public init(id: String, kind: String, status: String, since: String, name: String?, run: RunID?) {
            (self.id, self.kind, self.status, self.since) = (id, kind, status, since)
            (self.name, self.run) = (name, run)
        }
    }

    /// The run.
    public var run: RunID
    /// Its operations that were at the shop.
    public var parts: [Part]
    /// What takes the slots, where the run waits for one; as far as the shop shows it.
    public var slots: [Slot]

    /// Describes what came of it.
    public init(run: RunID, parts: [Part], slots: [Slot] = []) {
        (self.run, self.parts, self.slots) = (run, parts, slots)
    }

    /// Whether the run had no operation at the shop, and only waits for a slot.
    public var waitsForSlot: Bool { parts.isEmpty }
}

extension Cancellation {
    /// What came of it, a sentence a line, for a person.
    public var lines: [String] {
        guard waitsForSlot else {
            return parts.map(\.line) + (parts.contains { $0.outcome != .notFound } ? [Self.whatFollows] : [])
        }
        let seen =
            slots.isEmpty
            ? ["the shop shows none of the operations that take them: they are another app's"]
            : slots.map(\.line) + ["they are other runs' or apps' and are not cancelled for this one"]
        return ["run \(run) has no operation at the shop: it waits for one of its slots, and nothing was cancelled"]
            + seen
    }

    private static let whatFollows =
        "the next poll takes over what was done, looks up the rest at the shop, and sends again only what it does not find there"
}

extension Cancellation.Part {
    /// `bulk operation D_1 (gid://shopify/BulkOperation/1) is being cancelled, 40 of 1,000 lines done`.
    var line: String {
        let name = "bulk operation \(operation.name)\(operation.remoteID.map { " (\($0))" } ?? "")"
        let done = "\(operation.progress) of \(operation.total) lines done"
        return switch outcome {
        case .cancelling: "\(name) is being cancelled at the shop, \(done)"
        case .alreadyCancelling: "\(name) was cancelled before, and the shop has not ended it yet, \(done)"
        case .ended:
            "\(name) has ended at the shop already (\(operation.status ?? "ended")): there was nothing to cancel"
        case .notFound: "the shop does not show \(name); the next poll finds out whether it was ever started"
        }
    }
}

extension Cancellation.Slot {
    /// `gid://shopify/BulkOperation/7  MUTATION  RUNNING  since 2026-03-10T12:00:00Z  ProductImport`.
    var line: String {
        let owner = run.map { "run \($0) of this installation, which 'dropline cancel \($0)' cancels" } ?? name ?? ""
        return "  \(id)  \(kind)  \(status)  since \(since)\(owner.isEmpty ? "" : "  \(owner)")"
    }
}
