/// What the sandbox answers to a request: something, or nothing at all.
struct Reply: Sendable {
    enum Ending: Sendable {
        /// An answer as it should be.
        case whole
        /// The connection is closed and nothing is sent.
        case none
        /// Half of the body is sent, then the connection is closed.
        case half
    }

    var status: Int
    var headers: [(name: String, value: String)]
    var body: [UInt8]
    var ending = Ending.whole
    /// How long to wait before answering.
    var delaySeconds = 0.0

    init(_ status: Int, _ type: String, _ body: [UInt8], headers: [(name: String, value: String)] = []) {
        self.status = status
        self.headers = [("Content-Type", type)] + headers
        self.body = body
    }

    static func json(_ status: Int, _ value: JSON, headers: [(name: String, value: String)] = []) -> Reply {
        Reply(status, "application/json; charset=utf-8", JSONWriter.bytes(value), headers: headers)
    }

    static func xml(_ status: Int, _ text: String) -> Reply {
        Reply(status, "application/xml; charset=UTF-8", Array("<?xml version='1.0' encoding='UTF-8'?>\(text)".utf8))
    }

    static func text(_ status: Int, _ text: String, headers: [(name: String, value: String)] = []) -> Reply {
        Reply(status, "text/html; charset=utf-8", Array(text.utf8), headers: headers)
    }

    /// Packs the body by gzip, and says so.
    mutating func pack() {
        body = Gzip.packed(body)
        headers.append(("Content-Encoding", "gzip"))
    }

    /// No answer: the connection is closed.
    static var dropped: Reply {
        var reply = Reply(200, "text/plain", [])
        reply.ending = .none
        return reply
    }

    static let notFound = Reply.json(404, ["errors": "Not Found"])
}
