import NIOCore
import NIOPosix
import Synchronization

/// A relay between a client and a server of this machine, which loses connections when a test wants it.
///
/// It counts the bytes of SSH as they stand on the wire: the handshake is about 3 KB each way.
public final class Relay: Sendable {
    /// Where bytes go.
    public enum Direction: Sendable, Hashable { case toServer, toClient }

    /// How a connection ends, for both sides.
    public enum Ending: Sendable {
        /// By RST, as when a machine has restarted.
        case reset
        /// By FIN, as when the other side has closed.
        case end
    }

    /// What happens to a connection once this many bytes have gone in a direction: exactly so many arrive.
    public enum Fault: Sendable {
        /// It ends.
        case cut(Ending, after: Int, Direction)
        /// Nothing arrives any more in either direction, until `resumeAll()`.
        case stall(after: Int, Direction)
    }

    /// Its port on 127.0.0.1.
    public let port: Int

    private struct State {
        var faults: @Sendable (Int) -> Fault? = { _ in nil }
        var links: [Link] = []
        var isStalled = false
        var isClosed = false
        var struck = 0
    }

    private let target: Int
    private let state = Mutex(State())
    private let struck = AsyncStream<Void>.makeStream()

    fileprivate init(port: Int, to target: Int) { (self.port, self.target) = (port, target) }

    /// Gives each connection that is yet to come its fault, by its number from 0; `nil` is none.
    public func plan(_ faults: @escaping @Sendable (_ connection: Int) -> Fault?) {
        state.withLock { $0.faults = faults }
    }

    /// How many connections there have been.
    public var connections: Int { state.withLock { $0.links.count } }

    /// How many planned faults have struck.
    public var struckFaults: Int { state.withLock { $0.struck } }

    /// How many bytes have gone in a direction, over all connections or over one.
    public func bytes(_ direction: Direction, connection: Int? = nil) -> Int {
        let links = state.withLock { $0.links }
        return links.indices.filter { connection ?? $0 == $0 }.reduce(0) { $0 + links[$1].passed(direction) }
    }

    /// Ends all connections; new ones are taken as before.
    public func cutAll(_ ending: Ending = .reset) { for link in state.withLock({ $0.links }) { link.cut(ending) } }

    /// Holds back all bytes from now on, those of new connections too.
    public func stallAll() {
        let links = state.withLock { state in
            state.isStalled = true
            return state.links
        }
        for link in links { link.stall() }
    }

    /// Lets all bytes go again, those that were held back first.
    public func resumeAll() {
        let links = state.withLock { state in
            state.isStalled = false
            return state.links
        }
        for link in links { link.resume() }
    }

    /// Waits until a planned fault has struck; one call for each fault.
    public func waitForFault() async throws {
        for await _ in struck.stream { return }
        throw CancellationError()
    }

    fileprivate func close() {
        state.withLock { $0.isClosed = true }
        cutAll()
        struck.continuation.finish()
    }

    /// Carries a connection to its end.
    fileprivate func carry(_ client: ByteChannel) async {
        let server = try? await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: target) { channel in
                channel.eventLoop.makeCompletedFuture { try ByteChannel(wrappingChannelSynchronously: channel) }
            }
        let link: Link? = state.withLock { state in
            guard let server, !state.isClosed else { return nil }
            let fault = state.faults(state.links.count)
            let link = Link(client: client.channel, server: server.channel, fault: fault, isStalled: state.isStalled)
            state.links.append(link)
            return link
        }
        try? await client.executeThenClose { fromClient, _ in
            guard let server else { return }
            try await server.executeThenClose { fromServer, _ in
                guard let link else { return }
                async let up: Void = carry(fromClient, .toServer, link)
                await carry(fromServer, .toClient, link)
                await up
            }
        }
    }

    private func carry(_ bytes: NIOAsyncChannelInboundStream<ByteBuffer>, _ direction: Direction, _ link: Link) async {
        do {
            for try await var buffer in bytes {
                while buffer.readableBytes > 0 {
                    await link.untilOpen()
                    guard let part = buffer.readSlice(length: link.allowance(buffer.readableBytes, direction)),
                        try await link.pass(part, direction)
                    else { break }
                    if link.strikes(direction) {
                        state.withLock { $0.struck += 1 }
                        struck.continuation.yield()
                    }
                }
            }
            link.end(direction)
        } catch {
            link.cut(.reset)
        }
    }
}

/// Runs a relay to a port of this machine beside a body, and cuts its connections behind it.
///
/// The relay must not be used once the body has returned.
public func withRelay<Value: Sendable>(to target: Int, _ body: (Relay) async throws -> Value) async throws -> Value {
    let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        .childChannelOption(.allowRemoteHalfClosure, value: true)
        .bind(host: "127.0.0.1", port: 0) { channel in
            channel.eventLoop.makeCompletedFuture { try ByteChannel(wrappingChannelSynchronously: channel) }
        }
    let relay = Relay(port: listener.channel.localAddress?.port ?? 0, to: target)
    return try await listener.executeThenClose { clients in
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await withThrowingDiscardingTaskGroup { links in
                    for try await client in clients { links.addTask { await relay.carry(client) } }
                }
            }
            let result: Result<Value, any Error>
            do { result = .success(try await body(relay)) } catch { result = .failure(error) }
            relay.close()
            listener.channel.close(promise: nil)
            return try result.get()
        }
    }
}
