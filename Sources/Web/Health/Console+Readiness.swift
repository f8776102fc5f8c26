import Ledgers
import Pipelines
import Runner

extension Console {
    /// `/readyz`: whether files are taken; the words are for those who are known.
    func readiness(in call: Call) async -> Reply {
        let faults = await obstacles(now: PipelineClock.system.now())
        guard access.isForUs(call), access.visitor(call) != nil else {
            return .text(faults.isEmpty ? "ready\n" : "not ready\n", status: faults.isEmpty ? 200 : 503)
        }
        guard !faults.isEmpty else { return .text("ready\n") }
        return .text(faults.map { "not ready: \($0)\n" }.joined(), status: 503)
    }

    /// What keeps files from being taken, in words; a pause is none, for a person wants it so.
    func obstacles(now: Int64) async -> [String] {
        var faults: [String] = []
        if let fault = await pulse.fault(of: ledger) { faults.append("the ledger can't be read: \(fault)") }
        for status in board.statuses {
            if let trouble = status.trouble, trouble.cannotSee {
                let since = status.lastSeen.map { ", last seen \($0.isoMoment)" } ?? ""
                faults.append("\(status.name) can't see its drop: \(trouble.words)\(since)")
            } else if status.isOverdue(now: now) {
                let due = status.nextSweep?.isoMoment ?? ""
                faults.append("\(status.name) is not swept any more: its sweep was due at \(due); restart Dropline")
            }
        }
        return faults
    }
}

extension PipelineStatus {
    /// Whether its loop does nothing though it should: no sweep is late by so much while the loop lives.
    func isOverdue(now: Int64) -> Bool {
        guard activity == .idle || activity == .failing, let nextSweep else { return false }
        return now - nextSweep > Self.mostLate
    }

    static let mostLate: Int64 = 120_000
}
