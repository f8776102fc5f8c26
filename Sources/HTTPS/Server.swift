import FoundationEssentials
import NIOCore

/// The server that an address names.
struct Server: Sendable, Equatable {
    let host: String
    let port: Int
    /// Whether the port is the usual one, which need not be said.
    private let isUsualPort: Bool

    /// Reads an address; one that names no host has an empty one.
    init(_ url: String) {
        let parts = URLComponents(string: url)
        let usual = parts?.scheme?.lowercased() == "http" ? 80 : 443
        host = (parts?.host ?? "").filter { $0 != "[" && $0 != "]" }
        port = parts?.port ?? usual
        isUsualPort = port == usual
    }

    /// `shop.example.com`, or `127.0.0.1:8443`.
    var shown: String { isUsualPort ? host : "\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    /// Whether the host is a number, which no certificate is asked for by name.
    var isNumeric: Bool { (try? SocketAddress(ipAddress: host, port: port)) != nil }
}
