import Commerce
import Foundation
import Sealing
import Testing

@testable import Assembly

/// The section `web:` as people write it, right and wrong.
struct WebConfigurationTests {
    private static let hash =
        "scrypt$15$8$3$" + String(repeating: "0", count: 32) + "$" + String(repeating: "0", count: 64)

    private func load(_ web: String, _ folder: TemporaryFolder) throws -> WebConfiguration {
        try folder.write("dropline.yaml", "drops: {}\n" + web + "\n")
        return try Configuration.load(folder.path + "/dropline.yaml").web
    }

    @Test func `without the section nothing is served, and the defaults are loopback's`() throws {
        let web = try load("", try TemporaryFolder())
        #expect(!web.isServed && web.host == "127.0.0.1" && web.port == 8470 && web.users.isEmpty)
    }

    @Test func `users have a role, 'see' where none is given, and a hash, a file with one, or a token's file`() throws {
        let folder = try TemporaryFolder()
        try folder.write("hash", Self.hash + "\n")
        try folder.write("token", String(repeating: "t", count: 32) + "\n")
        for name in ["hash", "token"] { chmod(folder.path + "/" + name, 0o600) }
        let web = try load(
            """
            web:
              listen: 0.0.0.0
              port: 8080
              public_url: https://dropline.example.com
              trusted_proxies: [10.0.0.5, "fd00::/8"]
              max_upload: 2MB
              users:
                - { name: ada, role: act, password: "\(Self.hash)" }
                - { name: sam, password: file:hash }
                - { name: robot, role: see, token: file:token }
            """,
            folder
        )
        #expect(web.users.map(\.name) == ["ada", "sam", "robot"])
        #expect(web.users.map(\.role) == [.act, .see, .see])
        #expect(web.trustedProxies == [AddressRange("10.0.0.5"), AddressRange("fd00::/8")])
        #expect(web.port == 8080 && web.largestUpload == 2_000_000)
        for user in web.users.prefix(2) {
            guard case .password(let hash) = try web.credential(of: user) else {
                Issue.record("\(user.name) has no password")
                continue
            }
            #expect(hash.text == Self.hash)
        }
        guard case .token(let token) = try web.credential(of: web.users[2]) else {
            Issue.record("no token")
            return
        }
        #expect(token.reveal().count == 32)
    }

    @Test(arguments: [
        ("web: { listen: 0.0.0.0 }", "nobody has to log in"),
        (
            "web: { listen: 0.0.0.0, users: [{ name: ada, token: file:t }] }",
            "passwords would cross the network in clear"
        ),
        (
            "web: { listen: 10.0.0.5, public_url: \"http://a.example\", users: [{ name: ada, token: file:t }] }",
            "set 'public_url' to its https:// address"
        ),
        ("web: { trusted_proxies: [proxy.example.com] }", "'proxy.example.com' is no address"),
        ("web: { trusted_proxies: [10.0.0.0/33] }", "'10.0.0.0/33' is no address"),
        ("web: { port: 70000 }", "'port' is a port"),
        ("web: { max_upload: 1GB }", "at most 64MB"),
        ("web: { public_url: dropline.example.com }", "'public_url' is the address"),
        ("web: { public_url: \"https://a.example/x/y\" }", "'public_url' is the address"),
        ("web: { usres: [] }", "did you mean 'users'"),
        ("web: { users: [{ name: ada, password: hunter2hunter2 }] }", "'password' is a hash"),
        ("web: { users: [{ name: ada, token: 0123456789abcdef0123456789abcdef }] }", "'token' is a secret"),
        ("web: { users: [{ name: ada, role: admin, token: file:t }] }", "'admin' is not one of: see, act"),
        ("web: { users: [{ name: ada }] }", "'ada' is known by one of"),
        ("web: { users: [{ name: ada, token: file:t, password: file:p }] }", "'ada' is known by one of"),
        ("web: { users: [{ name: ada, token: file:t }, { name: ada, token: file:u }] }", "two users are named 'ada'"),
    ]) func `what is wrong is told, and a secret is not repeated`(_ web: String, _ words: String) throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: ConfigurationProblems.self) { try load(web, folder) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("hunter2") == false)
        #expect(error?.description.contains("0123456789abcdef") == false)
    }

    @Test(arguments: ["short", ""]) func `a token that can be guessed is refused`(_ text: String) throws {
        let folder = try TemporaryFolder()
        try folder.write("token", text)
        chmod(folder.path + "/token", 0o600)
        let web = try load("web: { users: [{ name: robot, token: file:token }] }", folder)
        #expect(throws: ConfigurationProblems.self) { try web.credential(of: web.users[0]) }
    }

    @Test func `a secret's file that others can read is refused`() throws {
        let folder = try TemporaryFolder()
        try folder.write("token", String(repeating: "t", count: 32))
        chmod(folder.path + "/token", 0o644)
        let web = try load("web: { users: [{ name: robot, token: file:token }] }", folder)
        #expect(throws: ConfigurationProblems.self) { try web.credential(of: web.users[0]) }
    }
}
