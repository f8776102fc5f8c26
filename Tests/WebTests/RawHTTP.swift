import Dispatch
import Foundation
import Glibc

/// An HTTP request and its answer over a socket of its own, byte for byte as the test says: no library fixes paths or headers.
struct RawHTTP: Sendable {
    let port: Int

    struct Answer: Sendable {
        var status: Int
        var headers: [(name: String, value: String)]
        var body: String

        func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
        /// `name=value` of the cookie that was set.
        var cookie: String? { header("set-cookie").map { String($0.prefix { $0 != ";" }) } }
        /// The token in the first form of the page.
        var formToken: String? {
            body.firstMatch(of: /name="token" value="([0-9a-f]{64})"/).map { String($0.1) }
        }
    }

    struct Failure: Error { let words: String }

    func get(_ path: String, _ headers: [String: String] = [:]) async throws -> Answer {
        try await send("GET", path, headers)
    }

    func post(_ path: String, _ form: [String: String], _ headers: [String: String] = [:]) async throws -> Answer {
        let body = form.map { "\($0.key)=\(Self.encoded($0.value))" }.joined(separator: "&")
        var headers = headers
        headers["Content-Type"] = headers["Content-Type"] ?? "application/x-www-form-urlencoded"
        return try await send("POST", path, headers, Array(body.utf8))
    }

    func upload(
        _ path: String,
        _ texts: [String: String],
        file: (name: String, bytes: [UInt8]),
        _ headers: [String: String]
    )
        async throws -> Answer
    {
        var body: [UInt8] = []
        for (name, text) in texts {
            body += Array("--bound\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(text)\r\n".utf8)
        }
        body += Array("--bound\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(file.name)\"\r\n".utf8)
        body += Array("Content-Type: text/csv\r\n\r\n".utf8) + file.bytes + Array("\r\n--bound--\r\n".utf8)
        var headers = headers
        headers["Content-Type"] = "multipart/form-data; boundary=bound"
        return try await send("POST", path, headers, body)
    }

    func send(_ method: String, _ path: String, _ headers: [String: String] = [:], _ body: [UInt8] = []) async throws
        -> Answer
    {
        var head = "\(method) \(path) HTTP/1.1\r\nConnection: close\r\n"
        for (name, value) in ["Host": "127.0.0.1:\(port)"].merging(headers, uniquingKeysWith: { $1 }) where value != "-"
        {
            head += "\(name): \(value)\r\n"
        }
        if headers["Content-Length"] == nil, method == "POST" { head += "Content-Length: \(body.count)\r\n" }
        let bytes = Array((head + "\r\n").utf8) + body
        let port = port
        return try await Self.aside {
            let connection = try Connection(port: port)
            connection.send(bytes)
            return try connection.received()
        }
    }

    /// Does what waits for the network on a thread that no task needs.
    private static func aside<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
        }
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    /// A connection to the server, for one request; what is sent comes in as many pieces.
    final class Connection: Sendable {
        private let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)

        init(port: Int) throws {
            var patience = timeval(tv_sec: 60, tv_usec: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
            let result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard result == 0 else { throw Failure(words: "connect: \(errno)") }
        }

        deinit { close(descriptor) }

        func send(_ bytes: [UInt8]) {
            var sent = 0
            while sent < bytes.count {
                let count = bytes[sent...].withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                // A server that refuses early stops reading: its answer is there all the same.
                guard count > 0 else { break }
                sent += count
            }
        }

        /// Sends what the server may be slow to take.
        func sendAside(_ bytes: [UInt8]) async throws { try await RawHTTP.aside { self.send(bytes) } }

        /// Waits until the server has closed it, whatever it said before.
        func isClosed() async throws -> Bool {
            try await RawHTTP.aside {
                var chunk = [UInt8](repeating: 0, count: 4_096)
                while true {
                    let count = recv(self.descriptor, &chunk, chunk.count, 0)
                    if count > 0 { continue }
                    return count == 0 || errno == ECONNRESET
                }
            }
        }

        func answer() async throws -> Answer { try await RawHTTP.aside { try self.received() } }

        fileprivate func received() throws -> Answer {
            var answer: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = recv(descriptor, &chunk, chunk.count, 0)
                guard count > 0 else { break }
                answer += chunk[..<count]
            }
            return try RawHTTP.parsed(String(decoding: answer, as: UTF8.self))
        }
    }

    private static func parsed(_ text: String) throws -> Answer {
        guard let end = text.range(of: "\r\n\r\n") else { throw Failure(words: "no answer: '\(text)'") }
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        let status = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (
                name: parts[0].lowercased(),
                value: parts.count == 2 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
            )
        }
        return Answer(status: status, headers: headers, body: String(text[end.upperBound...]))
    }
}
