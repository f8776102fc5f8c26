import Foundation
import Hummingbird
import NIOCore

/// A request, as the pages look at it.
struct Call: Sendable {
    let method: String
    /// The parts of the path, decoded.
    let path: [String]
    let query: [String: String]
    /// The host that was asked for, with its port, in small letters.
    let authority: String?
    /// The connection.
    let channel: any Channel
    /// From where the connection comes.
    let address: String
    private let headers: [(name: String, value: String)]
    private let body: RequestBody

    /// `nil` for a path that is none: with a part that can't be decoded, or that means another place.
    init?(_ request: Request, on channel: any Channel) {
        method = request.method.rawValue
        guard let path = Self.path(request.uri.path) else { return nil }
        self.path = path
        query = Form.pairs(request.uri.query ?? "")
        authority = request.head.authority?.lowercased()
        self.channel = channel
        address = channel.remoteAddress?.ipAddress ?? "unknown"
        headers = request.headers.map { ($0.name.rawName.lowercased(), $0.value) }
        body = request.body
    }

    /// `["runs", "7"]` of `/runs/7`.
    static func path(_ text: String) -> [String]? {
        guard text.utf8.count <= 2_000, text.hasPrefix("/") else { return nil }
        var parts: [String] = []
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let part = String(part).removingPercentEncoding, part != ".", part != "..",
                !part.contains("/"), !part.contains("\\"), !part.unicodeScalars.contains(where: { $0.value < 32 })
            else { return nil }
            parts.append(part)
        }
        return parts == [""] ? [] : parts
    }

    /// Whether nothing is to be changed by it.
    var isReading: Bool { method == "GET" || method == "HEAD" }

    /// Whether it brings a file.
    var isUpload: Bool { path.count == 3 && path[0] == "pipelines" && path[2] == "file" }

    /// Whether a page asks by itself for what has changed, and no person does.
    var isRenewal: Bool { path == ["live"] || (path.first == "runs" && path.last == "live") }

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    /// The values of all headers of a name, in their order.
    func headers(_ name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }

    func cookie(_ name: String) -> String? {
        for (header, value) in headers where header == "cookie" {
            for pair in value.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                if parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == name {
                    return parts[1].trimmingCharacters(in: .whitespaces)
                }
            }
        }
        return nil
    }

    /// The form that was sent; throws `Reply` for one that is too large, too slow, cut or no form.
    func form(upTo limit: Int, within time: Duration) async throws -> Form {
        let length = header("content-length").flatMap(Int.init)
        if let length, length > limit { throw Self.tooLarge(limit) }
        let bytes = try await bytes(upTo: limit, within: time)
        guard length == nil || length == bytes.count else { throw Self.cut }
        guard let form = Form(bytes, contentType: header("content-type") ?? "") else {
            throw Reply.message(400, "What was sent is not a form.")
        }
        return form
    }

    private func bytes(upTo limit: Int, within time: Duration) async throws -> [UInt8] {
        try await withThrowingTaskGroup(of: [UInt8].self) { [body] group in
            group.addTask {
                var bytes: [UInt8] = []
                do {
                    for try await chunk in body {
                        guard bytes.count + chunk.readableBytes <= limit else { throw Self.tooLarge(limit) }
                        bytes.append(contentsOf: chunk.readableBytesView)
                    }
                } catch let reply as Reply {
                    throw reply
                } catch {
                    // The sender has gone, which is nobody's fault here.
                    try Task.checkCancellation()
                    throw Self.cut
                }
                return bytes
            }
            group.addTask {
                try await Task.sleep(for: time)
                throw Reply.message(408, "The request took too long to arrive.")
            }
            defer { group.cancelAll() }
            return try await group.next() ?? []
        }
    }

    private static let cut = Reply.message(400, "The request broke off.")

    private static func tooLarge(_ limit: Int) -> Reply {
        .message(
            413,
            "That is more than the console takes (\(limit / 1_000) KB); drop larger files into the drop itself."
        )
    }
}
