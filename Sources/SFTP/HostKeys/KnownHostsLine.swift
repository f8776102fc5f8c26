/// One key in known_hosts: an optional marker, the hosts, the kind of key, the key in base64, and a comment that isn't kept.
struct KnownHostsLine: Sendable {
    /// Its place in the file, counted from 1.
    let number: Int
    let marker: Marker?
    let names: HostNames
    let key: HostKey

    /// What is special about a key.
    enum Marker: String, Sendable {
        /// It signs the certificates of hosts. libssh2 can't check those, so it trusts nothing here.
        case authority = "@cert-authority"
        /// It must never be accepted.
        case revoked = "@revoked"
    }

    /// Why a line can't be read.
    enum Fault: Error, Equatable, Sendable {
        case tooLong, zeroByte, unknownMarker, twoMarkers, damagedHash, noKey, protocolOne, damagedKey, otherType

        var words: String {
            switch self {
            case .tooLong: "it is longer than a line with a key can be"
            case .zeroByte: "it holds a zero byte; the file must be plain text, not UTF-16"
            case .unknownMarker: "its marker is neither @revoked nor @cert-authority"
            case .twoMarkers: "it has two markers"
            case .damagedHash: "its hashed host name is damaged"
            case .noKey: "it ends before the key"
            case .protocolOne: "its key is one of SSH protocol 1"
            case .damagedKey: "its key is damaged"
            case .otherType: "its key is of another kind than it says"
            }
        }
    }

    /// The longest key, RSA with 16,384 bits, takes some 3,000 characters; the rest is for hosts and a comment.
    static let maximumBytes = 32_768

    /// Reads a line without its line break.
    ///
    /// - Returns: `nil` for a comment or an empty line.
    init?(_ text: ArraySlice<UInt8>, number: Int) throws(Fault) {
        let text = text.drop(while: Self.isBlank)
        guard let first = text.first, first != UInt8(ascii: "#") else { return nil }
        guard text.count <= Self.maximumBytes else { throw .tooLong }
        guard !text.contains(0) else { throw .zeroByte }
        var fields = text.split(maxSplits: 4, whereSeparator: Self.isBlank)[...]
        var marker: Marker?
        if first == UInt8(ascii: "@") {
            let field = fields.removeFirst()
            guard let known = Marker(rawValue: String(decoding: field, as: UTF8.self)) else { throw .unknownMarker }
            marker = known
        }
        guard let hosts = fields.popFirst() else { throw .noKey }
        guard marker == nil || hosts.first != UInt8(ascii: "@") else { throw .twoMarkers }
        guard let names = HostNames(hosts) else { throw .damagedHash }
        guard let type = fields.popFirst() else { throw .noKey }
        guard !type.allSatisfy({ 0x30...0x39 ~= $0 }) else { throw .protocolOne }
        guard let base64 = fields.popFirst() else { throw .noKey }
        guard let key = HostKey(base64: base64) else { throw .damagedKey }
        guard key.type.utf8.elementsEqual(type) else { throw .otherType }
        self.number = number
        self.marker = marker
        self.names = names
        self.key = key
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}
