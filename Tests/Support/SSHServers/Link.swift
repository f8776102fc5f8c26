import NIOCore
import NIOPosix
import Synchronization

/// One connection through a `Relay`: both its ends, what has passed, and whether anything may pass.
final class Link: Sendable {
    private struct State {
        var fault: Relay.Fault?
        var passed: [Relay.Direction: Int] = [:]
        var isStalled: Bool
        var isCut = false
        var waiting: [CheckedContinuation<Void, Never>] = []

        /// After how many bytes in this direction the fault strikes.
        func limit(_ direction: Relay.Direction) -> Int? {
            switch fault {
            case .cut(_, let count, direction), .stall(let count, direction): count
            default: nil
            }
        }
    }

    private let client: any Channel
    private let server: any Channel
    private let state: Mutex<State>

    init(client: any Channel, server: any Channel, fault: Relay.Fault?, isStalled: Bool) {
        (self.client, self.server) = (client, server)
        state = Mutex(State(fault: fault, isStalled: isStalled))
    }

    /// How many bytes have passed.
    func passed(_ direction: Relay.Direction) -> Int { state.withLock { $0.passed[direction] ?? 0 } }

    /// Returns once bytes may pass, or once they go nowhere.
    func untilOpen() async {
        await withCheckedContinuation { waiter in
            state.withLock { state in
                if state.isStalled && !state.isCut { state.waiting.append(waiter) } else { waiter.resume() }
            }
        }
    }

    /// How many of the next bytes may pass before the fault.
    func allowance(_ count: Int, _ direction: Relay.Direction) -> Int {
        state.withLock { state in
            guard let limit = state.limit(direction) else { return count }
            return min(count, max(limit - (state.passed[direction] ?? 0), 0))
        }
    }

    /// Hands bytes to the other side's kernel; `false` when the connection is cut and they are lost.
    func pass(_ bytes: ByteBuffer, _ direction: Relay.Direction) async throws -> Bool {
        guard !state.withLock({ $0.isCut }) else { return false }
        try await (direction == .toServer ? server : client).writeAndFlush(bytes)
        state.withLock { $0.passed[direction, default: 0] += bytes.readableBytes }
        return true
    }

    /// Lets the fault strike if its time has come.
    func strikes(_ direction: Relay.Direction) -> Bool {
        let due: Relay.Fault? = state.withLock { state in
            guard let limit = state.limit(direction), state.passed[direction] ?? 0 >= limit else { return nil }
            defer { state.fault = nil }
            return state.fault
        }
        switch due {
        case nil: return false
        case .cut(let ending, _, _): cut(ending)
        case .stall: stall()
        }
        return true
    }

    func stall() { state.withLock { $0.isStalled = true } }

    func resume() {
        let waiting = state.withLock { state in
            state.isStalled = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.resume() }
    }

    /// Ends it for both sides.
    func cut(_ ending: Relay.Ending) {
        state.withLock { $0.isCut = true }
        for channel in [client, server] {
            switch ending {
            case .reset:
                // To close with a linger time of zero is what makes the kernel send RST.
                guard let socket = channel as? any SocketOptionProvider else { continue }
                socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in channel.close(promise: nil) }
            case .end:
                // What still comes is read and forgotten: to close with unread bytes would send RST.
                channel.close(mode: .output, promise: nil)
            }
        }
        resume()
    }

    /// One side has said all that it had to say: so does the other's.
    func end(_ direction: Relay.Direction) {
        (direction == .toServer ? server : client).close(mode: .output, promise: nil)
    }
}
