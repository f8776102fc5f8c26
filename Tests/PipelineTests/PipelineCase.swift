import CommandSupport
import Foundation
import Testing

/// A case beside its pipeline: `pipelines/‹pipeline›/‹name›/` with `case.json`, `input/` and `expected/`.
///
/// - `case.json`: what is dropped onto what kind of shop, with which settings, and how each run ends: state, rows and value by status, where the
///   source ends, the reason.
/// - `input/`: the files, all dropped before the first poll unless `one_by_one` is true; links into `samples/`.
/// - `expected/`: `results-‹run›.csv`, `rejects-‹run›.csv` and `feed-‹run›.json`, gift card ids as `#1`, `#2` … in the order of the lines. What is not
///   there must not be published.
struct PipelineCase: Sendable, CustomTestStringConvertible {
    /// A run as it should end.
    struct ExpectedRun: Sendable {
        let number: Int
        let file: String
        let state: String
        /// `archive`, `error` or `inbox`.
        let source: String
        let statuses: [String: Balance.Entry]
        let reason: String?
        let attention: String?
    }

    let name: String
    let folder: String
    /// What the case shows, in a sentence.
    let about: String
    let exit: Int
    let runs: [ExpectedRun]
    /// Keys of the pipeline or of dropline.yaml that are given other values.
    let settings: [String: String]
    /// Lines added to the pipeline's source, and to the pipeline.
    let sourceLines: [String]
    let pipelineLines: [String]
    /// Whether each file is dropped and polled on its own, in the order of the runs, instead of all at once.
    let isOneByOne: Bool
    /// Options of the sandbox.
    let sandbox: [String]
    /// Cards of somebody else that are there before.
    let cards: [JSON]
    let faults: [JSON]
    let input: [(name: String, bytes: [UInt8])]

    var testDescription: String { name }

    static let repository = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// All of a pipeline's, by name.
    static func names(of pipeline: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: repository + "/pipelines/" + pipeline))?.sorted() ?? []
    }

    init(_ name: String, of pipeline: String = Installation.pipeline) throws {
        self.name = name
        folder = Self.repository + "/pipelines/\(pipeline)/\(name)"
        let json = try JSON(parsing: try Data(contentsOf: URL(fileURLWithPath: folder + "/case.json")))
        about = json["about"].string ?? ""
        exit = json["exit"].int ?? -1
        settings = (json["settings"].object ?? [:]).compactMapValues(\.string)
        sourceLines = (json["source"].array ?? []).compactMap(\.string)
        pipelineLines = (json["pipeline"].array ?? []).compactMap(\.string)
        isOneByOne = json["one_by_one"].bool ?? false
        sandbox = (json["sandbox"].array ?? []).compactMap(\.string)
        cards = json["cards"].array ?? []
        faults = json["faults"].array ?? []
        runs = try (json["runs"].array ?? []).enumerated().map { index, run in
            ExpectedRun(
                number: index + 1,
                file: run["file"].string ?? "",
                state: run["state"].string ?? "",
                source: run["source"].string ?? "",
                statuses: try (run["statuses"].object ?? [:]).mapValues { entry in
                    Balance.Entry(
                        rows: entry[0].int ?? -1,
                        hundredths: try Balance.hundredths(entry[1].string ?? ""),
                        withoutValue: entry[2].int ?? -1
                    )
                },
                reason: run["reason"].string,
                attention: run["attention"].string
            )
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/input").sorted()
        let input = folder + "/input/"
        self.input = try names.map { ($0, [UInt8](try Data(contentsOf: URL(fileURLWithPath: input + $0)))) }
    }

    /// An expected output, or `nil` where none may be published.
    func expected(_ output: String, of run: ExpectedRun) throws -> String? {
        let path = folder + "/expected/" + expectedName(output, run)
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return try String(contentsOfFile: path, encoding: .utf8)
    }

    /// Writes an output down as the expected one: only for the maker of a case, who then reads it.
    func record(_ output: String, of run: ExpectedRun, _ text: String?) throws {
        guard let text else { return }
        try FileManager.default.createDirectory(atPath: folder + "/expected", withIntermediateDirectories: true)
        try text.write(toFile: folder + "/expected/" + expectedName(output, run), atomically: true, encoding: .utf8)
    }

    private func expectedName(_ output: String, _ run: ExpectedRun) -> String {
        let parts = output.split(separator: ".")
        return "\(parts[0])-\(run.number).\(parts[1])"
    }

    /// Makes the installation, and puts the foreign cards and the faults into the shop.
    func prepare(_ shop: SandboxShop, on place: SFTPPlace?) async throws -> Installation {
        let installation = try await Installation(shop, on: place)
        for (key, value) in settings { try installation.set(key, value) }
        for line in sourceLines { try installation.addToSource(line) }
        for line in pipelineLines { try installation.addToPipeline(line) }
        for card in cards {
            let id = try await shop.addCard(
                card["code"].string ?? "",
                card["value"].string ?? "",
                note: card["note"].string,
                currency: card["currency"].string
            )
            if card["state"] == "disabled" { try await shop.disable(id) }
            if card["state"] == "expired" { try await shop.expire(id) }
        }
        for fault in faults { try await shop.inject(fault) }
        return installation
    }
}
