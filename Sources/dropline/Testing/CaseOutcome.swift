import Assembly
import Commerce
import Foundation
import Ledgers
import Logging
import Pipelines
import Records
import Runner
import ShopifySandbox

/// What came of files that were dropped into a trial installation.
struct CaseOutcome: Sendable {
    /// How the polls ended and what became of each run, as `case.json` has it.
    let summary: JSONValue
    /// What was published, `results-1.csv`, `rejects-1.csv`, `feed-1.json`, `bulk-1.jsonl`; gift card ids as `#1`, `#2` … in the order of the lines.
    let outputs: [String: String]
    /// The same run by run.
    let runs: [CaseRun]

    /// Polls groups of files, one after another, in an installation of their own with a shop of their own.
    static func of(
        _ groups: [[(name: String, path: String)]],
        shop: SandboxConfiguration,
        areArchived: Bool = false,
        prepare: @escaping @Sendable (Sandbox) async throws -> Void = { _ in },
        trial: @escaping @Sendable (_ folder: String, _ port: Int, _ token: String) throws -> Trial
    ) async throws -> CaseOutcome {
        let logger = Logger(label: "trial") { _ in SwiftLogNoOpLogHandler() }
        let sandbox = Sandbox(shop, logger: logger)
        let (ports, ready) = AsyncStream<Int>.makeStream()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await sandbox.run { ready.yield($0) } }
            defer { group.cancelAll() }
            for await port in ports {
                return try await withTemporaryFolder("test") { folder in
                    try await prepare(sandbox)
                    let trial = try trial(folder, port, shop.token)
                    let configuration = try Configuration.load(trial.configurationPath)
                    return try await configuration.withInstallation(logger: logger) { opened in
                        var exit = Exit.done
                        for group in groups {
                            for file in group {
                                if areArchived {
                                    try trial.dropArchived(file.name, from: file.path)
                                } else {
                                    try trial.drop(file.name, from: file.path)
                                }
                            }
                            let reports = try await opened.sweep(waitsForSecondLook: true, wait: .seconds(120))
                            let ids = Set(reports.flatMap { $0.taken + $0.touched })
                            let runs = try await RunSummary.read(ids.sorted(), from: opened.installation.ledger)
                            exit = max(exit, Exit(reports, runs: runs.map(\.run)))
                        }
                        return try await CaseOutcome(opened.installation.ledger, exit, trial)
                    }
                }
            }
            throw TrialError("the sandbox did not start")
        }
    }

    private init(_ ledger: any Ledger, _ exit: Exit, _ trial: Trial) async throws {
        let runs = try await RunSummary.read(RunQuery(), from: ledger)
        var (entries, outputs): ([JSONValue], [String: String]) = ([], [:])
        var found: [CaseRun] = []
        for (index, run) in runs.enumerated() {
            let id = run.run.id
            let deliveries = try await ledger.read { try $0.deliveries(of: id) }.filter { $0.state == .published }
            var result = CaseRun(file: run.run.source.name)
            for delivery in deliveries {
                guard let (name, ending) = delivery.kind.caseName else { continue }
                let suffix =
                    delivery.kind == .bulkFile && (delivery.attempt, delivery.part) != (1, 1)
                    ? "-\(delivery.attempt)-\(delivery.part)" : ""
                let text = try trial.text(drop: delivery.drop, path: delivery.path)
                outputs["\(name)-\(index + 1)\(suffix).\(ending)"] = text.withoutCardIDs
                result.outputs["\(name)\(suffix).\(ending)"] = text.withoutCardIDs
                result.places["\(name)\(suffix).\(ending)"] = "\(delivery.drop):\(delivery.path)"
            }
            let entry = run.asCase(isPutAway: deliveries.contains { $0.kind == .source })
            entries.append(entry)
            result.entry = entry
            found.append(result)
        }
        self.runs = found
        self.outputs = outputs
        summary = jsonObject(("exit", .number("\(exit.rawValue)")), ("runs", .array(entries)))
    }
}

/// What came of one file.
struct CaseRun: Sendable {
    /// The file's name.
    let file: String
    /// How it ended, as `case.json` has it.
    var entry = JSONValue.null
    /// What was published: `results.csv`, `bulk.jsonl`, later parts as `bulk-‹attempt›-‹part›.jsonl`.
    var outputs: [String: String] = [:]
    /// Where, by the same names.
    var places: [String: String] = [:]
}

extension RunSummary {
    fileprivate func asCase(isPutAway: Bool) -> JSONValue {
        let isRefused = run.state == .quarantined || run.state == .incomplete
        let statuses = tallies.sorted { $0.status.rawValue < $1.status.rawValue }.map { tally in
            (
                key: tally.status.rawValue,
                value: JSONValue.array([
                    .number("\(tally.rows)"), .string(money(tally.value)?.decimal ?? "0"),
                    .number("\(tally.withoutValue)"),
                ])
            )
        }
        var entry: JSONObject = [
            "file": .string(run.source.name), "state": .string(run.state.rawValue),
            "source": .string(isPutAway ? (isRefused ? "error" : "archive") : "inbox"),
            "statuses": .object(JSONObject(statuses)),
        ]
        entry["reason"] = run.reason.map { .string($0) }
        entry["attention"] = run.attention.map { .string($0) }
        return .object(entry)
    }
}

extension ArtifactKind {
    /// How the outputs of a case are named.
    fileprivate var caseName: (String, String)? {
        switch self {
        case .results: ("results", "csv")
        case .rejects: ("rejects", "csv")
        case .activationFeed: ("feed", "json")
        case .bulkFile: ("bulk", "jsonl")
        default: nil
        }
    }
}

extension String {
    /// Ids in the order of the lines as `#1`, `#2` …: a bulk operation makes its cards in any order.
    var withoutCardIDs: String {
        var numbers: [Substring: Int] = [:]
        return replacing(/gid:\/\/shopify\/GiftCard\/\d+/) { match in
            let number = numbers[match.output] ?? numbers.count + 1
            numbers[match.output] = number
            return "#\(number)"
        }
    }

    /// The text with every code in it masked, for a screen.
    var withCodesMasked: String {
        replacing(/"(giftCardNumber|code)":"([^"]*)"/) { match in
            "\"\(match.output.1)\":\"\(GiftCardCode.masked(String(match.output.2)))\""
        }
    }

    /// The lines of a text; a last one without a line break is told apart.
    var caseLines: [String] {
        var lines = split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() } else { lines[lines.count - 1] += " (no line break after it)" }
        return lines
    }
}
