import ArgumentParser
import Assembly
import Foundation
import Records
import ShopifySandbox

/// A case beside its pipeline: `‹pipeline›/‹case›/` with `case.json`, `input/` and `expected/`.
struct PipelineCase {
    let name: String
    let folder: String
    let about: String
    private let json: JSONObject
    /// The input files' names, sorted.
    let input: [String]

    /// Reads a case; throws `TrialError` for one that can't be read.
    init(_ name: String, in parent: String) throws {
        self.name = name
        folder = parent + "/" + name
        let path = folder + "/case.json"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw TrialError("\(path) can't be read; a case is a folder with case.json, input/ and expected/")
        }
        do throws(JSONError) {
            guard let object = try JSONValue(parsing: [UInt8](data)).object else {
                throw JSONError(.unexpectedEnd, line: 1, column: 1)
            }
            json = object
        } catch {
            throw TrialError("\(path): \(error)")
        }
        about = json["about"]?.string ?? ""
        input = ((try? FileManager.default.contentsOfDirectory(atPath: folder + "/input")) ?? []).sorted()
        guard !input.isEmpty else { throw TrialError("\(folder)/input holds no file") }
    }

    /// The cases of a folder, by name; none where there is no folder.
    static func names(in folder: String) -> [String] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return entries.filter { FileManager.default.fileExists(atPath: folder + "/" + $0 + "/case.json") }.sorted()
    }

    // MARK: - What is given

    /// The input in groups that are dropped and polled together.
    var groups: [[String]] {
        guard json["one_by_one"]?.bool == true else { return [input] }
        let order = (json["runs"]?.array ?? []).compactMap { $0.object?["file"]?.string }
        let named = order.filter(input.contains)
        return (named + input.filter { !named.contains($0) }).map { [$0] }
    }

    var changes: Trial.Changes {
        var changes = Trial.Changes()
        changes.settings = (json["settings"]?.object?.members ?? []).compactMap { key, value in
            value.string.map { (key, $0) }
        }
        changes.sourceLines = texts("source")
        changes.pipelineLines = texts("pipeline")
        return changes
    }

    /// The shop that the case asks for.
    func shop() throws -> SandboxConfiguration {
        guard let command = try SandboxCommand.parseAsRoot(texts("sandbox")) as? SandboxCommand else {
            throw TrialError("\(folder)/case.json: 'sandbox' holds options of 'dropline sandbox'")
        }
        var shop = try command.sandboxConfiguration()
        (shop.port, shop.operationSeconds) = (0, 0.02)
        for fault in json["faults"]?.array ?? [] {
            let members = fault.object?.members ?? []
            let kind = members.first { $0.key == "kind" }?.value.string ?? ""
            let options = members.filter { $0.key != "kind" }
                .map { "\($0.key)=\($0.value.string ?? $0.value.number ?? "")" }
            shop.faults.append(try SandboxFault(parsing: ([kind] + options).joined(separator: ",")))
        }
        return shop
    }

    /// Puts the cards into the shop that others made there before.
    func prepare(_ shop: Sandbox) async throws {
        for card in (json["cards"]?.array ?? []).compactMap(\.object) {
            let made = try await shop.addCard(
                code: card["code"]?.string ?? "",
                initialValue: card["value"]?.string ?? "",
                currency: card["currency"]?.string,
                note: card["note"]?.string
            )
            if card["state"]?.string == "disabled" { try await shop.disable(made.id) }
            if card["state"]?.string == "expired" { try await shop.expire(made.id) }
        }
    }

    private func texts(_ key: String) -> [String] { (json[key]?.array ?? []).compactMap(\.string) }

    // MARK: - What is expected

    /// How the case should end: the same members, in the same order, as `CaseOutcome` has them.
    var expected: JSONValue {
        let runs = (json["runs"]?.array ?? []).map { run -> JSONValue in
            guard let run = run.object else { return run }
            let statuses = run["statuses"]?.object?.members.sorted { $0.key < $1.key } ?? []
            var ordered = JSONObject()
            for key in ["file", "state", "source"] { ordered[key] = run[key] }
            ordered["statuses"] = .object(JSONObject(statuses))
            for key in ["reason", "attention"] { ordered[key] = run[key] }
            return .object(ordered)
        }
        return jsonObject(("exit", json["exit"] ?? .null), ("runs", .array(runs)))
    }

    /// The expected outputs, by name.
    func outputs() throws -> [String: String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/expected")) ?? []
        var outputs: [String: String] = [:]
        for name in names { outputs[name] = try String(contentsOfFile: folder + "/expected/" + name, encoding: .utf8) }
        return outputs
    }

    /// Takes what came out for what is expected.
    func accept(_ outcome: CaseOutcome) throws {
        var changed = json
        for (key, value) in outcome.summary.object?.members ?? [] { changed[key] = value }
        try write(JSONValue.object(changed).pretty + "\n", "case.json")
        try? FileManager.default.removeItem(atPath: folder + "/expected")
        guard !outcome.outputs.isEmpty else { return }
        try FileManager.default.createDirectory(atPath: folder + "/expected", withIntermediateDirectories: true)
        for (name, text) in outcome.outputs { try write(text, "expected/" + name) }
    }

    private func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name), options: .atomic)
    }
}
