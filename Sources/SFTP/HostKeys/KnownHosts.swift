/// OpenSSH's file of known host keys (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"), read strictly: a damaged line costs itself and is told.
struct KnownHosts: Sendable {
    /// The lines that hold a key, in their order.
    let lines: [KnownHostsLine]
    /// The lines that can't be read, in their order.
    let damaged: [Damage]

    /// A line that can't be read.
    struct Damage: Equatable, Sendable, CustomStringConvertible {
        /// Counted from 1.
        let line: Int
        let reason: KnownHostsLine.Fault

        var description: String { "line \(line): \(reason.words)" }
    }

    /// A file of 10 MB holds a hundred thousand keys; a larger one is something else.
    static let maximumBytes = 10_000_000

    /// Reads a file's content.
    init(parsing bytes: [UInt8]) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        var lines: [KnownHostsLine] = []
        var damaged: [Damage] = []
        var rest = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
        var number = 0
        while !rest.isEmpty {
            number += 1
            let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
            var text = rest[..<end]
            rest = rest[end...].dropFirst()
            if text.last == UInt8(ascii: "\r") { text.removeLast() }
            do throws(KnownHostsLine.Fault) {
                if let line = try KnownHostsLine(text, number: number) { lines.append(line) }
            } catch {
                damaged.append(Damage(line: number, reason: error))
            }
        }
        self.lines = lines
        self.damaged = damaged
    }

    /// Reads a file.
    ///
    /// - Throws: `.missing`, `.notAFile`, `.tooLarge`, `.unreadable`.
    static func load(_ path: String) throws(SmallFile.Fault) -> KnownHosts {
        KnownHosts(parsing: try SmallFile.read(path, upTo: maximumBytes).bytes)
    }

    /// The lines that speak of a host at a port.
    ///
    /// `host` alone stands for port 22; unlike ssh(1), which then looks for the bare name as well, another port needs a line of its own.
    /// A key that is revoked for a host is so at all of its ports, as its private half may be in other hands.
    func lines(host: String, port: Int) -> [KnownHostsLine] {
        let name = Self.name(host: host, port: port)
        let bare = Self.name(host: host, port: Self.standardPort)
        return lines.filter { $0.names.match(name) || $0.marker == .revoked && $0.names.match(bare) }
    }

    static let standardPort = 22

    /// How a host is called in the file: in small letters, and with another port than 22 as `[host]:port`.
    static func name(host: String, port: Int) -> [UInt8] {
        let name = HostNames.lowercased(host.utf8)
        return port == standardPort ? name : Array("[".utf8) + name + Array("]:\(port)".utf8)
    }
}
