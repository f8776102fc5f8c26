import Foundation
public import Ledgers

extension FailedTries {
    /// `tried 2 times in vain (bulk operation D_1 ended: failed, TIMEOUT); next try after 2026-03-10T12:05:00Z`.
    public var words: String {
        let next = Date(timeIntervalSince1970: Double(nextAt) / 1_000).formatted(.iso8601)
        return "tried \(count == 1 ? "once" : "\(count) times") in vain (\(reason)); next try after \(next)"
    }

    /// The same, with what a person can do about it.
    public func attention(of run: RunID) -> String {
        "\(words), or at once by 'dropline rerun \(run) --from \(stage) --reason TEXT'"
    }
}

extension Run {
    /// What a person should know for as long as rows are sent again and again without an answer, whichever stage the run is at meanwhile; `nil` when there
    /// is nothing of the sort.
    public var standingAttention: String? {
        failedSends.flatMap { $0.needsPerson ? $0.attention(of: id) : nil }
    }
}
