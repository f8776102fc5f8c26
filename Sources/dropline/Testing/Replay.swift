import Assembly
import Foundation
import Records
import ShopifySandbox

/// Archived files, run through an old and a new pipeline file side by side.
struct Replay {
    /// What became of a file.
    struct Finding {
        enum Outcome: String { case same, differs, ignored }
        let file: String
        let outcome: Outcome
        let differences: [String]
    }

    let configuration: Configuration
    let pipeline: PipelineConfiguration
    /// The path of the old pipeline file.
    let old: String
    private let groups: [[(name: String, path: String)]]

    /// Looks for files in a folder; those whose name begins with a dot, and folders, are passed over.
    ///
    /// Throws `TrialError` where there are none, or the old pipeline file can't be read.
    init(_ folder: String, filter: String?, configuration: Configuration, pipeline: PipelineConfiguration, old: String)
        throws
    {
        (self.configuration, self.pipeline, self.old) = (configuration, pipeline, old)
        guard FileManager.default.isReadableFile(atPath: old) else {
            throw TrialError("the pipeline file \(old) can't be read")
        }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw TrialError("the folder \(folder) can't be read")
        }
        var groups: [[(name: String, path: String)]] = [[]]
        for name in names.sorted() where !name.hasPrefix(".") && filter.map(name.contains) ?? true {
            var isFolder: ObjCBool = false
            let path = folder + "/" + name
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            let plain = name.withoutVersion
            let free = groups.firstIndex { group in !group.contains { $0.name == plain } }
            if let free { groups[free].append((plain, path)) } else { groups.append([(plain, path)]) }
        }
        guard groups.contains(where: { !$0.isEmpty }) else {
            throw TrialError("\(folder) holds no file to replay")
        }
        self.groups = groups
    }

    /// Runs the files through both and compares what came out; one finding a file, by name.
    func findings() async throws -> [Finding] {
        let before = try await outcome(of: old)
        let after = try await outcome(of: nil)
        var findings: [Finding] = []
        for name in Set(groups.flatMap { $0.map(\.name) }).sorted() {
            let (old, new) = (before.filter { $0.file == name }, after.filter { $0.file == name })
            guard !old.isEmpty || !new.isEmpty else {
                findings.append(Finding(file: name, outcome: .ignored, differences: []))
                continue
            }
            let copies = groups.filter { group in group.contains { $0.name == name } }.count
            let compared = old.isEmpty || new.isEmpty ? max(old.count, new.count) : min(old.count, new.count)
            var differences = (0..<compared).flatMap { index in
                Self.differences(
                    old.indices.contains(index) ? old[index] : nil,
                    new.indices.contains(index) ? new[index] : nil
                )
            }
            // Files of one name are taken one after another, and none after one that is held.
            if compared < copies {
                differences.append(
                    "\(copies - compared) of \(copies) files of this name are not compared: the one before is held or stopped"
                )
            }
            findings.append(
                Finding(file: name, outcome: differences.isEmpty ? .same : .differs, differences: differences)
            )
        }
        return findings
    }

    private func outcome(of file: String?) async throws -> [CaseRun] {
        var shop = SandboxConfiguration()
        (shop.port, shop.operationSeconds, shop.issueLimit) = (0, 0.02, "1000000000")
        if let known = configuration.trialShop(of: pipeline) {
            shop.currency = known.currency
            if let domain = known.domain { shop.domain = domain }
        }
        let (pipeline, configuration) = (pipeline, configuration)
        return try await CaseOutcome.of(groups, shop: shop, areArchived: true) { folder, port, token in
            try Trial(
                of: pipeline,
                in: configuration,
                file: file,
                folder: folder,
                sandboxPort: port,
                token: token
            )
        }.runs
    }

    private static func differences(_ old: CaseRun?, _ new: CaseRun?) -> [String] {
        guard let old else { return ["the old pipeline does not take it, the new one does"] }
        guard let new else { return ["the old pipeline takes it, the new one does not"] }
        var found = compare("outcome", old.entry.pretty + "\n", new.entry.pretty + "\n")
        for name in Set(old.outputs.keys).union(new.outputs.keys).sorted() {
            switch (old.outputs[name], new.outputs[name]) {
            case (nil, _): found.append("\(name): the new pipeline publishes it, the old one does not")
            case (_, nil): found.append("\(name): the old pipeline publishes it, the new one does not")
            case (let before?, let after?): found += compare(name, before, after)
            }
            if let before = old.places[name], let after = new.places[name], before != after {
                found += ["\(name), where it is published:", "-" + before.shown, "+" + after.shown]
            }
        }
        return found
    }

    private static func compare(_ name: String, _ old: String, _ new: String) -> [String] {
        guard old != new else { return [] }
        let diff = boundedDiff(old.caseLines.map(\.withCodesMasked), new.caseLines.map(\.withCodesMasked))
        return ["\(name):"] + (diff.isEmpty ? ["  codes differ, in letters that are not shown"] : diff)
    }
}

extension String {
    /// The name without the `.‹8 hex›`, and the number after it, that an archive puts after the name of a second file and of further ones.
    fileprivate var withoutVersion: String {
        let parts = split(separator: ".", omittingEmptySubsequences: false)
        let isNumbered = parts.last.flatMap { Int($0) }.map { $0 > 1 } ?? false
        for count in isNumbered ? [2, 1] : [1] where parts.count > count + 1 {
            let version = parts[parts.count - count]
            let isVersion = version.count == 8 && version.allSatisfy { $0.isHexDigit && !$0.isUppercase }
            if isVersion { return parts.dropLast(count).joined(separator: ".") }
        }
        return self
    }
}
