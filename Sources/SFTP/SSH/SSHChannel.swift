import CLibSSH2
import FileDrops
import Glibc

/// A channel of an SSH connection: bytes go out from one queue and come in to another, as far as they can without waiting.
final class SSHChannel {
    /// What waits to be sent.
    var outgoing = ByteQueue()
    /// What has come and was not taken yet.
    var incoming = ByteQueue()
    /// Whether the other side has sent its last byte, or nothing may be sent any more.
    var hasEnded: Bool { hasRemoteEnded || isBroken }
    /// Whether a connection that is carried was closed, or this one broke under it.
    var isBroken = false
    /// What went wrong with the connection below one that is carried.
    var breakage: String?
    private var hasRemoteEnded = false
    /// How many bytes have gone either way.
    private(set) var moved = 0

    let transport: SSHTransport
    private let channel: OpaquePointer
    /// Which call has left a packet half sent; until that is sent, only the same call may follow in this session, which has no other channel.
    private var halfSent: Call?
    private enum Call { case read, write }
    /// What the write call works on.
    ///
    /// It must neither move nor change while a packet is half sent.
    private let writing = UnsafeMutableRawBufferPointer.allocate(byteCount: 32_700, alignment: 16)
    private var written = 0..<0
    /// At most a quarter of the window, or each read would send a window adjustment.
    private let reading = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 * 1024, alignment: 16)
    /// Bytes that the other side may send ahead; libssh2 renews it by itself.
    private static let window: UInt32 = 4 << 20
    private static let packet: UInt32 = 32_768

    /// Opens a session channel and starts a subsystem on it.
    static func subsystem(_ name: String, on transport: SSHTransport, until deadline: Deadline) throws(RemoteFailure)
        -> SSHChannel
    {
        let opened = try open("session", on: transport, until: deadline)
        let channel = SSHChannel(transport, opened)
        // What the subsystem writes to its standard error would fill the window, for nobody reads it.
        _ = libssh2_channel_handle_extended_data2(opened, LIBSSH2_CHANNEL_EXTENDED_DATA_IGNORE)
        let doing = "starting the subsystem \(name)"
        let result = try transport.complete(doing, until: deadline) {
            libssh2_channel_process_startup(opened, "subsystem", 9, name, LibSSH2.length(name))
        }
        guard result != LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED else {
            throw .connection(.notSupported, "\(transport.peer) doesn't offer the subsystem \(name) to this user")
        }
        guard result == 0 else { throw transport.failure(result, doing) }
        return channel
    }

    /// Opens a channel through the server to another host (RFC 4254 section 7.2).
    static func forwarding(to host: String, _ port: Int, on transport: SSHTransport, until deadline: Deadline)
        throws(RemoteFailure) -> SSHChannel
    {
        // The message: where to, and where the connection came from, which is here.
        var message: [UInt8] = []
        message.appendField(host)
        message.appendInteger(UInt32(port))
        message.appendField("127.0.0.1")
        message.appendInteger(UInt32(0))
        return SSHChannel(transport, try open("direct-tcpip", message, on: transport, until: deadline))
    }

    private static func open(
        _ type: String,
        _ message: [UInt8] = [],
        on transport: SSHTransport,
        until deadline: Deadline
    ) throws(RemoteFailure) -> OpaquePointer {
        var opened: OpaquePointer?
        let doing = "opening a channel"
        let result = try transport.complete(doing, until: deadline) {
            message.withUnsafeBytes { bytes in
                opened = libssh2_channel_open_ex(
                    transport.session,
                    type,
                    LibSSH2.length(type),
                    window,
                    packet,
                    bytes.assumingMemoryBound(to: CChar.self).baseAddress,
                    UInt32(bytes.count)
                )
            }
            return opened == nil ? libssh2_session_last_errno(transport.session) : 0
        }
        guard let opened else {
            guard result == LIBSSH2_ERROR_CHANNEL_FAILURE else { throw transport.failure(result, doing) }
            throw .connection(.unreachable, "\(transport.peer) opens no channel: \(transport.words(of: result))")
        }
        return opened
    }

    private init(_ transport: SSHTransport, _ channel: OpaquePointer) {
        self.transport = transport
        self.channel = channel
    }

    deinit {
        writing.deallocate()
        reading.deallocate()
    }

    // MARK: Moving bytes

    /// Sends and receives what can be without waiting.
    ///
    /// - Returns: whether anything moved; if not, `wait` tells when it may.
    func move() throws(RemoteFailure) -> Bool {
        var moved = false
        if halfSent != .read, try send() { moved = true }
        // A write takes what has come off the socket, so it is always read after one: the socket would not tell of it again.
        if halfSent != .write, try receive() { moved = true }
        return moved
    }

    /// Waits for what the session waits for.
    func wait(until deadline: Deadline) throws(RemoteFailure) {
        try transport.wait("waiting for an answer", until: deadline)
    }

    private func send() throws(RemoteFailure) -> Bool {
        if written.isEmpty {
            guard !outgoing.isEmpty else { return false }
            written = 0..<outgoing.take(into: writing)
        }
        let rest = UnsafeRawBufferPointer(rebasing: writing[written])
        let result = libssh2_channel_write_ex(
            channel,
            0,
            rest.assumingMemoryBound(to: CChar.self).baseAddress,
            rest.count
        )
        guard result >= 0 else {
            try blocked(Int32(result), in: .write)
            return false
        }
        halfSent = nil
        written = written.lowerBound + result..<written.upperBound
        moved += result
        return result > 0
    }

    private func receive() throws(RemoteFailure) -> Bool {
        let result = libssh2_channel_read_ex(
            channel,
            0,
            reading.assumingMemoryBound(to: CChar.self).baseAddress,
            reading.count
        )
        guard result >= 0 else {
            try blocked(Int32(result), in: .read)
            return false
        }
        halfSent = nil
        incoming.append(UnsafeRawBufferPointer(rebasing: reading[..<result]))
        moved += result
        if result == 0, libssh2_channel_eof(channel) == 1 { hasRemoteEnded = true }
        return result > 0
    }

    /// `EAGAIN` has two meanings: a packet is half sent, or there is nothing to do now (nothing has come, or the window is full).
    private func blocked(_ result: Int32, in call: Call) throws(RemoteFailure) {
        guard result == LIBSSH2_ERROR_EAGAIN else {
            throw transport.failure(result, "\(call == .read ? "receiving" : "sending")")
        }
        let directions = libssh2_session_block_directions(transport.session)
        halfSent = directions & LIBSSH2_SESSION_BLOCK_OUTBOUND != 0 ? call : nil
    }
}
