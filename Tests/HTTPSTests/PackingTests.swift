import Foundation
import Hummingbird
import NIOCore
import Subprocess
import Testing
import WebServers

@testable import HTTPS

/// Answers that come packed, though `identity` is asked for.
@Suite(.timeLimit(.minutes(10))) struct PackingTests {
    /// `{"data":{"bulkOperation":null}}`, packed by gzip.
    static let answer = "H4sIAAAAAAAC/6tWSkksSVSyqlZKKs3J9i9ILUosyczPU7LKK83Jqa0FANI6SLkfAAAA"

    private func serving(
        _ body: [UInt8],
        as encoding: String,
        _ check: @Sendable @escaping (String) async throws -> Void
    ) async throws {
        let router = Router()
        router.get("/") { request, _ in
            #expect(request.headers[.acceptEncoding] == "identity")
            return Response(
                status: .ok,
                headers: [.contentEncoding: encoding],
                body: .init(byteBuffer: ByteBuffer(bytes: body))
            )
        }
        try await withWebServer(router) { port in try await check("http://127.0.0.1:\(port)/") }
    }

    @Test func `an answer that is packed without being asked for is read`() async throws {
        let bytes = try Array(#require(Data(base64Encoded: Self.answer)))
        try await serving(bytes, as: "gzip") { url in
            let answer = try await call(url)
            #expect(answer == .success(#"{"data":{"bulkOperation":null}}"#))
        }
    }

    @Test func `an answer that is cut in its packing is none`() async throws {
        let bytes = try Array(#require(Data(base64Encoded: Self.answer)))
        for length in [0, 1, 12, bytes.count - 9, bytes.count - 1] {
            try await serving(Array(bytes.prefix(length)), as: "gzip") { url in
                let fault = try await fault(url)
                #expect(
                    fault.kind == .answer && fault.words == "sent a packed answer that can't be unpacked",
                    "\(length): \(fault)"
                )
            }
        }
        try await serving(bytes + [7], as: "gzip") { url in
            let fault = try await fault(url)
            #expect(fault.kind == .answer)
        }
    }

    @Test func `a bomb is given up before it has gone off`() async throws {
        try await serving(try await packed(Array(repeating: 0x20, count: 50_000_000)), as: "gzip") { url in
            let fault = try await fault(url)
            #expect(fault.words == "sent a packed answer that unpacks to far more than it should be")
            expectPlain(fault)
        }
    }

    @Test func `lines that differ in their number alone are no bomb`() async throws {
        let lines = (0..<100_000).map {
            #"{"data":{"giftCardCreate":{"giftCard":null,"userErrors":[{"field":["input","code"],"message":"Code has already been taken","code":null}]}},"__lineNumber":\#($0)}"#
                + "\n"
        }.joined()
        try await serving(try await packed(Array(lines.utf8)), as: "gzip") { url in
            let answer = try await call(url)
            #expect(answer == .success(lines))
        }
    }

    /// Packs by the system's gzip.
    private func packed(_ bytes: [UInt8]) async throws -> [UInt8] {
        let gzip = try await run(
            .name("gzip"),
            arguments: ["-c"],
            input: .array(bytes),
            output: .bytes(limit: 10_000_000)
        )
        try #require(gzip.terminationStatus.isSuccess)
        return gzip.standardOutput
    }
}
