public import Ledgers

extension Ledger {
    /// Pauses a pipeline: nothing is taken for it and nothing sent, also by a sweep that is under way.
    ///
    /// Throws `Refusal` when it is paused already.
    public func pause(_ pipeline: String, _ decision: Decision) async throws {
        try await write { ledger in
            if let pause = try ledger.pause(of: pipeline) { throw Refusal(.wrongUsage, "\(pause)") }
            try ledger.put(
                Pause(pipeline: pipeline, since: decision.at, who: decision.who, reason: decision.reason)
            )
            try ledger.add(decision.entry("paused", "pipeline \(pipeline)", run: nil))
        }
    }

    /// Makes sure that a person who asks for work to be begun has not overlooked a pause.
    public func requireUnpaused(_ pipeline: String) async throws {
        guard let pause = try await read({ try $0.pause(of: pipeline) }) else { return }
        throw Refusal(.notNow, "\(pause); 'dropline resume \(pipeline) --reason TEXT' ends it")
    }

    /// Ends a pause; the next sweep goes on.
    ///
    /// Throws `Refusal` when the pipeline is not paused.
    public func resume(_ pipeline: String, _ decision: Decision) async throws {
        try await write { ledger in
            guard try ledger.pause(of: pipeline) != nil else {
                throw Refusal(.wrongUsage, "the pipeline '\(pipeline)' is not paused")
            }
            try ledger.removePause(of: pipeline)
            try ledger.add(decision.entry("resumed", "pipeline \(pipeline)", run: nil))
        }
    }
}

extension Pause: CustomStringConvertible {
    /// Who paused it, and why, for a person.
    public var description: String { "the pipeline '\(pipeline)' is paused by \(who): \(reason)" }
}
