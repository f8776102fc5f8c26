import Commerce
import Sealing
import Testing

@testable import Web

/// Who tries passwords is slowed down, and keeps nobody else out.
struct LoginTests {
    private func fail(_ times: Int, _ name: String, _ address: String, _ tries: LoginTries) {
        for _ in 0..<times { _ = tries.begin(name: name, address: address).map { tries.end($0, succeeded: false) } }
    }

    private func wait(_ name: String, _ address: String, _ tries: LoginTries) -> Duration? {
        let login = tries.begin(name: name, address: address)
        if let login { tries.end(login, succeeded: true) }
        return login?.wait
    }

    @Test func `after three failures each try of the name from there waits twice as long, and four seconds at most`() {
        let tries = LoginTries()
        let waits = (0..<10).map { _ in
            let login = tries.begin(name: "ada", address: "192.0.2.1")
            if let login { tries.end(login, succeeded: false) }
            return login?.wait
        }
        #expect(
            waits == [.zero, .zero, .zero] + [500, 1_000, 2_000, 4_000, 4_000, 4_000, 4_000].map { .milliseconds($0) }
        )
    }

    @Test func `the same name from elsewhere, and another name, wait for nothing`() {
        let tries = LoginTries()
        fail(15, "ada", "192.0.2.1", tries)
        #expect(wait("ada", "192.0.2.2", tries) == .zero)
        #expect(wait("sam", "192.0.2.1", tries) == .zero)
    }

    @Test func `an address that tries many names waits too, a second for each`() {
        let tries = LoginTries()
        for number in 0..<20 { fail(1, "user\(number)", "192.0.2.1", tries) }
        #expect(wait("sam", "192.0.2.1", tries) == .seconds(1))
        #expect(wait("sam", "192.0.2.2", tries) == .zero)
    }

    @Test func `a failure is forgotten after its time, and by the right password`() {
        let clock = TestClock()
        let tries = LoginTries { clock.now }
        fail(9, "ada", "192.0.2.1", tries)
        clock.advance(LoginTries.window)
        #expect(wait("ada", "192.0.2.1", tries) == .zero)
        fail(9, "ada", "192.0.2.1", tries)
        #expect(wait("ada", "192.0.2.1", tries) == .seconds(4))
        #expect(wait("ada", "192.0.2.1", tries) == .zero)
    }

    @Test func `tries at once count as failures until they have not failed`() {
        let tries = LoginTries()
        let waits = (0..<5).map { _ in tries.begin(name: "ada", address: "192.0.2.1")?.wait }
        #expect(waits == [.zero, .zero, .zero, .milliseconds(500), .seconds(1)])
    }

    @Test func `so many tries at once are taken from an address, and others' go on`() throws {
        let tries = LoginTries()
        var begun: [LoginTries.Try] = []
        while let login = tries.begin(name: "n\(begun.count)", address: "192.0.2.1") { begun.append(login) }
        #expect(begun.count == LoginTries.mostAtOnce.address)
        #expect(tries.begin(name: "ada", address: "192.0.2.2") != nil)
        tries.end(try #require(begun.first), succeeded: false)
        #expect(tries.begin(name: "ada", address: "192.0.2.1") != nil)
    }

    @Test func `many names from many places are counted in bounded memory, and lock nobody out`() {
        let tries = LoginTries()
        for number in 0..<5_500 { fail(1, "n\(number)", "2001:db8::\(String(number, radix: 16))", tries) }
        #expect(tries.remembered <= LoginTries.mostKeys)
        #expect(wait("ada", "192.0.2.1", tries) == .zero)
    }

    @Test func `twenty wrong passwords at once from one address, and the right one comes in all the same`() async throws
    {
        try await TestConsole.with { console async throws in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        try await console.http.post("/login", ["name": "ada", "password": "wrong"]).status
                    }
                }
                let login = ["name": "ada", "password": TestConsole.password.reveal()]
                #expect(try await console.http.post("/login", login).status == 303)
                for try await status in group { #expect(status == 401) }
            }
        }
    }

    @Test func `behind a trusted proxy each sender is an address of its own, by the proxy's word alone`() async throws {
        try await TestConsole.with {
            $0.trustedProxies = ["127.0.0.1", "10.0.0.0/8"].compactMap { AddressRange($0) }
        } _: { console async throws in
            let wrong = ["name": "ada", "password": "wrong"]
            // What the sender itself wrote stands before what the proxies added.
            for told in ["203.0.113.9", "198.51.100.1, 203.0.113.9, 10.1.2.3", "127.0.0.1,203.0.113.9 , 127.0.0.1"] {
                _ = try await console.http.post("/login", wrong, ["X-Forwarded-For": told])
            }
            let tries = console.server.console.access.tries
            #expect(tries.begin(name: "x", address: "203.0.113.9")?.failures == 3)
            #expect(tries.begin(name: "x", address: "127.0.0.1")?.failures == 0)
            for told in ["", "unknown", "203.0.113.7, nonsense"] {
                _ = try await console.http.post("/login", wrong, ["X-Forwarded-For": told])
            }
            #expect(tries.begin(name: "x", address: "127.0.0.1")?.failures == 4)
        }
    }

    @Test func `what others write of their address is not believed`() async throws {
        try await TestConsole.with { console async throws in
            let wrong = ["name": "ada", "password": "wrong"]
            for number in 0..<3 {
                _ = try await console.http.post("/login", wrong, ["X-Forwarded-For": "203.0.113.\(number)"])
            }
            #expect(console.server.console.access.tries.begin(name: "x", address: "127.0.0.1")?.failures == 3)
        }
    }

    @Test func `a page that renews itself does not use its session, and a person does`() async throws {
        try await TestConsole.with { console async throws in
            let run = try await console.addRun()
            let (headers, _) = try await console.logIn()
            let id = String(try #require(headers["Cookie"]?.split(separator: "=").last))
            let lastUse = { console.server.console.access.sessions.change(id) { $0.lastUsed } }
            let before = try #require(lastUse())
            for page in ["/live", "/runs/\(run)/live"] {
                #expect(try await console.http.get(page, headers).status == 200)
            }
            #expect(lastUse() == before)
            #expect(try await console.http.get("/runs/\(run)", headers).status == 200)
            #expect(try #require(lastUse()) > before)
        }
    }

    @Test func `who waits at the desk with fewer failures goes first`() async throws {
        let desk = LoginDesk()
        let user = WebUser(name: "ada", role: .act, credential: .password(try #require(TestConsole.hash)))
        let order = Order()
        await withTaskGroup(of: Void.self) { group in
            // While the first is compared, which takes long, the others come.
            for (place, failures) in [0, 30, 20, 10].enumerated() {
                group.addTask {
                    _ = await desk.user("ada", Secret("wrong"), among: [user], failures: failures)
                    await order.add(failures)
                }
                while place > 0, await desk.waitingCount < place { try? await Task.sleep(for: .milliseconds(2)) }
            }
        }
        #expect(await order.all == [0, 10, 20, 30])
    }

    @Test func `a decoy takes as long as the hash, and fits no password`() throws {
        let hash = try #require(TestConsole.hash)
        #expect(hash.decoy().takesAsLong(as: hash))
        #expect(!hash.decoy().matches(TestConsole.password) && hash.matches(TestConsole.password))
        #expect(hash.decoy() != hash.decoy())
    }
}

private actor Order {
    private(set) var all: [Int] = []
    func add(_ number: Int) { all.append(number) }
}
