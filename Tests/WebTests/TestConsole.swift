import Foundation
import Ledgers
import Logging
import Pipelines
import SQLiteLedger
import Sealing
import Synchronization

@testable import Runner
@testable import Web

/// A console on a port of its own, with a real ledger and actions that only note what they are asked.
struct TestConsole: Sendable {
    let http: RawHTTP
    let ledger: any Ledger
    let board: ServiceBoard
    let meters: RemoteMeters
    let actions: NotedActions
    let server: WebServer
    /// What it logged as an error or a warning.
    let logs: LoggedLines
    private let settings: WebSettings

    /// Has other users from now on, as after a SIGHUP.
    func turn(to users: [WebUser]) throws {
        var settings = settings
        settings.users = users
        try server.turning(to: settings)()
    }

    static let password = Secret("correct horse battery")
    static let token = Secret("0123456789abcdef0123456789abcdef0123456789abcdef")
    /// Made once: a hash takes a while, as it should.
    static let hash = try? PasswordHash(of: password)

    /// Somebody who is known by a hash.
    static var hashed: [WebUser] { hash.map { [WebUser(name: "ada", role: .act, credential: .password($0))] } ?? [] }

    /// To compare a hash takes long, as it should: these are known by the text itself.
    static var users: [WebUser] {
        [
            WebUser(name: "ada", role: .act, credential: .token(password)),
            WebUser(name: "sam", role: .see, credential: .token(password)),
            WebUser(name: "robot", role: .see, credential: .token(token)),
            WebUser(name: "deploy", role: .act, credential: .token(Secret("deploy-" + token.reveal()))),
        ]
    }

    /// Serves a console for as long as a body runs.
    static func with(
        users: [WebUser] = users,
        _ change: (inout WebSettings) -> Void = { _ in },
        _ body: @escaping @Sendable (TestConsole) async throws -> Void
    ) async throws {
        let folder = NSTemporaryDirectory() + "web-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let ledger = try SQLiteLedger(path: folder + "/ledger.sqlite")
        var settings = WebSettings()
        settings.port = 0
        settings.users = users
        change(&settings)
        let logs = LoggedLines()
        var logger = Logger(label: "web") { _ in logs }
        logger.logLevel = .warning
        let (board, meters, actions) = (ServiceBoard(), RemoteMeters(), NotedActions())
        let server = try WebServer(
            settings,
            ledger: ledger,
            board: board,
            meters: meters,
            actions: actions,
            version: "0.0",
            logger: logger
        )
        let served = settings
        let (ports, ready) = AsyncStream<Int>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run { ready.yield($0) } }
            group.addTask {
                for await port in ports {
                    return try await body(
                        TestConsole(
                            http: RawHTTP(port: port),
                            ledger: ledger,
                            board: board,
                            meters: meters,
                            actions: actions,
                            server: server,
                            logs: logs,
                            settings: served
                        )
                    )
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Logs in; returns the headers of a browser, and the token of its forms.
    func logIn(_ name: String = "ada") async throws -> (headers: [String: String], token: String) {
        let answer = try await http.post("/login", ["name": name, "password": Self.password.reveal()])
        guard answer.status == 303, let cookie = answer.cookie else { throw RawHTTP.Failure(words: "login: \(answer)") }
        let page = try await http.get("/", ["Cookie": cookie])
        return (["Cookie": cookie], page.formToken ?? "")
    }

    /// A run with three rows: one activated, one refused, one unknown.
    func addRun(name: String = "cards.csv", pipeline: String = "cards", state: RunState = .done, age: Int64 = 5_000)
        async throws -> RunID
    {
        try await ledger.write { ledger in
            let now = PipelineClock.system.now()
            var run = Run(
                pipeline: pipeline,
                shop: "shop",
                source: RunSource(drop: "in", path: "out/" + name, name: name, size: 120, modified: 0),
                stem: "cards",
                digest: String(repeating: "ab", count: 32),
                state: state,
                nextStage: state.isFinal ? nil : "bulk-import",
                createdAt: now - age
            )
            (run.currency, run.shopDomain) = ("USD", "test.myshopify.com")
            if state.isFinal { run.finishedAt = now }
            if state == .held { run.hold = "the file is worth more than 100 USD" }
            let id = try ledger.add(run)
            let statuses: [RowStatus] = state == .held ? [.held, .held, .held] : [.activated, .refused, .unknown]
            for (index, status) in statuses.enumerated() {
                try ledger.put(
                    Row(
                        line: index + 2,
                        status: status,
                        value: 2_550,
                        masked: "…x3w\(index)",
                        netSuiteOrder: "77\(index)",
                        shopifyOrder: "88\(index)",
                        reason: status == .refused ? "<b>no & no</b>" : nil
                    ),
                    of: id
                )
            }
            try ledger.add(
                StageRecord(
                    run: id,
                    attempt: 1,
                    stage: "activation-feed",
                    outcome: "finished",
                    detail: nil,
                    startedAt: now - 4_000,
                    endedAt: now - 3_500
                )
            )
            try ledger.add(AuditEntry(at: now, run: id, event: "taken", detail: "3 rows"))
            return id
        }
    }
}

/// Keeps what is logged.
final class LoggedLines: LogHandler {
    private let state = Mutex<[String]>([])
    var lines: [String] { state.withLock { $0 } }
    var logLevel: Logger.Level {
        get { .warning }
        set {}
    }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(
        level: Logger.Level,
        message: Logger.Message,
        metadata: Logger.Metadata?,
        source: String,
        file: String,
        function: String,
        line: UInt
    ) {
        state.withLock { $0.append("\(level): \(message)") }
    }
}

/// Notes what the console asks for; refuses what concerns run 99.
final class NotedActions: ConsoleActions {
    private let state = Mutex<[String]>([])
    var calls: [String] { state.withLock { $0 } }

    private func note(_ call: String, _ decision: Decision? = nil) {
        state.withLock { $0.append(call + (decision.map { " by \($0.who): \($0.reason)" } ?? "")) }
    }

    var pipelines: [PipelineFacts] {
        [PipelineFacts(name: "cards", stages: ["activation-feed", "bulk-import", "deliver"], source: "in:out, *.csv")]
    }

    func runNow(_ pipeline: String, _ decision: Decision) async throws { note("run \(pipeline)", decision) }

    func rerun(_ run: RunID, from stage: String, _ decision: Decision) async throws {
        note("rerun \(run) from \(stage)", decision)
    }

    func approve(_ run: RunID, _ decision: Decision) async throws -> String {
        if run == RunID(99) { throw Refusal(.wrongUsage, "run 99 is done, not held") }
        note("approve \(run)", decision)
        return "Run \(run) is released."
    }

    func refuse(_ run: RunID, _ decision: Decision) async throws -> String {
        if run == RunID(99) { throw Refusal(.wrongUsage, "run 99 is done, not held") }
        note("refuse \(run)", decision)
        return "Run \(run) is refused."
    }

    func cancel(_ run: RunID, _ decision: Decision) async throws -> String {
        note("cancel \(run)", decision)
        return "The operation of run \(run) is being cancelled."
    }

    func resolve(_ resolution: Resolution, _ decision: Decision) async throws {
        note("resolve \(resolution.run):\(resolution.line) as \(resolution.status)", decision)
    }

    func pause(_ pipeline: String, _ decision: Decision) async throws { note("pause \(pipeline)", decision) }
    func resume(_ pipeline: String, _ decision: Decision) async throws { note("resume \(pipeline)", decision) }

    func foresee(_ file: DroppedFile, for pipeline: String) async throws -> DryRunResult {
        note("foresee \(file.name), \(file.bytes.count) bytes, for \(pipeline)")
        var run = Run(
            pipeline: pipeline,
            shop: "shop",
            source: RunSource(drop: nil, path: file.name, name: file.name, size: 0, modified: 0),
            stem: "x",
            digest: "00",
            state: .done,
            nextStage: nil,
            createdAt: 0
        )
        run.currency = "USD"
        return DryRunResult(
            run: run,
            tallies: [Tally(status: .activated, rows: 1, value: 2_550, withoutValue: 0)],
            rows: [],
            faults: []
        )
    }

    func take(_ file: DroppedFile, for pipeline: String, _ decision: Decision) async throws -> RunID {
        note("take \(file.name), \(file.bytes.count) bytes, for \(pipeline)", decision)
        return RunID(1)
    }
}
