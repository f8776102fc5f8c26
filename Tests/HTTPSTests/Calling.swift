import AsyncHTTPClient
import Hummingbird
import NIOCore
import Testing
import WebServers

@testable import HTTPS

/// The whole body of an answer, or why there is none.
func call(_ url: String, trusting roots: TrustedRoots = TrustedRoots(), limit: TimeAmount = .seconds(60)) async throws
    -> Result<String, NetworkFault>
{
    let client = HTTPClient.make(trusting: roots)
    let result: Result<String, NetworkFault>
    do {
        let answer = try await client.execute(HTTPClientRequest(plain: url), timeout: limit)
        result = .success(String(buffer: try await answer.body.collect(upTo: 20_000_000)))
    } catch {
        result = .failure(await NetworkFault(explaining: error, at: url, trusting: roots))
    }
    try await client.shutdown()
    return result
}

/// Why a call failed that must fail.
func fault(_ url: String, trusting roots: TrustedRoots = TrustedRoots(), limit: TimeAmount = .seconds(60)) async throws
    -> NetworkFault
{
    switch try await call(url, trusting: roots, limit: limit) {
    case .failure(let fault): return fault
    case .success(let body):
        Issue.record("\(url) answered '\(body)'")
        throw CancellationError()
    }
}

/// Routes of which `/` answers a text.
func routes(_ text: String = "hello", headers: [String: String] = [:]) -> Router<BasicRequestContext> {
    let router = Router()
    router.get("/") { _, _ in
        var response = Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: text)))
        for (name, value) in headers {
            if let name = HTTPFields.Element.Name(name) { response.headers[name] = value }
        }
        return response
    }
    return router
}

/// Holds a fault's words to what every person must be spared: names of libraries, of their types, and of files of the build.
func expectPlain(_ fault: NetworkFault, sourceLocation: SourceLocation = #_sourceLocation) {
    let text = "\(fault) \(fault.cure ?? "")"
    for word in [
        "SSLError", "BoringSSL", "OPENSSL", "NIO", "HTTPClient", ".swift", ".cc", "/work", "/build", "Sources/",
        "Error(",
    ] {
        #expect(!text.contains(word), "'\(word)' is in: \(text)", sourceLocation: sourceLocation)
    }
    #expect(!text.contains("\n") && text.count < 500, "\(text)", sourceLocation: sourceLocation)
}
