import Commerce
import FileDrops
import Foundation
public import Runner
import Sealing
import Shopify
import Yams

/// What `dropline.yaml` and the pipeline files say, checked, but with nothing opened yet.
public struct Configuration: Sendable {
    /// The path of `dropline.yaml`.
    public let path: String
    /// The ledger's path.
    public let state: String
    /// The workspace's path.
    public let workspace: String
    /// The master key's path, and whether systemd gave it.
    public let keyPath: String
    let keyIsCredential: Bool
    /// After how long what of finished runs is removed.
    public let retention: Retention
    let drops: [String: DropConfiguration]
    let shops: [String: ShopConfiguration]
    let alerts: [String: AlertConfiguration]
    /// What a service keeps to.
    public let serve: ServeConfiguration
    /// Where the console listens, and who may use it.
    public let web: WebConfiguration
    /// The pipelines, ordered by name.
    public let pipelines: [PipelineConfiguration]
    /// Settings that nothing uses, that can't take effect or that can't be meant as they stand; in the order of the files and their lines.
    public let warnings: [ConfigurationProblem]

    /// Reads and checks the configuration; throws `ConfigurationProblems` with all that is wrong.
    public static func load(_ path: String) throws -> Configuration {
        let file = ConfigurationFile(path: path)
        guard let root = file.parse() else { throw ConfigurationProblems(problems: file.problems) }
        let state = file.resolve(root.text("state") ?? "var/dropline.sqlite")
        let workspace = file.resolve(root.text("workspace") ?? "var/workspace")
        let key = keyReference(root, file)
        let drops = entries(root, "drops") { DropConfiguration(reading: $1, name: $0) }
        let shops = entries(root, "shops") { ShopConfiguration(reading: $1, name: $0) }
        let retention = root.section("retention").map(Retention.init(reading:)) ?? Retention()
        let declared = DeclaredNames(
            drops: names(root, "drops"),
            shops: names(root, "shops"),
            currencies: shops.mapValues(\.currency),
            uncallable: Set(shops.values.filter { $0.credentials == nil }.map(\.name)),
            withoutDomain: Set(shops.values.filter { $0.ownDomain == nil }.map(\.name))
        )
        let alerts = entries(root, "alerts") { AlertConfiguration(reading: $1, name: $0) }
        let serve = ServeConfiguration(reading: root.section("serve"))
        let globs = root.list(root.value("pipelines")).compactMap { node in root.text(node).map { (node, $0) } }
        let web = WebConfiguration(reading: root)
        root.finish()

        var problems = file.problems
        var warnings: [ConfigurationProblem] = []
        var pipelines: [PipelineConfiguration] = []
        for (node, pattern) in globs {
            let found = matches(of: file.resolve(pattern))
            if found.isEmpty {
                problems.append(
                    ConfigurationProblem(
                        file: path,
                        line: node.mark?.line ?? 0,
                        column: node.mark?.column ?? 0,
                        message: "no pipeline file matches '\(pattern)'"
                    )
                )
            }
            for pipelinePath in found {
                let pipelineFile = ConfigurationFile(path: pipelinePath)
                let pipeline = pipelineFile.parse().flatMap {
                    PipelineConfiguration(reading: $0, path: pipelinePath, names: declared)
                }
                problems += pipelineFile.problems
                warnings += pipelineFile.warnings
                if let pipeline {
                    if let twin = pipelines.first(where: { $0.name == pipeline.name }) {
                        problems.append(
                            ConfigurationProblem(
                                file: pipelinePath,
                                line: 1,
                                column: 1,
                                message: "the pipeline '\(pipeline.name)' is defined in \(twin.path) too"
                            )
                        )
                    }
                    pipelines.append(pipeline)
                }
            }
        }
        guard problems.isEmpty else { throw ConfigurationProblems(problems: problems) }
        pipelines.sort { $0.name < $1.name }
        warnings +=
            file.warnings + unusedNames(root, pipelines) + WatchedPlaces(drops: drops, pipelines: pipelines).warnings
        warnings += unusedSecrets(of: file, besides: [state, workspace])
        let keyIsCredential = key.map { if case .credential = $0 { true } else { false } } ?? false
        warnings +=
            ExposedFiles(
                state: state,
                workspace: workspace,
                key: keyIsCredential ? nil : key?.path(in: file.folder),
                secrets: file.secretPaths
            ).warnings
        return Configuration(
            path: path,
            state: state,
            workspace: workspace,
            keyPath: key?.path(in: file.folder) ?? "",
            keyIsCredential: keyIsCredential,
            retention: retention,
            drops: drops,
            shops: shops,
            alerts: alerts,
            serve: serve,
            web: web,
            pipelines: pipelines,
            warnings: inOrder(warnings, first: path)
        )
    }

    private static func keyReference(_ root: Section, _ file: ConfigurationFile) -> SecretReference? {
        guard let node = root.value("key") else { return .file("var/dropline.key") }
        let reference = root.secret("key")
        if case .environment? = reference {
            file.problem(node, "the master key is 32 bytes in a file: write file:PATH or credential:NAME")
        }
        return reference
    }

    private static func names(_ root: Section, _ name: String) -> Set<String> { Set(root.section(name)?.names ?? []) }

    private static func entries<Entry>(
        _ root: Section,
        _ name: String,
        _ read: (String, Section) -> Entry?
    ) -> [String: Entry] {
        guard let section = root.section(name) else { return [:] }
        var entries: [String: Entry] = [:]
        for key in section.names {
            guard let entry = section.section(key) else { continue }
            entries[key] = read(key, entry)
            entry.finish()
        }
        return entries
    }

    /// The files that a shell pattern names, sorted.
    private static func matches(of pattern: String) -> [String] {
        let folder = pattern.folderPart
        let name = NamePattern(pattern.namePart)
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
        return entries.filter(name.matches).sorted()
            .map { folder.isEmpty ? $0 : folder + "/" + $0 }
    }
}

/// What pipelines may name: the drops and shops of `dropline.yaml`, also those in which something else is wrong.
struct DeclaredNames {
    let drops: Set<String>
    let shops: Set<String>
    /// Of the shops in which nothing is wrong.
    let currencies: [String: Currency]
    /// Shops without a token, which activation feeds may only name.
    let uncallable: Set<String>
    /// Shops whose own domain no file tells.
    let withoutDomain: Set<String>

    /// Why a stage can't serve a shop; `nil` where it can.
    func problem(with shop: String, isCalled: Bool) -> String? {
        if !shops.contains(shop) {
            return "no shop is named '\(shop)'; configured: \(shops.sorted().joined(separator: ", "))"
        }
        if isCalled, uncallable.contains(shop) {
            return
                "the shop '\(shop)' has no 'token': only pipelines that end at 'activation-feed' can name it; give it one in dropline.yaml"
        }
        if !isCalled, withoutDomain.contains(shop) {
            return
                "the activation feed names the shop's own domain, which the url of '\(shop)' does not show; add 'domain: ….myshopify.com' to the shop"
        }
        return nil
    }
}
