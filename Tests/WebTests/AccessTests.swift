import Commerce
import Foundation
import Ledgers
import Sealing
import Testing

@testable import Web

/// What strangers, forgers and the curious get, over real HTTP.
struct AccessTests {
    private static let pages = [
        "/", "/live", "/runs", "/runs/1", "/runs/1/live", "/runs/1/lines/2", "/search?q=x3w0", "/audit",
        "/pipelines/cards", "/nothing",
    ]

    @Test(arguments: pages) func `without a login a page leads to the login and shows nothing`(_ page: String)
        async throws
    {
        try await TestConsole.with { console async throws in
            _ = try await console.addRun()
            let answer = try await console.http.get(page)
            #expect(answer.status == 303)
            #expect(answer.header("location") == "/login")
            #expect(!answer.body.contains("cards"))
        }
    }

    @Test func `without a login no button does anything`() async throws {
        try await TestConsole.with { console async throws in
            for path in [
                "/pipelines/cards/run", "/pipelines/cards/pause", "/runs/1/approve", "/runs/1/refuse", "/runs/1/rerun",
                "/logout",
            ] {
                let answer = try await console.http.post(path, ["reason": "r", "token": "x"])
                #expect(answer.status == 401, "\(path)")
            }
            #expect(console.actions.calls == [])
        }
    }

    @Test func `a name and its password open a session in a cookie that scripts and other sites don't get`()
        async throws
    {
        try await TestConsole.with(users: TestConsole.hashed) { console async throws in
            let answer = try await console.http.post(
                "/login",
                ["name": "ada", "password": TestConsole.password.reveal()]
            )
            #expect(answer.status == 303)
            let cookie = try #require(answer.header("set-cookie"))
            #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && cookie.contains("Path=/"))
            #expect(!cookie.contains("Secure"))
            #expect(cookie.contains(/=[0-9a-f]{64};/))
            let page = try await console.http.get("/", ["Cookie": try #require(answer.cookie)])
            #expect(page.status == 200)
            #expect(page.body.contains("ada"))
        }
    }

    @Test func `behind a public https address the cookie is for TLS and this host alone`() async throws {
        try await TestConsole.with {
            $0.publicURL = "https://dropline.example.com"
        } _: { console async throws in
            let answer = try await console.http.post(
                "/login",
                ["name": "ada", "password": TestConsole.password.reveal()],
                ["Host": "dropline.example.com", "Origin": "https://dropline.example.com"]
            )
            let cookie = try #require(answer.header("set-cookie"))
            #expect(cookie.hasPrefix("__Host-dropline="))
            #expect(cookie.contains("; Secure"))
            #expect(answer.header("strict-transport-security") != nil)
        }
    }

    @Test(arguments: [("ada", "wrong password"), ("nobody", "correct horse battery"), ("", ""), ("robot", "short")])
    func `a wrong name or password opens nothing and tells not which was wrong`(_ name: String, _ password: String)
        async throws
    {
        try await TestConsole.with(users: TestConsole.hashed + [TestConsole.users[2]]) { console async throws in
            let answer = try await console.http.post("/login", ["name": name, "password": password])
            #expect(answer.status == 401)
            #expect(answer.cookie == nil)
            #expect(answer.body.contains("That name and password don&#39;t fit together."))
        }
    }

    @Test func `a stolen cookie without the form's token does nothing`() async throws {
        try await TestConsole.with { console async throws in
            let (headers, token) = try await console.logIn()
            let other = try await console.logIn()
            for wrong in ["", "x", String(repeating: "0", count: 64), other.token] {
                let answer = try await console.http.post("/pipelines/cards/run", ["token": wrong], headers)
                #expect(answer.status == 403, "\(wrong)")
            }
            #expect(console.actions.calls == [])
            let right = try await console.http.post("/pipelines/cards/run", ["token": token], headers)
            #expect(right.status == 303)
            #expect(console.actions.calls == ["run cards by ada: run now, from the console"])
        }
    }

    @Test(arguments: [
        ["Origin": "https://evil.example"], ["Origin": "null"], ["Sec-Fetch-Site": "cross-site"],
        ["Sec-Fetch-Site": "same-site"],
    ]) func `a form of another site is refused, be it sent with the right token`(_ more: [String: String]) async throws
    {
        try await TestConsole.with { console async throws in
            let (headers, token) = try await console.logIn()
            let all = headers.merging(more) { $1 }
            #expect(try await console.http.post("/pipelines/cards/run", ["token": token], all).status == 403)
            let login = ["name": "ada", "password": TestConsole.password.reveal()]
            #expect(try await console.http.post("/login", login, more).status == 403)
            #expect(console.actions.calls == [])
        }
    }

    @Test func `who may only see changes nothing, and a role that is claimed is not believed`() async throws {
        try await TestConsole.with { console async throws in
            let run = try await console.addRun(state: .held)
            let (headers, token) = try await console.logIn("sam")
            let page = try await console.http.get("/runs/\(run)", headers)
            #expect(page.status == 200)
            #expect(!page.body.contains("/approve") && !page.body.contains("/refuse"))
            let forged = headers.merging(["X-Role": "act", "X-Forwarded-User": "ada", "X-Remote-User": "ada"]) { $1 }
            let cookie = (headers["Cookie"] ?? "") + "; role=act; user=ada"
            for headers in [headers, forged, ["Cookie": cookie]] {
                let form = ["token": token, "reason": "r", "role": "act", "name": "ada", "user": "ada"]
                for button in ["approve", "refuse"] {
                    #expect(try await console.http.post("/runs/\(run)/\(button)", form, headers).status == 403)
                }
            }
            #expect(console.actions.calls == [])
        }
    }

    @Test(arguments: [false, true])
    func `a form that is still arriving when its sender may no more is not carried out`(_ isGone: Bool) async throws {
        try await TestConsole.with { console async throws in
            let run = try await console.addRun(state: .held)
            let (headers, token) = try await console.logIn()
            let body = Array("token=\(token)&reason=r".utf8)
            let head = """
                POST /runs/\(run)/approve HTTP/1.1\r\nConnection: close\r\nHost: 127.0.0.1:\(console.http.port)\r\n\
                Cookie: \(headers["Cookie"] ?? "")\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                Content-Length: \(body.count)\r\n\r\n
                """
            let connections = try (0..<8).map { _ in try RawHTTP.Connection(port: console.http.port) }
            for connection in connections { connection.send(Array(head.utf8) + body.dropLast()) }
            while console.server.connections.arriving < connections.count {
                try await Task.sleep(for: .milliseconds(5))
            }
            _ = try await console.http.get("/healthz")
            let others = TestConsole.users.filter { $0.name != "ada" }
            let demoted = WebUser(name: "ada", role: .see, credential: .token(TestConsole.password))
            try console.turn(to: isGone ? others : others + [demoted])
            for connection in connections { connection.send(Array(body.suffix(1))) }
            for connection in connections { #expect(try await connection.answer().status == (isGone ? 401 : 403)) }
            #expect(console.actions.calls == [])
        }
    }

    @Test func `a session that was ended is over, also for who copied its cookie`() async throws {
        try await TestConsole.with { console async throws in
            let (headers, token) = try await console.logIn()
            #expect(try await console.http.post("/logout", ["token": token], headers).status == 303)
            #expect(try await console.http.get("/", headers).header("location") == "/login")
            #expect(try await console.http.post("/pipelines/cards/run", ["token": token], headers).status == 401)
        }
    }

    @Test(arguments: ["dropline=", "dropline=ada", "dropline=\(String(repeating: "a", count: 64))", "dropline=../../x"])
    func `a cookie that was made up is nobody's`(_ cookie: String) async throws {
        try await TestConsole.with { console async throws in
            #expect(try await console.http.get("/", ["Cookie": cookie]).status == 303)
        }
    }

    @Test func `a script comes in by its token, and may what its role may`() async throws {
        try await TestConsole.with { console async throws in
            let robot = ["Authorization": "Bearer \(TestConsole.token.reveal())"]
            #expect(try await console.http.get("/runs", robot).status == 200)
            #expect(try await console.http.post("/pipelines/cards/run", ["reason": "r"], robot).status == 403)
            let deploy = ["Authorization": "Bearer deploy-\(TestConsole.token.reveal())"]
            #expect(try await console.http.post("/pipelines/cards/pause", ["reason": "release"], deploy).status == 200)
            #expect(console.actions.calls == ["pause cards by deploy: release"])
            for wrong in ["Bearer wrong", "Bearer ", "Basic YWRhOng=", TestConsole.token.reveal()] {
                #expect(try await console.http.get("/runs", ["Authorization": wrong]).status == 401, "\(wrong)")
            }
        }
    }

    @Test(arguments: [
        "/static/../../etc/passwd", "/static/%2e%2e/%2e%2e/etc/passwd", "/static/..%2f..%2fetc%2fpasswd",
        "//etc/passwd",
        "/static//console.css", "/static/console.css/", "/static/console.css%00.txt", "/static\\..\\x",
        "/runs/../audit",
        "/runs/1%2f..%2f2", "/healthz/..", "/%", "/static/%ff",
    ]) func `tricks with paths lead nowhere`(_ path: String) async throws {
        try await TestConsole.with { console async throws in
            let (headers, _) = try await console.logIn()
            let answer = try await console.http.get(path, headers)
            #expect([400, 404].contains(answer.status))
            #expect(!answer.body.contains("root:"))
        }
    }

    @Test func `a name that only points here is refused, so that no page of others reaches in`() async throws {
        try await TestConsole.with(users: []) { console async throws in
            for host in ["evil.example", "evil.example:\(console.http.port)", "127.0.0.1.evil.example"] {
                #expect(try await console.http.get("/", ["Host": host]).status == 421, "\(host)")
            }
            #expect(try await console.http.get("/", ["Host": "localhost:1"]).status == 200)
            let nameless = try await console.http.get("/", ["Host": "-"]).status
            #expect([400, 421].contains(nameless))
        }
    }

    @Test func `where nobody can log in it shows, and does nothing`() async throws {
        try await TestConsole.with(users: []) { console async throws in
            #expect(try await console.http.get("/").status == 200)
            #expect(try await console.http.post("/pipelines/cards/run", ["reason": "r"]).status == 403)
            #expect(console.actions.calls == [])
        }
    }

    @Test(arguments: [nil, "http://dropline.example.com"])
    func `beyond loopback it is not served without TLS in front`(_ address: String?) async throws {
        let error = await #expect(throws: WebError.self) {
            try await TestConsole.with {
                ($0.host, $0.publicURL) = ("0.0.0.0", address)
            } _: { _ in
            }
        }
        #expect(
            error?.description.contains("in clear") == true && error?.description.contains("web.public_url") == true
        )
        #expect(error?.side == .configuration)
    }

    @Test(arguments: ["0.0.0.0", "192.0.2.1", "::", "dropline.example.com"])
    func `beyond loopback it is not served without a login`(_ host: String) async throws {
        let error = await #expect(throws: WebError.self) {
            try await TestConsole.with(users: []) {
                $0.host = host
            } _: { _ in
            }
        }
        #expect(error?.description.contains("web.users") == true)
        #expect(error?.side == .configuration)
    }

    @Test(arguments: ["/", "/login", "/nothing", "/static/console.css", "/healthz", "/metrics"])
    func `every answer forbids what no page needs`(_ path: String) async throws {
        try await TestConsole.with(users: []) { console async throws in
            let answer = try await console.http.get(path)
            let policy = try #require(answer.header("content-security-policy"))
            #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self'"))
            #expect(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"))
            #expect(answer.header("x-frame-options") == "DENY")
            #expect(answer.header("x-content-type-options") == "nosniff")
            #expect(answer.header("referrer-policy") == "same-origin")
            #expect(answer.header("server") == nil)
        }
    }

    @Test func `no page has a script or a style of its own, which the policy would forbid`() async throws {
        try await TestConsole.with { console async throws in
            let run = try await console.addRun()
            let (headers, _) = try await console.logIn()
            for page in ["/", "/runs", "/runs/\(run)", "/search?q=x3w0", "/audit", "/pipelines/cards"] {
                let body = try await console.http.get(page, headers).body
                #expect(!body.contains("<style") && !body.contains(" style=") && !body.contains("onclick"), "\(page)")
                #expect(!body.contains(/<script(?![^>]* src=)/), "\(page)")
            }
        }
    }

    @Test func `a body larger than a form is refused`() async throws {
        try await TestConsole.with { console async throws in
            let (headers, token) = try await console.logIn()
            let large = ["token": token, "reason": String(repeating: "x", count: 70_000)]
            #expect(try await console.http.post("/pipelines/cards/pause", large, headers).status == 413)
            #expect(try await console.http.post("/login", ["name": String(repeating: "x", count: 5_000)]).status == 413)
            #expect(console.actions.calls == [])
        }
    }

    @Test(arguments: ["PUT", "DELETE", "TRACE", "OPTIONS"]) func `other methods are refused`(_ method: String)
        async throws
    {
        try await TestConsole.with { console async throws in
            let (headers, _) = try await console.logIn()
            #expect(try await console.http.send(method, "/runs", headers).status == 405)
        }
    }
}
