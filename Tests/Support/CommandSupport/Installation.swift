public import Foundation

/// An installation in a temporary folder, made by `dropline init` and removed with its content when it goes out of use.
///
/// `settle` is `0s`, so that one look takes a file.
public final class Installation: Sendable {
    /// The folder that holds `dropline.yaml`.
    public let folder: String
    /// The directory into which NetSuite's files are dropped, in the drop.
    public static let inbox = "netsuite/salesorder/giftcard-fulfillment"
    /// The pipeline that serves the folder of the starter.
    public static let pipeline = "local-gift-cards"
    /// The pipeline that serves the SFTP server of the starter.
    public static let serverPipeline = "gift-card-activation"
    /// The pipeline that this installation runs.
    public let pipeline: String
    /// The folder on this machine that is the root of its drop.
    public let dropFolder: String

    /// Makes an installation for a shop; without one its shop can't be reached.
    ///
    /// It serves the starter's folder, or where a place is given that server's folder, as a person would turn to it: by filling in the drop `netsuite`
    /// and naming its pipeline. One that takes feeds has the pipeline for dropped activation feeds instead of the starter's, one that makes feeds the
    /// pipeline that ends with them.
    public init(
        _ shop: SandboxShop? = nil,
        on place: SFTPPlace? = nil,
        takesFeeds: Bool = false,
        makesFeeds: Bool = false
    ) async throws {
        // Nothing listens on port 1, and no test needs root to find that out.
        folder = NSTemporaryDirectory() + "dropline-test-" + UUID().uuidString.prefix(8).lowercased()
        pipeline =
            takesFeeds
            ? Self.feedPipeline
            : makesFeeds ? Self.feedMakingPipeline : place == nil ? Self.pipeline : Self.serverPipeline
        dropFolder = place?.folder ?? folder + "/drop"
        let made = try await dropline(["init", folder, "--sandbox-port", "\(shop?.port ?? 1)"])
        guard made.exit == 0 else { throw SupportError("\(made)") }
        if let place { try turn(to: place) }
        if takesFeeds { try addFeedPipeline() }
        if makesFeeds { try addFeedMakingPipeline() }
        if takesFeeds || makesFeeds {
            try edit(configuration) { $0 = $0.replacing("  - pipelines/\(Self.pipeline).yaml\n", with: "") }
        }
        try set("settle", "0s")
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    // MARK: Settings

    /// The path of `dropline.yaml`.
    public var configuration: String { folder + "/dropline.yaml" }
    /// The path of the pipeline's file.
    public var pipelineFile: String { folder + "/pipelines/\(pipeline).yaml" }

    /// Gives a key that stands in `dropline.yaml` or in the pipeline another value, as YAML: `set("limits", "{ card: 50 }")`,
    /// `set("reconcile", "{ accept_existing: true }")`, `set("api_version", "\"2026-04\"")`.
    public func set(_ key: String, _ value: String) throws {
        for path in [pipelineFile, configuration] {
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let pattern = try Regex("(?m)^(\\s*(?:- )?\(key): ).*$").anchorsMatchLineEndings()
            guard text.firstMatch(of: pattern) != nil else { continue }
            let changed = text.replacing(pattern) { match in
                (match.output[1].substring.map(String.init) ?? "") + value
            }
            return try changed.write(toFile: path, atomically: true, encoding: .utf8)
        }
        throw SupportError("neither dropline.yaml nor the pipeline has a line '\(key): …'")
    }

    /// Adds a key to the pipeline's `source`: `addToSource("final_line_break: optional")`.
    public func addToSource(_ line: String) throws {
        try edit(pipelineFile) { $0 = $0.replacing("source:\n", with: "source:\n  \(line)\n") }
    }

    /// Adds a line to the end of the pipeline: `addToPipeline("on_invalid: quarantine")`.
    public func addToPipeline(_ line: String) throws { try edit(pipelineFile) { $0 += line + "\n" } }

    /// Changes the text of a file.
    public func edit(_ path: String, _ change: (inout String) -> Void) throws {
        var text = try String(contentsOfFile: path, encoding: .utf8)
        change(&text)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    // MARK: Commands

    /// Runs a command with this installation's configuration.
    public func run(_ arguments: String..., environment: [String: String?] = [:]) async throws -> CommandResult {
        try await run(arguments, environment: environment)
    }

    /// Runs a command with this installation's configuration.
    public func run(_ arguments: [String], environment: [String: String?] = [:]) async throws -> CommandResult {
        try await dropline(arguments + ["--config", configuration], environment: environment)
    }

    /// Polls once; what it printed as JSON is in the result's `json()`.
    public func poll(_ arguments: String..., environment: [String: String?] = [:]) async throws -> CommandResult {
        try await run(["poll", "--json"] + arguments, environment: environment)
    }

    /// All runs, oldest first, as `dropline runs --json` gives them.
    public func runs() async throws -> [JSON] {
        // More than the newest hundred.
        let result = try await run("runs", "--json", "--last", "1000000")
        guard result.exit == 0 else { throw SupportError("\(result)") }
        return try result.json().array ?? []
    }

    /// One run, as `dropline show --json` gives it.
    public func show(_ number: Int) async throws -> JSON {
        let result = try await run("show", "\(number)", "--json")
        guard result.exit == 0 else { throw SupportError("\(result)") }
        return try result.json()
    }

    // MARK: Files of the drop

    /// Whether its pipeline's files are activation feeds.
    public var takesFeeds: Bool { pipeline == Self.feedPipeline }
    /// Whether its pipeline ends with activation feeds.
    public var makesFeeds: Bool { pipeline == Self.feedMakingPipeline }
    /// The directory into which its pipeline's files are dropped, in the drop.
    public var inboxDirectory: String {
        takesFeeds ? Self.feedInbox : makesFeeds ? Self.feedMakingInbox : Self.inbox
    }
    /// The directory in which its pipeline publishes activation feeds, in the drop.
    public var feedDirectory: String { makesFeeds ? Self.madeFeedDirectory : "dropline/\(pipeline)/feed" }

    /// The path of something in the drop.
    public func path(_ inDrop: String) -> String { dropFolder + "/" + inDrop }

    /// Drops a file, whole, under its final name at once; returns its path.
    @discardableResult
    public func drop(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
        let final = path(inboxDirectory + "/" + name)
        let staged = folder + "/.staged-" + UUID().uuidString
        try Data(bytes).write(to: URL(fileURLWithPath: staged))
        guard rename(staged, final) == 0 else {
            throw SupportError("can't drop \(final): \(String(cString: strerror(errno)))")
        }
        return final
    }

    /// Drops a text.
    @discardableResult
    public func drop(_ name: String, _ text: String) throws -> String { try drop(name, Array(text.utf8)) }

    /// The files in the inbox itself.
    public func inbox() throws -> [String] { try names(inboxDirectory) }
    /// The files in the inbox's archive.
    public func archive() throws -> [String] { try names(inboxDirectory + "/archive") }
    /// The files that were put aside, their `.reason.txt` and the rejects included.
    public func quarantine() throws -> [String] { try names(inboxDirectory + "/error") }
    /// The activation feeds.
    public func feeds() throws -> [String] { try names(feedDirectory) }
    /// The bulk files.
    public func bulkFiles() throws -> [String] { try names("dropline/\(pipeline)/bulk") }
    /// The results.
    public func results() throws -> [String] { try names("dropline/\(pipeline)/result") }

    /// The files in a directory of the drop, sorted; none where there is no directory.
    public func names(_ directory: String) throws -> [String] {
        guard FileManager.default.fileExists(atPath: path(directory)) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: path(directory)).sorted().filter { name in
            var isDirectory: ObjCBool = false
            let path = path(directory) + "/" + name
            return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && !isDirectory.boolValue
        }
    }

    /// Every file in the drop, its staging directory included, by its path in the drop.
    public func tree() throws -> [String] {
        let walk = FileManager.default.enumerator(atPath: dropFolder)
        var paths: [String] = []
        while let path = walk?.nextObject() as? String {
            if walk?.fileAttributes?[.type] as? FileAttributeType != .typeDirectory { paths.append(path) }
        }
        return paths.sorted()
    }

    /// The content of a file in the drop.
    public func read(_ inDrop: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path(inDrop))) }

    /// The text of a file in the drop.
    public func text(_ inDrop: String) throws -> String { String(decoding: try read(inDrop), as: UTF8.self) }

    /// The results of a source file, by its name or its outputs' stem.
    public func results(of source: String) throws -> CSVTable {
        try CSVTable(parsing: try text("dropline/\(pipeline)/result/\(stem(source))-Results.csv"))
    }

    /// The rejects of a source file.
    public func rejects(of source: String) throws -> CSVTable {
        try CSVTable(parsing: try text(inboxDirectory + "/error/\(stem(source))-Rejects.csv"))
    }

    /// The activation feed of a source file.
    public func feed(of source: String) throws -> JSON {
        try JSON(parsing: try read("\(feedDirectory)/\(stem(source))-GiftCardActivation.json"))
    }

    /// The lines of a bulk file of a source file.
    public func bulkFile(of source: String, attempt: Int = 1, part: Int = 1) throws -> [JSON] {
        try text("dropline/\(pipeline)/bulk/\(stem(source))-\(attempt)-\(part).jsonl")
            .split(separator: "\n").map { try JSON(parsing: String($0)) }
    }

    private func stem(_ source: String) -> String { source.hasSuffix(".csv") ? String(source.dropLast(4)) : source }

    // MARK: Money

    /// What a run says of its rows and money, status by status.
    public func balance(_ number: Int) async throws -> Balance { try Balance(try await show(number)["run"]) }
}
