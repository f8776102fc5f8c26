import NIOCore
import NIOPosix
import NIOSSL

/// Looks at the certificates of a server whose certificate was refused.
///
/// The library says that one was refused, and not why. So a connection is made once more that ends in the middle of its handshake: nothing is sent over
/// it, and nothing that is seen is believed.
struct CertificateLook {
    let server: Server

    /// The certificates that the server shows, its own one first; none if they can't be had within some seconds.
    func certificates() async -> [SeenCertificate] {
        let loop = NIOSingletons.posixEventLoopGroup.any()
        let seen = loop.makePromise(of: [SeenCertificate].self)
        let limit = loop.scheduleTask(in: Self.limit) { seen.succeed([]) }
        do {
            let context = try NIOSSLContext(configuration: .makeClientConfiguration())
            let name = server.isNumeric ? nil : server.host
            let channel = try await ClientBootstrap(group: loop)
                .connectTimeout(Self.limit)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let handler = try NIOSSLClientHandler(context: context, serverHostname: name) {
                            chain,
                            verdict in
                            seen.succeed(chain.map { SeenCertificate($0) })
                            verdict.succeed(NIOSSLVerificationResult.failed)
                        }
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                }
                .connect(host: server.host, port: server.port)
                .get()
            channel.closeFuture.whenComplete { _ in seen.succeed([]) }
            let certificates = try await seen.futureResult.get()
            limit.cancel()
            try? await channel.close()
            return certificates
        } catch {
            limit.cancel()
            seen.succeed([])
            return []
        }
    }

    private static let limit: TimeAmount = .seconds(5)
}
