import AsyncHTTPClient
import Commerce
import HTTPS
import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// What came back for one request.
struct Answer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]

    func header(_ name: String) -> String? { headers.first(name: name) }

    /// How the body is packed, where that is a way that nobody here unpacks: `br`.
    var packing: String? { Self.packing(in: headers) }

    static func packing(in headers: HTTPHeaders) -> String? {
        guard let word = headers.first(name: "content-encoding")?.lowercased(), word.utf8.count <= 20,
            word.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        return ["identity", "gzip", "deflate"].contains(word) ? nil : word
    }

    /// Shopify's id of the request, which is what its support asks for.
    var requestID: String? { Self.requestID(in: headers) }

    static func requestID(in headers: HTTPHeaders) -> String? {
        guard let id = headers.first(name: "x-request-id"), id.utf8.count <= 64,
            id.utf8.allSatisfy({
                $0 == 0x2D || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
            })
        else { return nil }
        return id
    }
}

/// Remembers whether anything of a request's body left for the wire.
///
/// AsyncHTTPClient asks for the first part of a body once a connection stands and the head was written: until then nobody can have acted on the request.
final class SendMark: Sendable {
    private let mark = Atomic<Bool>(false)

    var isSet: Bool { mark.load(ordering: .acquiring) }
    func set() { mark.store(true, ordering: .releasing) }
}

/// A request's body in one piece that tells when it is taken.
struct MarkedBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let bytes: [UInt8]
    let mark: SendMark

    struct Iterator: AsyncIteratorProtocol {
        var rest: [UInt8]?
        let mark: SendMark

        mutating func next() async -> ByteBuffer? {
            mark.set()
            defer { rest = nil }
            return rest.map { ByteBuffer(bytes: $0) }
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(rest: bytes, mark: mark) }
}

/// Sends requests and turns the network's failures into ours.
struct Exchange: Sendable {
    let http: HTTPClient
    let roots: TrustedRoots
    let shop: String
    let limits: ShopLimits

    /// Posts a body and reads the whole answer.
    ///
    /// - Throws: `ShopError` with `.unreachable`, `.certificateRefused`, `.answerLost`, `.timedOut` or `.answerTooLarge`, or `CancellationError`. Whatever
    ///   status was answered is not an error here.
    func post(
        _ body: [UInt8],
        to url: String,
        headers: [(String, String)],
        doing: String,
        creates: Bool
    ) async throws -> Answer {
        let mark = SendMark()
        var request = HTTPClientRequest(plain: url)
        request.method = .POST
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.headers.add(name: "accept", value: "application/json")
        request.body = .stream(MarkedBody(bytes: body, mark: mark), length: .known(Int64(body.count)))
        let end = ContinuousClock.now + limits.call
        do {
            let response = try await http.execute(request, timeout: .init(limits.call))
            let bytes = try await Self.collect(response.body, upTo: limits.answer, until: end)
            return Answer(status: Int(response.status.code), headers: response.headers, body: bytes)
        } catch {
            throw try await failure(error, at: url, doing: doing, wasSent: mark.isSet, creates: creates)
        }
    }

    /// The whole of a body; AsyncHTTPClient's time-out ends with the head, so that a body in drops would take for ever.
    static func collect(
        _ body: HTTPClientResponse.Body,
        upTo limit: Int,
        until end: ContinuousClock.Instant
    ) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await chunk in body {
            guard ContinuousClock.now < end else { throw HTTPClientError.deadlineExceeded }
            guard bytes.count + chunk.readableBytes <= limit else { throw NIOTooManyBytesError(maxBytes: limit) }
            bytes += chunk.readableBytesView
        }
        return bytes
    }

    /// What a failure of the network means for a call of an address.
    ///
    /// - Throws: `CancellationError` in its place if the task was cancelled.
    func failure(_ error: any Error, at url: String, doing: String, wasSent: Bool, creates: Bool)
        async throws(CancellationError) -> ShopError
    {
        if Task.isCancelled || error is CancellationError { throw CancellationError() }
        let isUnknown = creates && wasSent
        if error is NIOTooManyBytesError {
            return ShopError(.answerTooLarge, doing: doing, shop: shop, isOutcomeUnknown: isUnknown)
        }
        let fault = await NetworkFault(explaining: error, at: url, trusting: roots)
        let code: ShopError.Code =
            switch fault.kind {
            case .certificate, .trustedRoots: .certificateRefused
            case _ where !wasSent || fault.isBeforeSending: .unreachable
            case .timeout: .timedOut
            default: .answerLost
            }
        return ShopError(code, doing: doing, shop: shop, cause: fault, isOutcomeUnknown: isUnknown)
    }
}
