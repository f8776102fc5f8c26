import NIOCore
import NIOPosix
import Synchronization

/// Ports of this process's servers, none of them given twice.
///
/// They lie below those that the kernel gives to outgoing connections (32768 and up on Linux), so that none of these takes a server's port
/// while the server restarts, and no client that calls a closed port meets itself.
enum Ports {
    private static let taken = Mutex<Set<Int>>([])

    /// A port that is free now, and this process's until it is released.
    static func take() async throws -> Int {
        for _ in 1...1_000 {
            let port = Int.random(in: 12_000..<32_000)
            guard taken.withLock({ $0.insert(port).inserted }) else { continue }
            if await isFree(port) { return port }
            release(port)
        }
        throw ServerError("there is no free port")
    }

    static func release(_ port: Int) { taken.withLock { _ = $0.remove(port) } }

    private static func isFree(_ port: Int) async -> Bool {
        let listening = try? await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: "127.0.0.1", port: port).get()
        try? await listening?.close()
        return listening != nil
    }
}

/// Lends a port of this machine on which nobody listens.
public func withRefusingPort<Value>(_ body: (Int) async throws -> Value) async throws -> Value {
    let port = try await Ports.take()
    defer { Ports.release(port) }
    return try await body(port)
}

/// The first words of whoever listens on a port, `nil` when there are none within two seconds.
func banner(of port: Int) async -> String? {
    let bootstrap = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup).connectTimeout(.seconds(2))
    let connection = try? await bootstrap.connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture { try ByteChannel(wrappingChannelSynchronously: channel) }
    }
    guard let connection else { return nil }
    let channel = connection.channel
    let late = channel.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
    defer { late.cancel() }
    return try? await connection.executeThenClose { inbound, _ in
        for try await bytes in inbound { return String(buffer: bytes) }
        return nil
    }
}

typealias ByteChannel = NIOAsyncChannel<ByteBuffer, ByteBuffer>
