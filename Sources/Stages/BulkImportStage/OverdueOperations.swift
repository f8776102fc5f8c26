import Ledgers
import Pipelines
import Shopify

/// The operations of a run that last longer than its pipeline has patience, or for which a slot is waited for so long.
struct OverdueOperations {
    let run: Run
    let context: StageContext

    /// What a person should know of each, in words; none while all are in time.
    func words() async throws -> [String] {
        let (id, now) = (run.id, context.now())
        let operations = try await context.read { try $0.operations(of: id) }
        let patience = context.pipeline.operationPatience
        return operations.compactMap { operation in
            guard let since = operation.awaitedSince, .milliseconds(now - since) >= patience else { return nil }
            return words(operation, lasting: Self.words(.milliseconds(now - since)))
        }
    }

    private func words(_ operation: Operation, lasting: String) -> String {
        let name = "bulk operation \(operation.name)\(operation.remoteID.map { " (\($0))" } ?? "")"
        let cancel = "'dropline cancel \(run.id) --reason TEXT'"
        let done = "\(operation.progress) of \(operation.total) lines done"
        switch operation.state {
        case .intended:
            return
                "part \(operation.part) has waited \(lasting) for a free slot for its bulk operation; \(cancel) shows what takes the slots"
        case .unanswered:
            return
                "no answer has come for \(lasting) whether \(name) started, and the shop does not show it; see status.shopify.com"
        case _ where operation.cancelAskedAt != nil:
            return
                "\(name) was cancelled \(lasting) ago and the shop has not ended it, \(done); it is looked at at every poll; ask Shopify's "
                + "support about its id"
        default:
            let status = operation.status.map { " (\($0))" } ?? ""
            return
                "\(name) has not ended in \(lasting)\(status), \(done); \(cancel) ends it at the shop, and the run goes on with the rest"
        }
    }

    /// `45m`, `2h 5m`, `1d 3h`.
    static func words(_ duration: Duration) -> String {
        let minutes = duration.components.seconds / 60
        switch minutes {
        case ..<1: return "\(duration.components.seconds)s"
        case ..<60: return "\(minutes)m"
        case ..<1_440: return minutes % 60 == 0 ? "\(minutes / 60)h" : "\(minutes / 60)h \(minutes % 60)m"
        default:
            let hours = minutes / 60 % 24
            return hours == 0 ? "\(minutes / 1_440)d" : "\(minutes / 1_440)d \(hours)h"
        }
    }
}
