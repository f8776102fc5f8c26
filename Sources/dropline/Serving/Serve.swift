import Alerts
import ArgumentParser
import Assembly
import FileDrops
import Foundation
import Logging
import Pipelines
import Runner
import ServiceLifecycle

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Serves the pipelines until it is stopped: on their schedules, and as files are dropped into folders.",
        discussion: """
            Each pipeline has a loop of its own: a drop that hangs delays no other. A watched folder is swept as soon as something changes in it, \
            and a file taken when its 'settle' is over. A source that can't be seen is tried again after 15 seconds, then less often.

            In a pipeline file:
              schedule: { every: 5m }
              schedule: { cron: "*/15 6-20 * * mon-fri", timezone: America/New_York }
              expect: { file_by: "09:15", timezone: America/New_York, days: weekdays }
              oldest_unclaimed: 30m

            SIGTERM or SIGINT: nothing more is begun, what is under way comes to its end within 'serve: { stop_within: 30s }', and what does not \
            goes on at the next start. A second one ends the process at once; nothing is lost by that either.
            SIGHUP: the configuration is read again, the users of the console included; a wrong one is refused with an error in the log, and the old one stays.

            Under systemd (Type=notify) it tells when it is ready, and with WatchdogSec= that its loops are alive.
            """
    )

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The pipelines; all of them when none is named.")
    var pipelines: [String] = []

    func run() async throws {
        try await exiting {
            // A signal that comes early finds somebody listening.
            let signals = ServiceSignals()
            defer { signals.end() }
            let arrivals = signals.arrivals
            let configuration = try Configuration.load(global.configurationPath)
            try configuration.requirePipelines(pipelines)
            try configuration.requireAlertSecrets()
            let logger = global.logger()
            let installation = try await configuration.openInstallation(logger: logger)
            let board = ServiceBoard()
            let notifier = SystemdNotifier()
            let current = CurrentConfiguration(configuration)
            let pages = try ServedConsole(current, board, installation.meters, logger)
            let served = ServedPipelines(
                current,
                only: pipelines,
                in: installation,
                board: board,
                watcher: watcher(logger),
                notifier: notifier,
                prepare: { try ServedConsole.turning(pages, to: $0, logger) }
            )
            let conditions = ConditionWatch(board, in: installation) { served.expectations(of: $0) }
            let teller = AlertTeller(
                board,
                in: installation,
                isConfigured: { name in current.value.pipelines.contains { $0.name == name } },
                receivers: { current.value.alertReceivers }
            )
            // They are stopped from the last to the first: the pipelines, then what tells of them.
            let services: [any Service] =
                [Heartbeat(served, installation, notifier), Telling(teller), ConditionLog(board, logger)]
                + (pages.map { [$0] } ?? []) + [Watching(conditions), served]
            let group = ServiceGroup(
                services: services,
                logger: logger
            )
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    for await signal in arrivals {
                        switch signal {
                        case .reload: served.reload()
                        case .stop:
                            notifier.send("STOPPING=1")
                            await group.triggerGracefulShutdown()
                        }
                    }
                }
                defer { tasks.cancelAll() }
                try await group.run()
            }
            return .done
        }
    }

    /// Watches folders; without inotify the schedules are left.
    private func watcher(_ logger: Logger) -> FolderWatcher? {
        do throws(FileDropError) {
            return try FolderWatcher()
        } catch {
            logger.warning(
                "folders can't be watched: they are swept by their schedules",
                metadata: ["error": "\(error)"]
            )
            return nil
        }
    }
}

/// Computes the conditions for as long as the service runs.
private struct Watching: Service {
    let conditions: ConditionWatch

    init(_ conditions: ConditionWatch) { self.conditions = conditions }

    func run() async throws { await cancelWhenGracefulShutdown { await conditions.run() } }
}

/// Sends the alerts for as long as the service runs.
private struct Telling: Service {
    let teller: AlertTeller

    init(_ teller: AlertTeller) { self.teller = teller }

    func run() async throws { await cancelWhenGracefulShutdown { await teller.run() } }
}

/// Tells in the log what a person should know, once when it begins and once when it is over.
private struct ConditionLog: Service {
    let board: ServiceBoard
    let logger: Logger

    init(_ board: ServiceBoard, _ logger: Logger) { (self.board, self.logger) = (board, logger) }

    func run() async throws {
        let changes = board.conditionChanges
        for await change in changes.cancelOnGracefulShutdown() {
            switch change {
            case .began(let condition): logger.warning("condition began", metadata: Self.facts(condition))
            case .ended(let condition, _): logger.notice("condition ended", metadata: Self.facts(condition))
            }
        }
    }

    private static func facts(_ condition: Condition) -> Logger.Metadata {
        var facts: Logger.Metadata = [
            "kind": "\(condition.kind.rawValue)", "pipeline": "\(condition.pipeline)", "what": "\(condition.words)",
        ]
        if let run = condition.run { facts["run"] = "\(run)" }
        return facts
    }
}
