import CommandSupport
import Foundation

/// A sandbox, an installation that speaks to it, and the files that are dropped.
struct Scene: Sendable {
    /// What the case is, for the messages of failures.
    let name: String
    let shop: SandboxShop
    let installation: Installation
    /// Where the sandbox keeps what it was sent and what it answered.
    let shopFiles: String
    /// Counts the single calls that make a card; `nil` where the counter would be in the way.
    let countsSingleCalls: Bool

    /// Puts faults in force.
    func inject(_ faults: [Fault]) async throws {
        for fault in faults { try await shop.inject(fault.json) }
    }

    func drop(_ source: SourceFile) throws { try installation.drop(source.name, source.text) }

    /// Polls until no run is left that could go on, at most so many times.
    ///
    /// A run that waits for a person or for an outcome ends it too: when a sweep changed nothing.
    func sweep(atMost times: Int = 6, wait: String = "40s") async throws -> [CommandResult] {
        var sweeps: [CommandResult] = []
        for _ in 0..<times {
            sweeps.append(try await installation.poll("--wait", wait))
            let states = try await installation.runs().map { $0["state"].string ?? "?" }
            if try installation.inbox().isEmpty, !states.isEmpty, states.allSatisfy(Self.isFinal) { break }
        }
        return sweeps
    }

    /// Whether a run is left that has not come to its end.
    func isOpen() async throws -> Bool {
        try await !installation.runs().allSatisfy { Self.isFinal($0["state"].string ?? "?") }
    }

    static func isFinal(_ state: String) -> Bool {
        ["done", "empty", "duplicate", "quarantined", "incomplete"].contains(state)
    }

    /// How often the shop has executed giftCardCreate, in bulk and by single calls.
    func executions() async throws -> Int {
        let lines = try await shop.operations().reduce(0) { $0 + ($1["objectCount"].int ?? 0) }
        guard countsSingleCalls else { return lines }
        let left = try await shop.faults().first { $0["count"].int ?? 0 > Fault.most / 2 }?["count"].int ?? Fault.most
        return lines + Fault.most - left
    }
}

/// A fault of the sandbox.
struct Fault: Sendable, CustomStringConvertible {
    var kind: String
    var count = 1
    var skip: Int?
    var root: String?
    var seconds: Double?
    var lines: Int?
    var fraction: Double?
    var text: String?

    init(
        _ kind: String,
        _ count: Int = 1,
        skip: Int? = nil,
        root: String? = nil,
        seconds: Double? = nil,
        lines: Int? = nil,
        fraction: Double? = nil,
        text: String? = nil
    ) {
        (self.kind, self.count, self.skip, self.root) = (kind, count, skip, root)
        (self.seconds, self.lines, self.fraction, self.text) = (seconds, lines, fraction, text)
    }

    var json: JSON {
        var members: [String: JSON] = ["kind": .string(kind), "count": .int(count)]
        members["skip"] = skip.map { .int($0) }
        members["root"] = root.map { .string($0) }
        members["seconds"] = seconds.map { .double($0) }
        members["lines"] = lines.map { .int($0) }
        members["fraction"] = fraction.map { .double($0) }
        members["text"] = text.map { .string($0) }
        return .object(members)
    }

    var description: String {
        "\(kind):\(count)" + (root.map { " at \($0)" } ?? "") + (skip.map { " after \($0)" } ?? "")
    }

    /// A fault that does nothing but count the executed single calls: they are served by the version they ask for.
    static func counter(version: String) -> Fault {
        Fault("fall-forward", most, root: "giftCardCreate", text: version)
    }

    static let most = 1_000_000
}

/// Runs a body with a sandbox and an installation of its own; few at a time, since each case is two or three processes.
///
/// Its drop is the SFTP server of the place, or a folder without one; in the folder it may take activation feeds, or make them and call no shop.
func withScene(
    _ name: String,
    on place: SFTPPlace? = nil,
    takesFeeds: Bool = false,
    makesFeeds: Bool = false,
    version: String = "2026-07",
    sandbox arguments: [String] = [],
    operationSeconds: String = "0.05",
    countsSingleCalls: Bool = true,
    _ body: (Scene) async throws -> Void
) async throws {
    try await Slots.shared.with {
        let folder = NSTemporaryDirectory() + "dropline-shop-" + UUID().uuidString.prefix(8).lowercased()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let state = folder + "/shop.json"
        try await withSandbox(["--state", state] + arguments, operationSeconds: operationSeconds) { shop in
            let installation = try await Installation(
                shop,
                on: place,
                takesFeeds: takesFeeds,
                makesFeeds: makesFeeds
            )
            try installation.set("limits", "{ card: 2000 }")
            try installation.set("api_version", "\"\(version)\"")
            let scene = Scene(
                name: name,
                shop: shop,
                installation: installation,
                shopFiles: state + ".files",
                countsSingleCalls: countsSingleCalls
            )
            do {
                try await body(scene)
            } catch {
                throw SupportError("\(name): \(error)")
            }
        }
    }
}

/// How many cases run at a time.
actor Slots {
    static let shared = Slots(4)

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { free = count }

    nonisolated func with(_ body: () async throws -> Void) async throws {
        await take()
        do {
            try await body()
        } catch {
            await give()
            throw error
        }
        await give()
    }

    private func take() async {
        guard free == 0 else { return free -= 1 }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func give() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
