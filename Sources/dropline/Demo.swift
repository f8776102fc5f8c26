import ArgumentParser
import Assembly
import Foundation
import Ledgers
import Logging
import Pipelines
import Runner
import ShopifySandbox

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The whole main job on an embedded default: files in a folder become active gift cards in a sandbox.",
        discussion: """
            It writes a starter into a new folder, starts a Shopify sandbox, drops sample files and polls them. Good cards are activated, bad \
            rows rejected with their reasons, and it prints where each output lies. It ends with 0 when the samples end as they should.
            """
    )

    @OptionGroup var global: GlobalOptions

    @Flag(help: "Stays and takes what is dropped, until it is interrupted.")
    var watch = false

    @Option(
        help: ArgumentHelp(
            "Works in this folder, which must be new or empty, instead of a temporary one.",
            valueName: "dir"
        )
    )
    var keep: String?

    func run() async throws {
        try await exiting {
            let folder = try makeFolder()
            var sandbox = SandboxConfiguration()
            sandbox.operationSeconds = 0.5
            // Rejected rows are part of it.
            var logger = global.logger()
            if logger.logLevel == .notice { logger.logLevel = .critical }
            let shop = Sandbox(sandbox, logger: logger)
            let (ports, ready) = AsyncStream<Int>.makeStream()
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await shop.run { ready.yield($0) } }
                defer { group.cancelAll() }
                for await port in ports {
                    return try await demonstrate(in: folder, port: port, shop: shop, logger: logger)
                }
                return .internalFault
            }
        }
    }

    private func makeFolder() throws -> String {
        guard let keep else {
            let folder = NSTemporaryDirectory() + "dropline-demo-" + UUID().uuidString.prefix(8).lowercased()
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            return folder
        }
        if let entries = try? FileManager.default.contentsOfDirectory(atPath: keep), !entries.isEmpty {
            throw ValidationError("\(keep) is not empty; give a new folder")
        }
        return keep
    }

    private func demonstrate(in folder: String, port: Int, shop: Sandbox, logger: Logger) async throws -> Exit {
        _ = try Starter(folder: folder, sandboxPort: port).write()
        let inbox = folder + "/" + Starter.inbox
        for sample in DemoSample.all {
            try Data(sample.text.utf8).write(to: URL(fileURLWithPath: inbox + "/" + sample.name))
        }
        print("A Shopify sandbox runs on port \(port). \(DemoSample.all.count) files lie in\n  \(inbox)\nPolling …\n")
        let configuration = try Configuration.load(folder + "/dropline.yaml")
        let progress = ProgressLine(quiet: global.quiet)
        return try await configuration.withInstallation(logger: logger, progress: progress.reporter) {
            opened in
            let reports = try await opened.sweep(waitsForSecondLook: true, wait: .seconds(60))
            progress.clear()
            let ledger = opened.installation.ledger
            for fault in reports.flatMap(\.faults) { complain("error: \(fault.message)") }
            let runs = reports.flatMap(\.taken)
            for run in runs { try await show(run, folder, ledger) }
            let cards = await shop.cards().filter(\.enabled)
            print("The sandbox holds \(cards.count) active gift cards.")
            let isAsExpected =
                try await RunSummary.read(runs, from: ledger).map(\.statuses) == DemoSample.all.map(\.expected)
            if !isAsExpected { complain("error: the samples did not end as they should; see 'dropline runs'") }
            if watch { try await watch(opened, folder, progress) }
            print(
                "\nLook closer:\n  dropline runs --config \(folder)/dropline.yaml\n  dropline show 2 --config \(folder)/dropline.yaml"
            )
            return isAsExpected ? .done : .internalFault
        }
    }

    private func show(_ run: RunID, _ folder: String, _ ledger: any Ledger) async throws {
        for summary in try await RunSummary.read([run], from: ledger) { print(summary.line) }
        for delivery in try await ledger.read({ try $0.deliveries(of: run) }) {
            let kind = delivery.kind == .source ? "source, archived" : delivery.kind.rawValue
            print("  \(kind.padding(toLength: 17, withPad: " ", startingAt: 0))\(folder)/drop/\(delivery.path.shown)")
        }
        print("")
    }

    /// Takes what is dropped, until the process is interrupted.
    private func watch(_ opened: OpenInstallation, _ folder: String, _ progress: ProgressLine) async throws {
        print(
            "\nDrop files like *-GiftCardFulfillment.csv into\n  \(folder)/\(Starter.inbox)\nInterrupt with Ctrl-C.\n"
        )
        while true {
            for report in try await opened.sweep(waitsForSecondLook: true, wait: .seconds(60)) {
                progress.clear()
                for fault in report.faults { complain("error: \(fault.message)") }
                for run in Set(report.taken + report.touched).sorted() {
                    try await show(run, folder, opened.installation.ledger)
                }
            }
            try await Task.sleep(for: .seconds(1))
        }
    }
}

extension RunSummary {
    /// How many rows have each status.
    var statuses: [String: Int] {
        Dictionary(tallies.map { ($0.status.rawValue, $0.rows) }) { first, _ in first }
    }
}
