import FileDrops
import Ledgers
import Pipelines

/// Has outputs published once more that were published before, as a person asked.
///
/// What is still in its drop nobody has taken. What is gone may have been imported, and goes again only when that was asked for; else it is named.
struct Republication {
    let publications: [Publication]
    let republishes: Republishing
    let context: StageContext

    /// Marks what is to be published again; from here on it is published like anything else, and a crash repeats nothing.
    func begin() async throws {
        var due: [Delivery] = []
        var gone: [Delivery] = []
        for publication in publications {
            guard var latest = try await publication.latest() else {
                guard let former = try await publication.publishedInFormerPlace() else { continue }
                if republishes == .all {
                    due.append(try await publication.due(after: former))
                } else {
                    gone.append(former)
                }
                continue
            }
            guard latest.state == .published else { continue }
            let isPresent = try await publication.isPresent(latest)
            guard isPresent || republishes == .all else {
                gone.append(latest)
                continue
            }
            latest.state = .due
            due.append(latest)
        }
        context.reach("before-renewal")
        let (id, now, asked, marked, missing) = (context.run, context.now(), republishes, due, gone)
        try await context.write { ledger in
            for delivery in marked { try ledger.put(delivery) }
            let trail = try ledger.audit(of: id)
            for delivery in missing {
                let place = "\(delivery.drop):\(delivery.path)"
                let isPurged = trail.tellRemoval(of: delivery)
                let event = isPurged ? AuditEntry.purgedAndNotPublishedAgain : AuditEntry.notPublishedAgain
                try ledger.add(AuditEntry(at: now, run: id, event: event, detail: place))
            }
            // A person may have asked for more meanwhile.
            guard var run = try ledger.run(id), run.republishes == asked else { return }
            run.republishes = nil
            try ledger.put(run)
        }
        context.reach("renewed")
    }
}
