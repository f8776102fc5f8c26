import CLibSSH2
import Glibc

/// A connection through a jump host: libssh2's calls to the socket end in the queues of a channel of another connection.
extension SSHChannel {
    /// How many bytes may wait to be sent through the jump host.
    private static let limit = 1 << 20

    /// Makes a session send and receive through this channel.
    static func carry(_ transport: SSHTransport) {
        // libssh2_session_callback_set(3): both get the session's abstract pointer, and answer as send(2) and recv(2) do, errors as -errno.
        typealias Send =
            @convention(c) (Int32, UnsafeRawPointer?, Int, Int32, UnsafeMutablePointer<UnsafeMutableRawPointer?>?) ->
            Int
        typealias Receive =
            @convention(c) (
                Int32, UnsafeMutableRawPointer?, Int, Int32, UnsafeMutablePointer<UnsafeMutableRawPointer?>?
            ) -> Int
        let send: Send = { _, bytes, count, _, abstract in
            guard let channel = SSHTransport.owner(abstract)?.carrier as? SSHChannel else { return Int(-EBADF) }
            return channel.accept(UnsafeRawBufferPointer(start: bytes, count: count))
        }
        let receive: Receive = { _, bytes, count, _, abstract in
            guard let channel = SSHTransport.owner(abstract)?.carrier as? SSHChannel else { return Int(-EBADF) }
            return channel.give(UnsafeMutableRawBufferPointer(start: bytes, count: count))
        }
        libssh2_session_callback_set(
            transport.session,
            LIBSSH2_CALLBACK_SEND,
            unsafeBitCast(send, to: UnsafeMutableRawPointer.self)
        )
        libssh2_session_callback_set(
            transport.session,
            LIBSSH2_CALLBACK_RECV,
            unsafeBitCast(receive, to: UnsafeMutableRawPointer.self)
        )
    }

    private func accept(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard !sendingHasEnded else { return Int(-EPIPE) }
        guard outgoing.count < Self.limit else { return Int(-EAGAIN) }
        outgoing.append(bytes)
        return moveForCarried() ? bytes.count : Int(-ECONNRESET)
    }

    private func give(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        if incoming.isEmpty, !moveForCarried() { return Int(-ECONNRESET) }
        guard incoming.isEmpty else { return incoming.take(into: buffer) }
        return hasEnded ? 0 : Int(-EAGAIN)
    }

    /// Moves bytes; what goes wrong on the way is for the carried connection a connection that was reset.
    private func moveForCarried() -> Bool {
        guard !sendingHasEnded else { return false }
        do {
            _ = try move()
            return true
        } catch {
            sendingHasEnded = true
            return false
        }
    }
}

extension SSHTransport {
    /// The transport whose session a callback of libssh2 concerns.
    static func owner(_ abstract: UnsafeMutablePointer<UnsafeMutableRawPointer?>?) -> SSHTransport? {
        abstract?.pointee.map { Unmanaged<SSHTransport>.fromOpaque($0).takeUnretainedValue() }
    }
}
