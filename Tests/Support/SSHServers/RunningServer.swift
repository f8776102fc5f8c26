import Foundation
import Synchronization

/// A server that can be started: what it is and how it behaves.
public protocol ServerKind: Sendable {
    /// The keys by which it proves who it is.
    var hostKeys: [ServerKey] { get set }
    /// The port it listens on; a free one where there is none.
    var port: Int? { get }
    /// Whether clients see its folder as `/`.
    var isChrooted: Bool { get }
    /// Who logs in.
    var user: String { get }
    /// Writes its configuration into `place.folder`, and says how it is started.
    func command(_ place: ServerPlace) async throws -> ServerCommand
}

/// Where a server lives.
public struct ServerPlace: Sendable {
    /// The folder for its own files.
    public let folder: String
    /// The folder that it serves.
    public let root: String
    /// Its port on 127.0.0.1.
    public let port: Int
    /// The keys of this process.
    public let keys: TestKeys
}

/// A server that runs on this machine for one test.
public final class RunningServer: Sendable {
    /// Its port on 127.0.0.1.
    public let port: Int
    /// The folder that it serves, empty at first.
    public let root: String
    /// The keys of this process: any but `.stranger` gets in unless the test says otherwise.
    public let keys: TestKeys

    /// Who logs in.
    public var user: String { kind.withLock { $0.user } }
    /// The password of the servers that take one.
    public var password: String { Self.password }
    /// `root` as a client names it: a path is `base` + `/name`.
    public var base: String { kind.withLock { $0.isChrooted } ? "" : root }

    static let password = "correct horse"

    private let place: ServerPlace
    private let process: ServerProcess
    private let kind: Mutex<any ServerKind>

    fileprivate init(_ kind: any ServerKind, _ place: ServerPlace, _ process: ServerProcess) {
        (port, root, keys) = (place.port, place.root, place.keys)
        (self.place, self.process) = (place, process)
        self.kind = Mutex(kind)
    }

    /// Its lines of a `known_hosts` file, one for each host key.
    public func knownHosts() throws -> String {
        try kind.withLock { $0.hostKeys }.map { "[127.0.0.1]:\(port) \(try keys.publicKey($0))\n" }.joined()
    }

    /// All that it has said, over restarts too.
    public func log() -> String { process.log() }

    /// Waits until its log holds a text, this many times; throws after half a minute.
    public func waitForLog(_ text: String, times: Int = 1) async throws {
        let end = ContinuousClock.now + .seconds(30)
        while log().split(separator: text, omittingEmptySubsequences: false).count <= times {
            guard ContinuousClock.now < end else { throw ServerError("'\(text)' is not in the log: \(log())") }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Kills it with all its connections.
    public func stop() async { await process.stop() }

    /// Starts it again on the same port with the same folder.
    public func start() async throws {
        let kind = kind.withLock { $0 }
        try await process.start(kind.command(place))
    }

    /// Kills it, and starts another in its place: same port, same folder, anything else as the test likes.
    public func restart(_ other: any ServerKind) async throws {
        await stop()
        kind.withLock { $0 = other }
        try await start()
    }

    /// Kills it, and starts it again with other host keys.
    public func restart(hostKeys: [ServerKey]) async throws {
        await stop()
        kind.withLock { $0.hostKeys = hostKeys }
        try await start()
    }
}

/// Runs a server beside a body; kills it and removes its files behind it, also when the body throws.
///
/// The server must not be used once the body has returned.
public func withServer<Value: Sendable>(
    _ kind: any ServerKind,
    _ body: (RunningServer) async throws -> Value
) async throws -> Value {
    let keys = try await TestKeys.shared()
    let folder = try makeTemporaryFolder("server")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let root = folder + "/root"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)

    // A port that another process took in between is no fault of the test.
    for attempt in 1...5 {
        let free = try await Ports.take()
        defer { Ports.release(free) }
        let place = ServerPlace(folder: folder, root: root, port: kind.port ?? free, keys: keys)
        let process = ServerProcess(port: place.port, log: folder + "/log")
        let server = RunningServer(kind, place, process)
        let result: Result<Value, any Error>? = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await process.lookAfter() }
            defer { process.finish() }
            do {
                try await server.start()
            } catch {
                guard kind.port == nil, attempt < 5, server.log().contains("ddress already in use") else { throw error }
                return nil
            }
            do { return .success(try await body(server)) } catch { return .failure(error) }
        }
        if let result { return try result.get() }
    }
    throw ServerError("there is no port for the server")
}
