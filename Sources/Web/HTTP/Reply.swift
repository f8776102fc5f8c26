import Hummingbird
import NIOCore

/// An answer; thrown where a request ends early.
struct Reply: Error, Sendable {
    var status: Int
    var contentType: String
    var body: [UInt8]
    var headers: [(String, String)] = []

    static func html(_ text: String, status: Int = 200) -> Reply {
        Reply(status: status, contentType: "text/html; charset=utf-8", body: Array(text.utf8))
    }

    static func text(_ text: String, status: Int = 200) -> Reply {
        Reply(status: status, contentType: "text/plain; charset=utf-8", body: Array(text.utf8))
    }

    /// A page that says one thing.
    static func message(_ status: Int, _ text: String) -> Reply {
        .html(Templates.layout(title: "\(status)", main: Templates.render("message", ["text": text])), status: status)
    }

    static func redirect(_ place: String) -> Reply {
        var reply = Reply.text("see \(place)\n", status: 303)
        reply.headers = [("location", place)]
        return reply
    }

    func with(_ header: (String, String)) -> Reply {
        var reply = self
        reply.headers.append(header)
        return reply
    }

    /// Nothing on a page runs, looks or leads elsewhere than here, and no page of others frames one.
    private static let guards = [
        (
            "content-security-policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        ),
        ("x-frame-options", "DENY"), ("x-content-type-options", "nosniff"), ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"), ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
    ]

    func response(isSecure: Bool, withBody: Bool) -> Response {
        var fields = HTTPFields()
        var all = Self.guards + [("content-type", contentType)] + headers
        if !headers.contains(where: { $0.0 == "cache-control" }) { all.append(("cache-control", "no-store")) }
        if isSecure { all.append(("strict-transport-security", "max-age=31536000")) }
        for (name, value) in all {
            guard let name = HTTPFields.Element.Name(name) else { continue }
            fields.append(HTTPFields.Element(name: name, value: value))
        }
        return Response(
            status: HTTPResponse.Status(code: status),
            headers: fields,
            body: withBody ? ResponseBody(byteBuffer: ByteBuffer(bytes: body)) : ResponseBody()
        )
    }
}
