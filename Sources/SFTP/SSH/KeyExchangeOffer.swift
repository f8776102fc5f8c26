/// What a server offers for a connection: its first message of the key exchange (SSH_MSG_KEXINIT, RFC 4253 section 7.1), which it sends in clear.
struct KeyExchangeOffer: Equatable {
    /// What the two sides of a connection must agree on, in the message's order.
    enum Choice: Int, CaseIterable {
        case keyExchange, hostKey, cipherToServer, cipherToClient, macToServer, macToClient

        var words: String {
            switch self {
            case .keyExchange: "key exchange"
            case .hostKey: "type of host key"
            case .cipherToServer, .cipherToClient: "cipher"
            case .macToServer, .macToClient: "MAC"
            }
        }
    }

    private let lists: [[String]]

    /// Reads it out of what a server has sent first: its version, and lines that may stand before it, then the message.
    ///
    /// `nil` for what is something else, or has not come whole.
    init?(in bytes: [UInt8]) {
        var rest = bytes[...]
        while true {
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            let line = rest[..<end]
            rest = rest[(end + 1)...]
            if line.starts(with: "SSH-".utf8) { break }
        }
        do throws(SFTPBytes.Malformed) {
            var packet = SFTPBytes(rest)
            let length = try packet.integer(UInt32.self)
            let padding = try packet.integer(UInt8.self)
            guard length <= Self.longest, length > UInt32(padding) + 1 else { return nil }
            var message = SFTPBytes(try packet.take(Int(length) - Int(padding) - 1))
            guard try message.integer(UInt8.self) == 20 else { return nil }
            _ = try message.take(16)  // the cookie
            var lists: [[String]] = []
            for _ in Choice.allCases {
                let names = String(decoding: try message.field(), as: UTF8.self)
                lists.append(names.split(separator: ",").map(String.init))
            }
            self.lists = lists
        } catch {
            return nil
        }
    }

    /// The names that the server offers for a choice, in its order.
    subscript(_ choice: Choice) -> [String] { lists[choice.rawValue] }

    /// No packet of a handshake is longer (RFC 4253 section 6.1 has 35,000).
    static let longest = 65_536
}
