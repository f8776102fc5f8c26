import NIOCore
import NIOPosix
import Synchronization

/// A port that takes connections, reads nothing and never says a word, as a firewall or a frozen machine does.
public final class SilentServer: Sendable {
    /// The port on 127.0.0.1.
    public let port: Int
    private let taken: ChannelList

    fileprivate init(port: Int, taken: ChannelList) { (self.port, self.taken) = (port, taken) }

    /// How many connections it has taken.
    public var connections: Int { taken.channels.withLock { $0.count } }
}

private final class ChannelList: Sendable {
    let channels = Mutex<[any Channel]>([])
}

/// Lends a port that takes connections and says nothing; drops them behind the body.
public func withSilentServer<Value>(_ body: (SilentServer) async throws -> Value) async throws -> Value {
    let taken = ChannelList()
    let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        .childChannelOption(.autoRead, value: false)
        .childChannelInitializer { channel in
            taken.channels.withLock { $0.append(channel) }
            return channel.eventLoop.makeSucceededVoidFuture()
        }
        .bind(host: "127.0.0.1", port: 0).get()
    let result: Result<Value, any Error>
    do {
        result = .success(try await body(SilentServer(port: listener.localAddress?.port ?? 0, taken: taken)))
    } catch {
        result = .failure(error)
    }
    try? await listener.close()
    for channel in taken.channels.withLock({ $0 }) { try? await channel.close() }
    return try result.get()
}
