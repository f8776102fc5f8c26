import Ledgers
import Pipelines

/// Stands where a dry run would publish the feed that its pipeline ends with: takes it for published, so that a later file of the same command finds its
/// cards in it.
struct AssumedPublication: Stage {
    static let name: StageName = "publication"

    func run(_ input: StageInput, in context: StageContext) async throws -> StageOutput {
        let (run, feeds, now) = (input.run.id, input.artifacts(.activationFeed), context.now())
        return try await context.commit(.finished) { ledger, _ in
            for feed in feeds {
                let published = Delivery(
                    run: run,
                    kind: feed.kind,
                    attempt: feed.attempt,
                    part: feed.part,
                    drop: "",
                    path: feed.fileName,
                    stagedName: "",
                    digest: feed.digest,
                    state: .published,
                    updatedAt: now
                )
                try ledger.put(published)
            }
        }
    }
}
