import Testing

@testable import Web

/// What the console does beside connections that take its places and ask for nothing.
struct FloodTests {
    private func half(_ console: TestConsole, _ count: Int, _ text: String) throws -> [RawHTTP.Connection] {
        try (0..<count).map { _ in
            let connection = try RawHTTP.Connection(port: console.http.port)
            connection.send(Array(text.utf8))
            return connection
        }
    }

    private func slowBody(of path: String) -> String {
        "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            + "Content-Length: 100\r\n\r\nname=a"
    }

    @Test func `slow bodies of logins take no place of anybody's`() async throws {
        try await TestConsole.with { console async throws in
            let slow = try half(console, 60, slowBody(of: "/login"))
            while console.server.connections.arriving < slow.count { try await Task.sleep(for: .milliseconds(5)) }
            for path in ["/healthz", "/readyz"] { #expect(try await console.http.get(path).status == 200, "\(path)") }
            let (headers, token) = try await console.logIn()
            #expect(try await console.http.get("/runs", headers).status == 200)
            let pressed = try await console.http.post("/pipelines/cards/run", ["token": token], headers)
            #expect(pressed.status == 303)
            #expect(slow.count == 60)
        }
    }

    @Test func `half of the headers, hundreds of times, keep nobody out, and make room for those that ask`()
        async throws
    {
        try await TestConsole.with { console async throws in
            let halves = try half(console, 300, "GET / HTTP/1.1\r\nHost: 127")
            for path in ["/healthz", "/readyz", "/login"] {
                #expect(try await console.http.get(path).status == 200, "\(path)")
            }
            #expect(console.server.connections.count <= Connections.mostPerAddress)
            #expect(halves.count == 300)
        }
    }

    @Test func `a connection that has waited longest is closed for a new one, and one that is worked on is not`()
        async throws
    {
        try await TestConsole.with { console async throws in
            let wrong = "name=ada&password=wrong"
            // The fourth wrong password waits, and its connection is worked on meanwhile.
            for _ in 0..<6 { _ = try await console.http.post("/login", ["name": "ada", "password": "wrong"]) }
            let working = try half(
                console,
                1,
                "POST /login HTTP/1.1\r\nConnection: close\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                    + "Content-Length: \(wrong.utf8.count)\r\n\r\n\(wrong)"
            )
            while console.server.connections.working < 1 { try await Task.sleep(for: .milliseconds(5)) }
            let first = try half(console, 1, "GET")
            let others = try half(console, Connections.mostPerAddress + 20, "GET")
            #expect(try await first[0].isClosed())
            #expect(try await working[0].answer().status == 401)
            #expect(others.count == Connections.mostPerAddress + 20)
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nX-A: ", "POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4000\r\n\r\n",
    ])
    func `a request that trickles has its time as a whole`(_ beginning: String) async throws {
        try await TestConsole.with {
            $0.times = ConnectionTimes(firstHeaders: .milliseconds(500), step: .milliseconds(500), form: .seconds(60))
        } _: { console async throws in
            let connection = try half(console, 1, beginning)[0]
            let isClosed = try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    while true {
                        try await Task.sleep(for: .milliseconds(50))
                        connection.send([0x61])
                    }
                }
                group.addTask { try await connection.isClosed() }
                defer { group.cancelAll() }
                return try await group.next()
            }
            #expect(isClosed == true)
            while console.server.connections.count > 0 { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    @Test func `who sends a form too slowly is told`() async throws {
        try await TestConsole.with {
            $0.times = ConnectionTimes(form: .milliseconds(300))
        } _: { console async throws in
            let connection = try half(
                console,
                1,
                slowBody(of: "/login").replacing("Content-Type", with: "Connection: close\r\nContent-Type")
            )[0]
            let answer = try await connection.answer()
            #expect(answer.status == 408)
        }
    }

    @Test func `an answer that nobody reads has its time too`() async throws {
        try await TestConsole.with {
            $0.times = ConnectionTimes(step: .milliseconds(500))
        } _: { console async throws in
            let connection = try RawHTTP.Connection(port: console.http.port)
            // More requests than their answers have room on the way.
            let request = Array("GET /static/console.css HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8)
            try await connection.sendAside(Array(repeatElement(request, count: 2_000).joined()))
            while console.server.connections.count > 0 { try await Task.sleep(for: .milliseconds(20)) }
        }
    }

    @Test func `who sent a login in part and went away is no error and no failure of anybody's`() async throws {
        try await TestConsole.with { console async throws in
            var gone: RawHTTP.Connection? = try half(console, 1, slowBody(of: "/login"))[0]
            while console.server.connections.arriving < 1 { try await Task.sleep(for: .milliseconds(5)) }
            #expect(gone != nil)
            gone = nil
            while console.server.connections.count > 0 { try await Task.sleep(for: .milliseconds(5)) }
            #expect(console.server.console.access.tries.remembered == 0)
            #expect(console.logs.lines == [])
        }
    }

    @Test func `probes are answered by whatever name they ask, and tell nobody who is not known why`() async throws {
        try await TestConsole.with(users: []) { console async throws in
            for path in ["/healthz", "/readyz"] {
                #expect(try await console.http.get(path, ["Host": "10.0.0.7:8470"]).status == 200, "\(path)")
            }
        }
    }
}
