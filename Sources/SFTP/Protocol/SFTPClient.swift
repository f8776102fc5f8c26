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

    /// How long what is under way may take as a whole.
    var pace: Pace

    private let channel: SSHChannel
    private let timeout: Duration
    private var lastID: UInt32 = 0
    private var awaited: [UInt32: Wish] = [:]
    /// Answers that came before they were asked for, as they stood on the wire, after their ids.
    private var replies: [UInt32: [UInt8]] = [:]
    private var keptBytes = 0
    private var lastTraffic = ContinuousClock.now

    /// What is to become of a reply.
    private enum Wish {
        case keep
        case drop
    }

    /// Bytes that nobody asked for yet; no server has reason to send so many.
    private static let mostUnread = 16 << 20
    /// No packet may be longer; OpenSSH's longest has 256 KiB (SFTP_MAX_MSG_LENGTH).
    private static let longestPacket: UInt32 = 1 << 20

    /// Begins the conversation on the channel of the subsystem `sftp`.
    ///
    /// - Throws: `.notSupported` for what isn't SFTP 3, `.timedOut`, `.connectionLost`.
    init(on channel: SSHChannel, starting: Duration, timeout: Duration) throws(RemoteFailure) {
        self.channel = channel
        self.timeout = timeout
        var pace = Pace(least: starting)
        channel.outgoing.append(SFTPRequest.initialize(version: 3))
        let greeting: [UInt8]
        do throws(RemoteFailure) {
            greeting = try Self.packet(from: channel, within: starting, &pace)
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
        self.pace = pace
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
    /// - Throws: `.timedOut` when the server is silent for the time-out, or slower than `pace` allows, `.connectionLost`. Both end the connection.
    func reply(to id: UInt32) throws(RemoteFailure) -> SFTPReply {
        while true {
            if let packet = replies.removeValue(forKey: id) {
                awaited[id] = nil
                keptBytes -= packet.count
                return try Self.reply(reading: packet)
            }
            let packet = try Self.packet(from: channel, within: timeout, &pace)
            if try take(packet, for: id) { return try Self.reply(reading: packet) }
        }
    }

    /// Sends a request and waits for its reply.
    func call(_ request: SFTPRequest) throws(RemoteFailure) -> SFTPReply { try reply(to: send(request)) }

    /// Lets go of a request: its reply is thrown away when it comes.
    func forget(_ id: UInt32) {
        guard let packet = replies.removeValue(forKey: id) else {
            awaited[id] = .drop
            return
        }
        awaited[id] = nil
        keptBytes -= packet.count
    }

    /// Sends a request whose outcome nobody needs.
    func tell(_ request: SFTPRequest) { forget(send(request)) }

    /// Blocks that a user may still fill on the file system of a path, as statvfs(3) counts them; `nil` where the server doesn't tell.
    func freeBlocks(at path: String) throws(RemoteFailure) -> UInt64? {
        // Two sizes of blocks, all blocks, the free ones, and those that are free for users.
        try number(4, ofFileSystemAt: path)
    }

    /// What tells the file system of a path from others, `f_fsid` of statvfs(3); `nil` where the server doesn't tell.
    func fileSystem(at path: String) throws(RemoteFailure) -> UInt64? {
        // After the blocks come all inodes, the free ones, and those that are free for users.
        let number = try number(8, ofFileSystemAt: path)
        return number == 0 ? nil : number
    }

    private func number(_ index: Int, ofFileSystemAt path: String) throws(RemoteFailure) -> UInt64? {
        guard extensions.hasStatvfs, case .extended(let reply) = try call(.space(path)) else { return nil }
        var bytes = SFTPBytes(reply[...])
        for _ in 0..<index { guard (try? bytes.integer(UInt64.self)) != nil else { return nil } }
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
    func ping() throws(RemoteFailure) {
        pace = Pace(least: timeout)
        _ = try call(.realPath("."))
    }

    /// Takes note of an answer; whether it is the one that is waited for.
    private func take(_ packet: [UInt8], for wanted: UInt32) throws(RemoteFailure) -> Bool {
        lastTraffic = .now
        let id = packet[1..<5].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        switch awaited[id] {
        case .keep where id == wanted:
            awaited[id] = nil
            return true
        case .keep:
            guard replies[id] == nil, keptBytes + packet.count <= Self.mostUnread else { throw Self.broken }
            replies[id] = packet
            keptBytes += packet.count
        case .drop: awaited[id] = nil
        case nil: throw Self.broken
        }
        return false
    }

    /// What an answer says.
    private static func reply(reading packet: [UInt8]) throws(RemoteFailure) -> SFTPReply {
        do throws(SFTPBytes.Malformed) {
            var bytes = SFTPBytes(packet[...])
            let type = try bytes.integer(UInt8.self)
            _ = try bytes.integer(UInt32.self)
            return try SFTPReply(type: type, &bytes)
        } catch {
            throw broken
        }
    }

    /// The next whole packet, without its length; it has at least a type and an id.
    ///
    /// Every byte that moves starts the time-out again, for a slow connection is no dead one; how long all of it may take, the pace tells.
    private static func packet(
        from channel: SSHChannel,
        within timeout: Duration,
        _ pace: inout Pace
    ) throws(RemoteFailure) -> [UInt8] {
        var deadline = Deadline(in: timeout)
        while true {
            if let packet = try nextPacket(in: channel) { return packet }
            let moved = channel.moved
            if try channel.move() {
                pace.note(channel.moved - moved)
                guard pace.left > .zero else { throw pace.failure }
                deadline = Deadline(in: timeout)
            } else if channel.hasEnded {
                throw ended
            } else {
                guard pace.left > .zero else { throw pace.failure }
                do throws(RemoteFailure) {
                    try channel.wait(until: deadline.before(pace.left))
                } catch {
                    // The time of the whole call may end before that of this answer.
                    throw error.code == .timedOut && pace.left <= .zero ? pace.failure : error
                }
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
