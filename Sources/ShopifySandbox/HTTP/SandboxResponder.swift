import Foundation
import Hummingbird

/// What a request brings besides itself: its connection.
struct SandboxContext: InitializableFromSource {
    /// The port that the request came to.
    let port: Int?
    /// Closes the connection at once.
    let close: @Sendable () async throws -> Void

    init(source: ApplicationRequestContextSource) {
        let channel = source.channel
        port = channel.localAddress?.port
        close = { try await channel.close() }
    }
}

/// Leads requests to the shop.
struct SandboxResponder: HTTPResponder {
    private static let largestCall = 4 * 1024 * 1024

    let shop: Shop
    let configuration: SandboxConfiguration

    func respond(to request: Request, context: SandboxContext) async throws -> Response {
        let reply: Reply
        do {
            reply = try await answer(request, context)
        } catch {
            return Response(status: .contentTooLarge)
        }
        if reply.delaySeconds > 0 { try await Task.sleep(for: .seconds(reply.delaySeconds)) }
        if reply.ending == .none { try await context.close() }
        return response(to: request, reply, context)
    }

    private func answer(_ request: Request, _ context: SandboxContext) async throws -> Reply {
        let path = request.uri.path.split(separator: "/").map(String.init)
        let method = request.method.rawValue
        switch (method, path.first ?? "") {
        case ("POST", "admin") where path.count == 4 && path[1] == "api" && path[3] == "graphql.json":
            let body = try await Self.bytes(of: request, upTo: Self.largestCall)
            return await shop.answer(
                APIRequest(
                    version: path[2],
                    token: Self.header("X-Shopify-Access-Token", of: request),
                    body: body,
                    base: base(for: request, context)
                )
            )
        case ("POST", "admin") where path == ["admin", "oauth", "access_token"]:
            return await shop.grantToken(try await Self.bytes(of: request, upTo: Self.largestCall))
        case ("POST", "staged-uploads") where path.count == 1:
            let body = Data(try await Self.bytes(of: request, upTo: configuration.maximumFileBytes * 2 + 65_536))
            return await shop.upload(body, contentType: Self.header("Content-Type", of: request) ?? "")
        case ("PUT", "staged-uploads"):
            let body = Data(try await Self.bytes(of: request, upTo: configuration.maximumFileBytes * 2 + 65_536))
            return await shop.upload(
                body,
                path: path.dropFirst().joined(separator: "/"),
                query: request.uri.query ?? ""
            )
        case ("GET", "bulk-operation-outputs") where path.count == 2:
            return await shop.result(named: path[1], query: request.uri.query ?? "")
        case (_, "sandbox"):
            let body = try await Self.bytes(of: request, upTo: Self.largestCall)
            return await shop.control(method, Array(path.dropFirst()), query: request.uri.query ?? "", body: body)
        default:
            return .notFound
        }
    }

    /// The address by which the caller came, a forwarder on this machine included; nothing but loopback is believed.
    private func base(for request: Request, _ context: SandboxContext) -> String {
        if let host = request.head.authority, Self.isLoopback(authority: host) { return "http://\(host)" }
        let port = context.port ?? configuration.port
        return "http://\(configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host):\(port)"
    }

    private static func isLoopback(authority: String) -> Bool {
        let host = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
        return Sandbox.isLoopback(host.trimmingCharacters(in: CharacterSet(charactersIn: "[]")))
    }

    private static func header(_ name: String, of request: Request) -> String? {
        request.headers.first { $0.name.rawName.lowercased() == name.lowercased() }?.value
    }

    private static func bytes(of request: Request, upTo limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await chunk in request.body {
            guard bytes.count + chunk.readableBytes <= limit else { throw TooLarge() }
            bytes.append(contentsOf: chunk.readableBytesView)
        }
        return bytes
    }

    private struct TooLarge: Error {}

    private func response(to request: Request, _ reply: Reply, _ context: SandboxContext) -> Response {
        var headers = HTTPFields()
        for (name, value) in reply.headers {
            if let name = HTTPFields.Element.Name(name) { headers[name] = value }
        }
        let status = HTTPResponse.Status(code: reply.status)
        guard reply.ending == .half else {
            return Response(
                status: status,
                headers: headers,
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body))
            )
        }
        let bytes = reply.body
        return Response(
            status: status,
            headers: headers,
            body: ResponseBody(contentLength: bytes.count) { writer in
                try await writer.write(ByteBuffer(bytes: bytes.prefix(bytes.count / 2)))
                try await context.close()
            }
        )
    }
}
