import Foundation
import Ledgers
import Logging
public import Pipelines
public import Runner
import Synchronization

/// Tells receivers what begins and ends, each once, for as long as a service runs; no pipeline ever waits for it.
///
/// - A message is written into the ledger before it is sent and taken out once it has arrived. Until then it is tried again: after one second, two, four,
///   and so on up to five minutes. A process that ends between the two sends it again, with the same id.
/// - A restart repeats nothing: what stands in the ledger as told is not told again, and what was over meanwhile is told to be over.
///   So is what stands of a pipeline that the configuration no longer has.
/// - Of several services on one ledger one tells at a time; another takes over when it is gone.
public final class AlertTeller: Sendable {
    private struct State {
        var claim: Claim?
        var busy: Set<String> = []
    }

    private let board: ServiceBoard
    private let installation: Installation
    private let isConfigured: @Sendable (String) -> Bool
    private let receivers: @Sendable () -> [any AlertReceiver]
    private let state = Mutex(State())

    /// Makes a teller; asked before each step is which pipelines there are, and who receives.
    public init(
        _ board: ServiceBoard,
        in installation: Installation,
        isConfigured: @escaping @Sendable (String) -> Bool = { _ in true },
        receivers: @escaping @Sendable () -> [any AlertReceiver]
    ) {
        (self.board, self.installation) = (board, installation)
        (self.isConfigured, self.receivers) = (isConfigured, receivers)
    }

    /// Tells until its task is cancelled.
    public func run() async {
        let (wakes, waking) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let changes = board.conditionChanges
        await withDiscardingTaskGroup { tasks in
            tasks.addTask { for await _ in changes { waking.yield() } }
            tasks.addTask { [clock = installation.clock] in
                repeat { waking.yield() } while (try? await clock.sleep(Self.interval)) != nil
                waking.finish()
            }
            for await _ in wakes {
                for name in await namesToServe() where state.withLock({ $0.busy.insert(name).inserted }) {
                    tasks.addTask { [self] in
                        await empty(name)
                        state.withLock { _ = $0.busy.remove(name) }
                        waking.yield()
                    }
                }
            }
            tasks.cancelAll()
        }
        if let claim = state.withLock({ $0.claim }) { await installation.ledger.letGo(of: claim) }
    }

    // MARK: - Steps

    /// Brings the book up to date; returns the receivers for whom something waits, none while another service tells.
    private func namesToServe() async -> [String] {
        do {
            guard let claim = try await hold() else { return [] }
            let (conditions, seen) = board.standing
            let (now, name) = (installation.clock.now(), installation.name)
            let patience = Dictionary(receivers().map { ($0.name, $0.patience) }, uniquingKeysWith: { $1 })
            let (waiting, surplus) = try await installation.ledger.write(as: claim) { ledger in
                let old = try AlertBook.read(ledger)
                var book = old
                // Who receives no more is forgotten, and told again what stands should he come back.
                book.outboxes = book.outboxes.filter { patience.keys.contains($0.key) }
                var number = book.lastNumber
                var surplus = 0
                for (receiver, patience) in patience.sorted(by: { $0.key < $1.key }) {
                    surplus += book.outboxes[receiver, default: Outbox()].follow(
                        conditions,
                        seen: seen,
                        isConfigured: self.isConfigured,
                        at: now,
                        patience: patience.components.seconds * 1000,
                        nextID: {
                            number += 1
                            return "\(name)-\(number)"
                        }
                    )
                }
                book.lastNumber = number
                if book != old { try book.write(to: ledger) }
                return (book.outboxes.filter { !$0.value.waiting.isEmpty }.map(\.key), surplus)
            }
            if surplus > 0 {
                installation.logger.error(
                    "too many alerts wait; the oldest are given up",
                    metadata: ["count": "\(surplus)"]
                )
            }
            return waiting
        } catch is CancellationError {
            return []
        } catch {
            installation.logger.error("alerts can't be told", metadata: ["error": "\(error)"])
            return []
        }
    }

    /// Stays or becomes the one that tells; `nil` while another is.
    private func hold() async throws -> Claim? {
        if let claim = state.withLock({ $0.claim }) {
            do {
                try await installation.ledger.renew(claim)
                return claim
            } catch let error as LedgerError where error.code == .claimLost {
                state.withLock { $0.claim = nil }
            }
        }
        let claim = try await installation.ledger.claim(.alerts)
        state.withLock { $0.claim = claim }
        return claim
    }

    /// Delivers what waits for a receiver, one message after the other, until nothing does.
    private func empty(_ name: String) async {
        var failures = 0
        while !Task.isCancelled, let receiver = receivers().first(where: { $0.name == name }) {
            do {
                let book = try await installation.ledger.read { try AlertBook.read($0) }
                guard let alert = book.outboxes[name]?.waiting.first else { return }
                guard let claim = state.withLock({ $0.claim }) else { return }
                try await receiver.deliver(alert, from: installation.name)
                // What has arrived is noted also when the service stops at this moment, or the next one would tell it again.
                try await Task { [ledger = installation.ledger] in
                    try await ledger.write(as: claim) { ledger in
                        var book = try AlertBook.read(ledger)
                        book.outboxes[name]?.waiting.removeAll { $0.id == alert.id }
                        try book.write(to: ledger)
                    }
                }.value
                failures = 0
                installation.logger.info("alert sent", metadata: ["receiver": "\(name)", "alert": "\(alert.id)"])
            } catch is CancellationError {
                return
            } catch let error as LedgerError where error.code == .claimLost {
                return
            } catch {
                failures += 1
                let words: Logger.Metadata = ["receiver": "\(name)", "error": "\(error)"]
                if failures == 1 {
                    installation.logger.error("an alert did not arrive; it is tried again", metadata: words)
                } else {
                    installation.logger.debug("an alert did not arrive again", metadata: words)
                }
                try? await installation.clock.sleep(Self.pause(after: failures))
            }
        }
    }

    private static func pause(after failures: Int) -> Duration {
        min(.seconds(1 << min(failures - 1, 10)), .seconds(300))
    }

    /// Well below the lease of a claim, which is renewed so.
    private static let interval: Duration = .seconds(20)
}
