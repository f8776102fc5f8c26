import Commerce
import NIOCore
import Synchronization

/// The connections that are open, so that those which send nothing, or too slowly, keep nobody else out.
///
/// A new connection is always let in while one can be closed for it: where there are as many as may be, of one address or of all, it is the one that has
/// waited longest for a whole request. One whose request is being worked on is never closed for another.
final class Connections: Sendable {
    /// How many may be open from one address; of an IPv6 address the first 64 bits count, for a host has as many others as it likes.
    static let mostPerAddress = 100
    /// How many may be open from all addresses.
    static let most = 400

    private struct Connection {
        let channel: any Channel
        /// `nil` where it has none.
        let sender: AddressRange?
        /// Whether its address is that of a proxy, behind which many people are.
        let isOfProxy: Bool
        /// The end of its last answer, or its beginning.
        var waitsSince: ContinuousClock.Instant
        /// Whether a part of a request is there, and not all.
        var isArriving = false
        /// Whether a whole request is there that has no whole answer yet.
        var isWorkedOn = false
        /// Whether its sender has gone away.
        var hasLeft = false
        /// Who wants to know when its sender goes away.
        var onLeaving: (@Sendable () -> Void)?
    }

    private struct State {
        var open: [ObjectIdentifier: Connection] = [:]
        /// Whether nothing more is begun.
        var isClosing = false
    }

    private let state = Mutex(State())
    private let isProxy: @Sendable (String) -> Bool

    init(isProxy: @escaping @Sendable (String) -> Bool) { self.isProxy = isProxy }

    /// How many are open.
    var count: Int { state.withLock { $0.open.count } }
    /// How many have sent a whole request that is worked on.
    var working: Int { state.withLock { $0.open.values.count { $0.isWorkedOn } } }
    /// How many have sent the headers of a request and not all of it.
    var arriving: Int { state.withLock { $0.open.values.count { $0.isArriving } } }

    /// Lets a connection in, and closes another one for it where that is needed; the new one itself where there is no other to close.
    func add(_ channel: any Channel) {
        let ip = channel.remoteAddress?.ipAddress ?? ""
        let new = Connection(
            channel: channel,
            sender: AddressRange.sender(ip),
            isOfProxy: isProxy(ip),
            waitsSince: .now
        )
        let surplus = state.withLock { state -> (any Channel)? in
            guard !state.isClosing else { return channel }
            state.open[ObjectIdentifier(channel)] = new
            return Self.surplus(in: state.open, with: new).flatMap { state.open.removeValue(forKey: $0) }?.channel
        }
        surplus?.close(promise: nil)
    }

    func remove(_ channel: any Channel) {
        state.withLock { $0.open.removeValue(forKey: ObjectIdentifier(channel)) }?.onLeaving?()
    }

    /// Notes that nothing more comes from the other side: it has gone, or will.
    func senderLeft(_ channel: any Channel) {
        change(channel) { $0.hasLeft = true }
        state.withLock { $0.open[ObjectIdentifier(channel)] }?.onLeaving?()
    }

    /// Runs a body, and cancels it when its sender goes away, who won't see what comes of it.
    func whileSenderStays<Value: Sendable>(
        on channel: any Channel,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let (leaving, left) = AsyncStream<Never>.makeStream()
        let isThere = change(channel) { connection in
            connection.onLeaving = { left.finish() }
            return !connection.hasLeft
        }
        defer { change(channel) { $0.onLeaving = nil } }
        if isThere != true { left.finish() }
        return try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await body() }
            group.addTask {
                for await _ in leaving {}
                throw CancellationError()
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }

    /// Closes all connections, and those that come from now on; those that are worked on too, unless they are left to their end.
    func close(besidesWorking: Bool = false) {
        let closed = state.withLock { state in
            state.isClosing = true
            return state.open.values.filter { !(besidesWorking && $0.isWorkedOn) }
        }
        for connection in closed { connection.channel.close(promise: nil) }
    }

    /// Notes that the headers of a request have arrived.
    func beginRequest(of channel: any Channel) { change(channel) { $0.isArriving = true } }

    /// Notes that all of a request has arrived; it is worked on unless it was answered before.
    func endRequest(of channel: any Channel, isAnswered: Bool) {
        change(channel) { ($0.isArriving, $0.isWorkedOn) = (false, !isAnswered) }
    }

    /// Notes that an answer is being sent.
    func beginAnswer(of channel: any Channel) {
        change(channel) { ($0.isWorkedOn, $0.waitsSince) = (false, .now) }
    }

    /// `nil` for a connection that is closed.
    @discardableResult
    private func change<Value: Sendable>(
        _ channel: any Channel,
        _ change: @Sendable (inout Connection) -> Value
    ) -> Value? {
        state.withLock { state in
            guard var connection = state.open[ObjectIdentifier(channel)] else { return nil }
            let value = change(&connection)
            state.open[ObjectIdentifier(channel)] = connection
            return value
        }
    }

    /// What is to be closed since a new one has come; `nil` while there is room.
    private static func surplus(
        in open: [ObjectIdentifier: Connection],
        with new: Connection
    ) -> ObjectIdentifier? {
        let neighbors = open.filter { $0.value.sender == new.sender }
        if !new.isOfProxy, neighbors.count > mostPerAddress { return longestWaiting(of: neighbors) }
        guard open.count > most else { return nil }
        // Whoever opens the most makes room first.
        let busiest = Dictionary(grouping: open) { $0.value.sender }.values
            .sorted { $0.count > $1.count }
            .first { $0.contains { !$0.value.isWorkedOn } }
        return longestWaiting(of: busiest ?? Array(open)) ?? ObjectIdentifier(new.channel)
    }

    private static func longestWaiting(
        of connections: some Collection<(key: ObjectIdentifier, value: Connection)>
    ) -> ObjectIdentifier? {
        connections.filter { !$0.value.isWorkedOn }.min { $0.value.waitsSince < $1.value.waitsSince }?.key
    }
}
