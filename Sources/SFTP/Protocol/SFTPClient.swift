import FileDrops

/// SFTP version 3 on a channel, with many requests in flight, told apart by their ids.
///
/// Replies are kept until they are asked for, in whatever order they come. Nothing is done between calls: who waits for a reply moves the bytes.
final class SFTPClient {
    let extensions: SFTPExtensions
    /// The version that the server speaks, at most ours.
    let version: UInt32
    /// The longest READ and WRITE in bytes of content.
    private(set) var readSize: UInt32 = 32_768
    private(set) var writeSize = 32_768

    private let channel: SSHChannel
    private let timeout: Duration
    private var lastID: UInt32 = 0
    private var awaited: [UInt32: Wish] = [:]
    private var replies: [UInt32: SFTPReply] = [:]
    private var lastTraffic = ContinuousClock.now

    /// What is to become of a reply.
    private enum Wish {
        case keep
        case drop
    }

    /// How often the time-out may begin anew for one answer that comes slowly.
    private static let patience = 10
    /// Bytes that nobody asked for; no server has reason to send so many.
    private static let mostUnread = 16 << 20
    /// No packet may be longer; OpenSSH's longest has 256 KiB (SFTP_MAX_MSG_LENGTH).
    private static let longestPacket: UInt32 = 1 << 20

    /// Begins the conversation on the channel of the subsystem `sftp`.
    ///
    /// - Throws: `.notSupported` for what isn't SFTP 3, `.timedOut`, `.connectionLost`.
    init(on channel: SSHChannel, starting: Duration, timeout: Duration) throws(RemoteFailure) {
        self.channel = channel
        self.timeout = timeout
        channel.outgoing.append(SFTPRequest.initialize(version: 3))
        let greeting: [UInt8]
        do throws(RemoteFailure) {
            greeting = try Self.packet(from: channel, within: starting)
        } catch {
            throw error == Self.broken ? Self.notSFTP : error
        }
        var bytes = SFTPBytes(greeting[...])
        do throws(SFTPBytes.Malformed) {
            guard try bytes.integer(UInt8.self) == 2 else { throw SFTPBytes.Malformed() }
            version = try bytes.integer()
            var names: [String] = []
            while !bytes.isEmpty {
                names.append(String(decoding: try bytes.field(), as: UTF8.self))
                _ = try bytes.field()
            }
            extensions = SFTPExtensions(names: names)
        } catch {
            throw Self.notSFTP
        }
        guard version >= 3 else {
            throw .connection(.notSupported, "the server speaks SFTP \(version), and 3 is needed")
        }
        try askForLimits()
    }

    // MARK: Requests and replies

    /// Sends a request, as soon as bytes are moved.
    func send(_ request: SFTPRequest) -> UInt32 {
        lastID &+= 1
        awaited[lastID] = .keep
        channel.outgoing.append(request.packet(id: lastID))
        return lastID
    }

    /// Waits for the reply to a request.
    ///
    /// - Throws: `.timedOut` when the server is silent for the time-out, `.connectionLost`. Both end the connection.
    func reply(to id: UInt32) throws(RemoteFailure) -> SFTPReply {
        while true {
            if let reply = replies.removeValue(forKey: id) {
                awaited[id] = nil
                return reply
            }
            try take(try Self.packet(from: channel, within: timeout))
        }
    }

    /// Sends a request and waits for its reply.
    func call(_ request: SFTPRequest) throws(RemoteFailure) -> SFTPReply { try reply(to: send(request)) }

    /// Lets go of a request: its reply is thrown away when it comes.
    func forget(_ id: UInt32) {
        if replies.removeValue(forKey: id) != nil { awaited[id] = nil } else { awaited[id] = .drop }
    }

    /// Sends a request whose outcome nobody needs.
    func tell(_ request: SFTPRequest) { forget(send(request)) }

    /// Blocks that a user may still fill on the file system of a path, as statvfs(3) counts them; `nil` where the server doesn't tell.
    func freeBlocks(at path: String) throws(RemoteFailure) -> UInt64? {
        guard extensions.hasStatvfs, case .extended(let reply) = try call(.space(path)) else { return nil }
        var bytes = SFTPBytes(reply[...])
        // Two sizes of blocks, all blocks, the free ones, and those that are free for users.
        for _ in 0..<4 { guard (try? bytes.integer(UInt64.self)) != nil else { return nil } }
        return try? bytes.integer(UInt64.self)
    }

    // MARK: The connection

    /// How long nothing has come.
    var idle: Duration { lastTraffic.duration(to: .now) }

    /// Moves what can be moved without waiting, so that a connection which was closed meanwhile is found out before it is used.
    func look() throws(RemoteFailure) {
        while try channel.move() {
            guard channel.incoming.count <= Self.mostUnread else { throw Self.broken }
        }
        guard !channel.hasEnded else { throw Self.ended }
    }

    /// Asks for something that changes nothing, to see that the server still answers.
    func ping() throws(RemoteFailure) { _ = try call(.realPath(".")) }

    private func take(_ packet: [UInt8]) throws(RemoteFailure) {
        lastTraffic = .now
        do throws(SFTPBytes.Malformed) {
            var bytes = SFTPBytes(packet[...])
            let type = try bytes.integer(UInt8.self)
            let id = try bytes.integer(UInt32.self)
            let reply = try SFTPReply(type: type, &bytes)
            switch awaited[id] {
            case .keep: replies[id] = reply
            case .drop: awaited[id] = nil
            case nil: throw SFTPBytes.Malformed()
            }
        } catch {
            throw Self.broken
        }
    }

    /// The next whole packet, without its length.
    ///
    /// Every byte that moves starts the time anew, for a slow connection is no dead one; but not for ever.
    private static func packet(from channel: SSHChannel, within timeout: Duration) throws(RemoteFailure) -> [UInt8] {
        let last = Deadline(in: timeout * patience)
        var deadline = Deadline(in: timeout)
        while true {
            if let packet = try nextPacket(in: channel) { return packet }
            guard !last.isPast else {
                throw .connection(.timedOut, "the server's answer was not whole within \(last.allowed)")
            }
            if try channel.move() {
                deadline = Deadline(in: timeout)
            } else if channel.hasEnded {
                throw ended
            } else {
                try channel.wait(until: deadline)
            }
        }
    }

    private static func nextPacket(in channel: SSHChannel) throws(RemoteFailure) -> [UInt8]? {
        guard channel.incoming.count >= 4 else { return nil }
        let length = channel.incoming.first(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard length >= 5, length <= longestPacket else { throw broken }
        guard channel.incoming.count >= 4 + Int(length) else { return nil }
        channel.incoming.remove(4)
        let packet = Array(channel.incoming.first(Int(length)))
        channel.incoming.remove(Int(length))
        return packet
    }

    /// OpenSSH tells how much it takes at once.
    private func askForLimits() throws(RemoteFailure) {
        guard extensions.hasLimits, case .extended(let reply) = try call(.limits) else { return }
        var bytes = SFTPBytes(reply[...])
        guard let packet = try? bytes.integer(UInt64.self), let read = try? bytes.integer(UInt64.self),
            let write = try? bytes.integer(UInt64.self)
        else { return }
        // Zero means that there is none, or that the server doesn't tell.
        // A WRITE that is handed to the network shows no movement until it is answered, so it stays small enough for slow connections.
        let most = packet == 0 ? 65_536 : min(65_536, max(2048, packet) - 1024)
        if write > 0 { writeSize = Int(max(1024, min(write, most))) }
        if read > 0 { readSize = UInt32(max(1024, min(read, UInt64(readSize)))) }
    }

    private static let ended = RemoteFailure.connection(.connectionLost, "the server closed the connection")
    private static let broken = RemoteFailure.connection(.connectionLost, "the server sent an answer that is no SFTP")
    private static let notSFTP = RemoteFailure.connection(
        .notSupported,
        "what the server sends is no SFTP; a login shell that prints a text does that"
    )
}
