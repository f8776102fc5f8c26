import Ledgers
import Logging
import Pipelines
import ServiceLifecycle

/// Tells systemd's watchdog that the service is alive, as long as it is: every loop that waits answers, and the ledger can be read.
///
/// A loop in the middle of a sweep need not answer: a large file or a slow server is no reason to end the others.
struct Heartbeat: Service {
    private let served: ServedPipelines
    private let installation: Installation
    private let notifier: SystemdNotifier

    init(_ served: ServedPipelines, _ installation: Installation, _ notifier: SystemdNotifier) {
        (self.served, self.installation, self.notifier) = (served, installation, notifier)
    }

    func run() async throws {
        guard let period = notifier.watchdog else { return try await gracefulShutdown() }
        await cancelWhenGracefulShutdown {
            // Twice in the period, as sd_watchdog_enabled(3) recommends, and once more in case.
            while (try? await Task.sleep(for: period / 3)) != nil { await beat() }
        }
    }

    private func beat() async {
        let silent = served.silentLoops()
        do {
            _ = try await installation.ledger.read { try $0.setting("installation") }
            guard silent.isEmpty else {
                installation.logger.error("loops don't answer", metadata: ["pipelines": "\(silent)"])
                return
            }
            notifier.send("WATCHDOG=1")
        } catch {
            installation.logger.error("the ledger can't be read", metadata: ["error": "\(error)"])
        }
    }
}
