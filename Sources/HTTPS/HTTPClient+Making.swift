public import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOSSL

extension HTTPClient {
    /// Makes a client with connections of its own; whoever makes it shuts it down.
    ///
    /// - No redirect is followed: what opens one address must not travel to another.
    /// - A connection is tried once: whether to try again is the caller's decision, call by call.
    /// - An answer that comes packed by gzip or deflate is unpacked as it is read, whether or not it was asked for so; one that unpacks to more than 200
    ///   times its size fails. How long an unpacked answer may be is the caller's to limit.
    ///
    /// - Parameters:
    ///   - roots: Whose certificates are believed.
    ///   - connect: How long a connection may take to come about, its TLS included.
    ///   - silence: How long a connection may be silent while an answer is read; `nil` for as long as the call may take.
    /// - Returns: The client.
    public static func make(
        trusting roots: TrustedRoots,
        connect: Duration = .seconds(10),
        silence: Duration? = nil
    ) -> HTTPClient {
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: roots.clientConfiguration,
            redirectConfiguration: .disallow,
            timeout: .init(connect: .init(connect), read: silence.map { .init($0) }),
            decompression: .enabled(limit: .ratio(mostUnpacked))
        )
        // A connection that the other side has just closed costs a call its answer, so idle ones go early.
        configuration.connectionPool.idleTimeout = .seconds(20)
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Lines that differ in a number alone are packed to a thirtieth; a bomb, to a thousandth.
    private static let mostUnpacked = 200
}

extension HTTPClientRequest {
    /// A request in this program's name that asks for an unpacked answer.
    public init(plain url: String) {
        self.init(url: url)
        headers.add(name: "user-agent", value: "Dropline")
        headers.add(name: "accept-encoding", value: "identity")
    }
}
