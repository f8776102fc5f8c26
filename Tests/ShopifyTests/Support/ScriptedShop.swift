import Hummingbird
import HummingbirdTLS
import Logging
import Synchronization
import WebServers

/// What the shop of a test says to the next request.
enum ScriptedAnswer: Sendable {
    /// A whole answer.
    case say(Int, String, headers: [String: String])
    /// A whole answer of bytes.
    case bytes([UInt8], headers: [String: String])
    /// A head that promises more than comes, then the end of the connection.
    case cutOff(Int, String)
    /// Nothing, until the server goes.
    case hang
    /// A byte every 50 ms, half a minute long.
    case trickle
    /// More than any limit of a test.
    case endless

    /// A JSON answer as Shopify gives it.
    static func json(_ body: String, version: String = "2026-07", headers: [String: String] = [:]) -> ScriptedAnswer {
        .say(
            200,
            body,
            headers: ["content-type": "application/json", "x-shopify-api-version": version].merging(headers) { $1 }
        )
    }

    /// An answer with a status of its own.
    static func status(_ status: Int, _ body: String = "", headers: [String: String] = [:]) -> ScriptedAnswer {
        .say(status, body, headers: headers)
    }
}

/// A request as it arrived.
struct ReceivedRequest: Sendable {
    let method: String
    let path: String
    let headers: [String: String]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
}

/// An HTTP server on a free port of this machine that answers from a script and remembers what it was asked.
final class ScriptedShop: Sendable {
    private struct State {
        var script: [ScriptedAnswer]
        var requests: [ReceivedRequest] = []
    }

    let url: String
    private let state: Mutex<State>

    init(url: String, script: [ScriptedAnswer]) {
        self.url = url
        state = Mutex(State(script: script))
    }

    var requests: [ReceivedRequest] { state.withLock { $0.requests } }

    /// Appends to the script, for answers that need the server's address.
    func then(_ answers: ScriptedAnswer...) { state.withLock { $0.script += answers } }

    fileprivate func answer(to request: ReceivedRequest) -> ScriptedAnswer {
        state.withLock {
            $0.requests.append(request)
            return $0.script.isEmpty ? .status(599, "the script is at its end") : $0.script.removeFirst()
        }
    }
}

private struct ConnectionCut: Error {}

/// Lends a server that answers from a script, by TLS where it has a certificate.
func withScriptedShop<Result: Sendable>(
    _ script: [ScriptedAnswer],
    certificate: TestCertificate? = nil,
    _ body: (ScriptedShop) async throws -> Result
) async throws -> Result {
    var quiet = Logger(label: "test")
    quiet.logLevel = .critical
    let (ports, port) = AsyncStream<Int>.makeStream()
    let shop = Mutex<ScriptedShop?>(nil)
    let responder = CallbackResponder<BasicRequestContext> { request, _ in
        let body = try await request.body.collect(upTo: 200 << 20)
        let received = ReceivedRequest(
            method: request.method.rawValue,
            path: request.uri.string,
            headers: Dictionary(request.headers.map { ($0.name.canonicalName, $0.value) }) { $0 + "," + $1 },
            body: Array(buffer: body)
        )
        switch shop.withLock({ $0?.answer(to: received) }) ?? .hang {
        case .say(let status, let text, let headers):
            var response = Response(status: .init(code: status), body: .init(byteBuffer: ByteBuffer(string: text)))
            for (name, value) in headers {
                if let name = HTTPFields.Element.Name(name) { response.headers[name] = value }
            }
            return response
        case .bytes(let bytes, let headers):
            var response = Response(status: .ok, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
            for (name, value) in headers {
                if let name = HTTPFields.Element.Name(name) { response.headers[name] = value }
            }
            return response
        case .cutOff(let status, let text):
            return Response(
                status: .init(code: status),
                body: .init(contentLength: text.utf8.count + 100) { writer in
                    try await writer.write(ByteBuffer(string: text))
                    throw ConnectionCut()
                }
            )
        case .trickle:
            return Response(
                status: .ok,
                body: .init { writer in
                    for _ in 0..<600 {
                        try await writer.write(ByteBuffer(string: " "))
                        try await Task.sleep(for: .milliseconds(50))
                    }
                    try await writer.finish(nil)
                }
            )
        case .endless:
            return Response(
                status: .ok,
                body: .init { writer in
                    for _ in 0..<200 { try await writer.write(ByteBuffer(repeating: 0x20, count: 65_536)) }
                    try await writer.finish(nil)
                }
            )
        case .hang:
            let (never, _) = AsyncStream<Void>.makeStream()
            for await _ in never {}
            throw CancellationError()
        }
    }
    let application = Application(
        responder: responder,
        server: try certificate.map { try .tls(tlsConfiguration: $0.configuration()) } ?? .http1(),
        configuration: .init(address: .hostname("127.0.0.1", port: 0)),
        onServerRunning: { port.yield($0.localAddress?.port ?? 0) },
        logger: quiet
    )
    let server = Task { try await application.run() }
    let outcome: Swift.Result<Result, any Error>
    do {
        var numbers = ports.makeAsyncIterator()
        let number = await numbers.next() ?? 0
        let scheme = certificate == nil ? "http" : "https"
        let new = ScriptedShop(url: "\(scheme)://127.0.0.1:\(number)", script: script)
        shop.withLock { $0 = new }
        outcome = .success(try await body(new))
    } catch {
        outcome = .failure(error)
    }
    server.cancel()
    _ = await server.result
    return try outcome.get()
}
