import ArgumentParser
import Assembly
import Commerce
import Records

struct TestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Runs the pipelines' own cases against a sandbox.",
        discussion: """
            A case is a folder beside the pipeline's file, ‹pipeline›/‹case›/, with case.json, the input files in input/ and the outputs in \
            expected/. With '--replay' archived files are run through the pipeline and through an older file of it instead, and what comes out is \
            compared byte for byte. Each runs in a temporary installation in which every drop is a folder and the shop a sandbox; the real one is not \
            opened. What differs is shown with codes masked; '--update' takes what came out for what is expected.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var data: DataOptions

    @Argument(help: "The pipelines; all of them when none is named.")
    var pipelines: [String] = []

    @Option(help: ArgumentHelp("Only the cases whose name holds this text.", valueName: "case"))
    var filter: String?

    @Flag(help: "Takes what came out for what is expected.")
    var update = false

    @Option(help: ArgumentHelp("Replays the files of a folder instead; needs --against.", valueName: "dir"))
    var replay: String?

    @Option(help: ArgumentHelp("The older pipeline file to which --replay compares.", valueName: "file"))
    var against: String?

    func validate() throws {
        guard (replay == nil) == (against == nil) else {
            throw ValidationError(
                "'--replay DIR' and '--against FILE' belong together: the older pipeline file is what is compared to"
            )
        }
        if replay != nil, update { throw ValidationError("'--replay' changes nothing: there is nothing to update") }
    }

    func run() async throws {
        try await exiting {
            let configuration = try Configuration.load(global.configurationPath)
            try configuration.requirePipelines(pipelines)
            if let replay, let against {
                return try await interruptible { try await compare(replay, against, configuration) }
            }
            return try await interruptible { try await runCases(configuration) }
        }
    }

    private func runCases(_ configuration: Configuration) async throws -> Exit {
        var (passed, updated, failed): (Int, Int, Int) = (0, 0, 0)
        var results: [JSONValue] = []
        for pipeline in configuration.pipelines where pipelines.isEmpty || pipelines.contains(pipeline.name) {
            for name in PipelineCase.names(in: pipeline.caseFolder) where filter.map(name.contains) ?? true {
                var differences: [String] = []
                var word = "passed"
                do {
                    let given = try PipelineCase(name, in: pipeline.caseFolder)
                    let outcome = try await Self.outcome(of: given, pipeline, configuration)
                    differences = try Self.differences(given, outcome)
                    if !differences.isEmpty, update { try given.accept(outcome) }
                } catch let error where !(error is CancellationError) {
                    differences = ["\(error)"]
                    word = "failed"
                }
                if !differences.isEmpty { word = update && word != "failed" ? "updated" : "failed" }
                switch word {
                case "passed": passed += 1
                case "updated": updated += 1
                default: failed += 1
                }
                results.append(
                    jsonObject(
                        ("pipeline", .string(pipeline.name)),
                        ("case", .string(name)),
                        ("outcome", .string(word)),
                        ("differences", .array(differences.map { .string($0) }))
                    )
                )
                guard !data.json else { continue }
                print("\(word.padded(to: 8)) \(pipeline.name)/\(name)")
                for line in differences { print("    " + line) }
            }
        }
        if data.json {
            printJSON(jsonObject(("cases", .array(results))))
        } else if results.isEmpty {
            print("no case is there; one lies in ‹pipeline›/‹case›/ beside the pipeline's file")
        } else {
            let counts = [(passed, "passed"), (updated, "updated"), (failed, "failed")].filter { $0.0 > 0 }
            let words = counts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
            print("\(results.count) case\(results.count == 1 ? "" : "s"): \(words)")
        }
        return failed == 0 ? .done : .needsPerson
    }

    // MARK: - Replay

    private func compare(_ folder: String, _ old: String, _ configuration: Configuration) async throws -> Exit {
        let chosen = configuration.pipelines.filter { pipelines.isEmpty || pipelines.contains($0.name) }
        guard let pipeline = chosen.first, chosen.count == 1 else {
            throw ValidationError(
                "'--replay' is for one pipeline; name it: \(chosen.map(\.name).joined(separator: ", "))"
            )
        }
        let findings: [Replay.Finding]
        do {
            findings = try await Replay(
                folder,
                filter: filter,
                configuration: configuration,
                pipeline: pipeline,
                old: old
            ).findings()
        } catch let error as TrialError {
            throw ValidationError("\(error)")
        }
        let counts = [Replay.Finding.Outcome.same, .differs, .ignored].map { outcome in
            (outcome, findings.filter { $0.outcome == outcome }.count)
        }
        if data.json {
            let files = findings.map { finding in
                jsonObject(
                    ("file", .string(finding.file)),
                    ("outcome", .string(finding.outcome.rawValue)),
                    ("differences", .array(finding.differences.map { .string($0) }))
                )
            }
            printJSON(jsonObject(("pipeline", .string(pipeline.name)), ("files", .array(files))))
        } else {
            for finding in findings {
                print("\(finding.outcome.rawValue.padded(to: 8)) \(finding.file.shown)")
                for line in finding.differences { print("    " + line) }
            }
            let words = counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0.rawValue)" }.joined(separator: ", ")
            print("\(findings.count) file\(findings.count == 1 ? "" : "s"): \(words)")
        }
        guard findings.contains(where: { $0.outcome != .ignored }) else {
            throw ValidationError("neither pipeline takes a file of \(folder): nothing was compared")
        }
        return findings.contains { $0.outcome == .differs } ? .needsPerson : .done
    }

    private static func outcome(
        of given: PipelineCase,
        _ pipeline: PipelineConfiguration,
        _ configuration: Configuration
    ) async throws -> CaseOutcome {
        try await CaseOutcome.of(
            given.groups.map { $0.map { (name: $0, path: given.folder + "/input/" + $0) } },
            shop: try given.shop(),
            prepare: { try await given.prepare($0) }
        ) { folder, port, token in
            try Trial(
                of: pipeline,
                in: configuration,
                changes: given.changes,
                folder: folder,
                sandboxPort: port,
                token: token
            )
        }
    }

    private static func differences(_ given: PipelineCase, _ outcome: CaseOutcome) throws -> [String] {
        var found: [String] = []
        func compare(_ name: String, _ expected: String?, _ actual: String?) {
            guard expected != actual else { return }
            guard let expected else { return found.append("\(name): came out, and is not expected") }
            guard let actual else { return found.append("\(name): is expected, and did not come out") }
            let (old, new) = (expected.caseLines, actual.caseLines)
            let diff = unifiedDiff(old.map(\.withCodesMasked), new.map(\.withCodesMasked))
            found.append("\(name):")
            found += diff.isEmpty ? ["  codes differ, in letters that are not shown"] : diff
        }
        compare("case.json", given.expected.pretty + "\n", outcome.summary.pretty + "\n")
        let expected = try given.outputs()
        // A bulk file is compared where the case has one: it says nothing that the feed does not, save for its form.
        let names = Set(expected.keys).union(outcome.outputs.keys.filter { !$0.hasSuffix(".jsonl") })
        for name in names.sorted() { compare(name, expected[name], outcome.outputs[name]) }
        return found
    }
}

extension String {
    /// The text with spaces after it.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
