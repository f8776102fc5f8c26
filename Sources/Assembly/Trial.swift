import Commerce
import FileDrops
import Foundation
import Shopify

/// A pipeline in an installation of its own, made for one try and thrown away: every drop is a folder, the shop a sandbox, and files settle at once.
///
/// Nothing of the real installation is opened, and none of its secrets is asked for.
public struct Trial: Sendable {
    /// The path of its `dropline.yaml`.
    public let configurationPath: String
    private let folder: String
    private let inbox: String
    private let doneMarker: String?

    /// What a case sets otherwise than the pipeline's own files.
    public struct Changes: Sendable {
        /// Keys of the pipeline, or `api_version` and `currency` of the shop, with their values as YAML.
        public var settings: [(key: String, value: String)] = []
        /// Lines added to the pipeline's `source`.
        public var sourceLines: [String] = []
        /// Lines added to the pipeline.
        public var pipelineLines: [String] = []

        /// Changes nothing.
        public init() {}
    }

    /// Writes the installation into a new folder; a pipeline file that is not the configured one takes its place.
    ///
    /// Throws `TrialError` for a pipeline without a source, or a setting that there is not.
    public init(
        of pipeline: PipelineConfiguration,
        in configuration: Configuration,
        file: String? = nil,
        changes: Changes = Changes(),
        folder: String,
        sandboxPort: Int,
        token: String
    ) throws {
        self.folder = folder
        configurationPath = folder + "/dropline.yaml"
        let path = file ?? pipeline.path
        guard var text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw TrialError("the pipeline file \(path) can't be read")
        }
        if !text.hasSuffix("\n") { text += "\n" }
        for line in changes.pipelineLines { text += line + "\n" }
        for line in changes.sourceLines + (Self.has("settle", text) ? [] : ["settle: 0s"]) {
            text = text.replacing("\nsource:\n", with: "\nsource:\n  \(line)\n")
        }
        if let settled = Self.setting("settle", to: "0s", in: text) { text = settled }
        var shop: [String: String] = [:]
        for (key, value) in changes.settings {
            if let changed = Self.setting(key, to: value, in: text) {
                text = changed
            } else if key == "api_version" || key == "currency" {
                shop[key] = value
            } else {
                throw TrialError("'settings': neither the pipeline nor its shop has a line '\(key): …'")
            }
        }
        try Self.write(text, folder + "/pipelines/" + path.namePart)
        try Self.write(token + "\n", folder + "/token")
        chmod(folder + "/token", 0o600)
        for drop in configuration.drops.keys { try Self.makeFolder(folder + "/drops/" + drop) }
        try Self.write(
            Self.configuration(configuration, pipelineFile: path.namePart, port: sandboxPort, shop: shop),
            configurationPath
        )
        var source = pipeline.source
        if let file { source = try Self.source(of: file, writtenAs: folder + "/dropline.yaml") }
        guard let source else {
            throw TrialError("the pipeline in \(path) has no source to drop files into")
        }
        inbox = folder + "/drops/" + source.drop + (source.directory.isRoot ? "" : "/" + source.directory.text)
        doneMarker = source.doneMarker
        try Self.makeFolder(inbox)
    }

    /// The source of another pipeline file than the configured one; its faults are told under its own path.
    private static func source(of file: String, writtenAs configuration: String) throws -> SourceConfiguration? {
        do {
            return try Configuration.load(configuration).pipelines.first?.source
        } catch let found as ConfigurationProblems {
            throw ConfigurationProblems(
                problems: found.problems.map {
                    ConfigurationProblem(file: file, line: $0.line, column: $0.column, message: $0.message)
                }
            )
        }
    }

    /// Drops a file into the pipeline's source.
    public func drop(_ name: String, from path: String) throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try bytes.write(to: URL(fileURLWithPath: inbox + "/" + name))
    }

    /// Drops a copy of an archived file, with its modification time, and with the mark of a finished file where the source wants one.
    public func dropArchived(_ name: String, from path: String) throws {
        try drop(name, from: path)
        let modified = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
        if let modified {
            try FileManager.default.setAttributes([.modificationDate: modified], ofItemAtPath: inbox + "/" + name)
        }
        if let doneMarker { try Self.write("", inbox + "/" + name + doneMarker) }
    }

    /// The text of something that was delivered.
    public func text(drop: String, path: String) throws -> String {
        let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/drops/" + drop + "/" + path))
        return String(decoding: data, as: UTF8.self)
    }

    private static func configuration(
        _ configuration: Configuration,
        pipelineFile: String,
        port: Int,
        shop changes: [String: String]
    ) -> String {
        func quoted(_ text: String) -> String {
            "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        }
        var lines = ["drops:"]
        for (name, drop) in configuration.drops.sorted(by: { $0.key < $1.key }) {
            let entry = "{ type: folder, root: \(quoted("drops/" + name)), staging: \(quoted(drop.staging.text)) }"
            lines.append("  \(quoted(name)): \(entry)")
        }
        lines.append("shops:")
        for (name, shop) in configuration.shops.sorted(by: { $0.key < $1.key }) {
            lines += [
                "  \(quoted(name)):", "    url: http://127.0.0.1:\(port)", "    token: file:token",
                "    api_version: \(changes["api_version"] ?? quoted(shop.version.rawValue))",
                "    currency: \(changes["currency"] ?? shop.currency.code)",
            ]
            if let domain = shop.ownDomain { lines.append("    domain: \(domain)") }
        }
        return (lines + ["pipelines: [\(quoted("pipelines/" + pipelineFile))]", ""]).joined(separator: "\n")
    }

    // MARK: - Lines of YAML

    private static func has(_ key: String, _ text: String) -> Bool { setting(key, to: "", in: text) != nil }

    /// The text with another value after a key that stands first on a line; `nil` where none does.
    private static func setting(_ key: String, to value: String, in text: String) -> String? {
        var isFound = false
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            let bare = line.drop { $0 == " " }
            let entry = bare.hasPrefix("- ") ? bare.dropFirst(2) : bare
            guard !isFound, entry.hasPrefix(key + ":") else { return String(line) }
            isFound = true
            return line.prefix(line.count - entry.count) + "\(key): \(value)"
        }
        return isFound ? lines.joined(separator: "\n") : nil
    }

    private static func write(_ text: String, _ path: String) throws {
        try makeFolder(path.folderPart)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    private static func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }
}

/// Why a pipeline can't be tried.
public struct TrialError: Error, Sendable, CustomStringConvertible {
    /// What is wrong and how it would be right.
    public let description: String

    /// Describes it.
    public init(_ description: String) { self.description = description }
}

extension Configuration {
    /// The domain and the currency that a sandbox has in place of a pipeline's shop; no domain where its URL names none.
    public func trialShop(of pipeline: PipelineConfiguration) -> (domain: String?, currency: String)? {
        shops[pipeline.stages.shop].map { shop in
            (shop.ownDomain, shop.currency.code)
        }
    }
}

extension PipelineConfiguration {
    /// The folder beside its file that holds its cases.
    public var caseFolder: String {
        for ending in [".yaml", ".yml"] where path.hasSuffix(ending) { return String(path.dropLast(ending.count)) }
        return path + ".cases"
    }
}
