import Ledgers
import Records

/// What a person can do about a run that goes on only then.
extension RunSummary {
    /// Whether the run is open and something of it waits for a person.
    var waitsForPerson: Bool {
        run.state == .held || run.state == .stopped || (!run.state.isFinal && run.attention != nil)
    }

    /// The rows that are held, with what they are worth.
    var held: Tally? { tallies.first { $0.status == .held } }

    /// Why it waits, in words.
    private var why: String {
        let words = run.state == .held ? run.hold ?? run.reason : run.attention ?? run.reason
        return words ?? "see 'dropline show \(run.id)'"
    }

    /// The commands that help, for a person.
    var ways: String { commands.map { "'\($0)'" }.joined(separator: " or ") }

    /// The commands that help.
    private var commands: [String] {
        switch run.state {
        case .held where held != nil:
            ["dropline approve \(run.id) --reason TEXT", "dropline refuse \(run.id) --reason TEXT"]
        // A failure holds it: a person lets it try again.
        case .held: ["dropline approve \(run.id) --reason TEXT"]
        case .stopped: ["dropline show \(run.id)"]
        default: named.isEmpty ? ["dropline resolve \(run.id) LINE --as STATUS --reason TEXT"] : named
        }
    }

    /// The commands that are named where it stands what the run waits for.
    private var named: [String] {
        (run.attention ?? "").matches(of: /'(dropline [^']+)'/).map { String($0.output.1) }
    }

    /// What helps, where a person should look at a run that goes on by itself and is not told how in the same words; else nothing.
    var furtherWays: String {
        [.open, .waiting].contains(run.state) && run.attention != nil && named.isEmpty ? "; \(ways)" : ""
    }

    /// `run 2 is held: a card of 750.00 USD is above …; 'dropline approve 2 --reason TEXT' or 'dropline refuse 2 --reason TEXT'`.
    var waitingLine: String {
        let once = run.state == .held && held == nil ? ", once that is put right" : ""
        let further = [.open, .waiting].contains(run.state) ? furtherWays : "; \(ways)"
        return "run \(run.id) is \(run.state.rawValue): \(why)\(further)\(once)"
    }

    /// The same for scripts.
    var waitingJSON: JSONValue {
        jsonObject(
            ("run", .number("\(run.id)")),
            ("pipeline", .string(run.pipeline)),
            ("state", .string(run.state.rawValue)),
            ("why", .string(why)),
            ("commands", .array(commands.map { .string($0) }))
        )
    }
}

extension [RunSummary] {
    /// The open runs of some pipelines that wait for a person, oldest first.
    static func waitingForPerson(of pipelines: Set<String>, from ledger: any Ledger) async throws -> [RunSummary] {
        try await RunSummary.read(RunQuery(states: [.open, .waiting, .held, .stopped]), from: ledger)
            .filter { pipelines.contains($0.run.pipeline) && $0.waitsForPerson }
    }
}
