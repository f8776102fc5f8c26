import Dispatch
import FileDrops
import Foundation
import Synchronization
import Testing

@testable import SFTP

@Suite struct KnownHostsFileTests {
    private let host = "sftp.example.com"
    private let old = KeyFolder.ed25519(1)
    private let new = KeyFolder.ed25519(2)
    private let folder: KeyFolder

    init() throws { folder = try KeyFolder() }

    private func add(_ keys: HostKey..., to name: String = "hosts", port: Int = 22) throws(FileDropError) -> [HostKey] {
        try KnownHostsFile.add(keys, host: host, port: port, path: folder.path(name))
    }

    private func fault(_ body: () throws -> Void) -> FileDropError? {
        do {
            try body()
            return nil
        } catch {
            return error as? FileDropError
        }
    }

    @Test func `a new file and its folders are made for their owner alone`() throws {
        #expect(try add(old, to: "a/b/hosts") == [old])
        #expect(try folder.mode("a") == 0o700)
        #expect(try folder.mode("a/b") == 0o700)
        #expect(try folder.mode("a/b/hosts") == 0o600)
        #expect(try folder.text("a/b/hosts") == "sftp.example.com \(old.text)\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("a/b")) == ["hosts"])
        #expect(
            try HostKeyTrust.knownHosts(path: folder.path("a/b/hosts")).trustedKeys(host: host, port: 22).isTrusted(old)
        )
    }

    @Test(arguments: [22, 2222])
    func `ssh-keygen finds what was added`(_ port: Int) throws {
        let rsa = KeyFolder.rsa
        #expect(try add(old, rsa, port: port) == [old, rsa])
        let name = port == 22 ? host : "[\(host)]:\(port)"
        let found = try run("ssh-keygen", ["-l", "-F", name, "-f", folder.path("hosts")])
        #expect(found.contains(old.fingerprint) && found.contains(rsa.fingerprint))
    }

    @Test(arguments: ["", "\n", "# mine\r\n\r\nx ssh-ed25519 damaged", "a b", "\u{FEFF}# é \\ \0 |1|", "\r"])
    func `what stands in the file stays byte for byte`(_ content: String) throws {
        try folder.write("hosts", content, mode: 0o644)
        #expect(try add(old) == [old])
        let separator = content.isEmpty || content.hasSuffix("\n") ? "" : "\n"
        #expect(try folder.bytes("hosts") == Array("\(content)\(separator)sftp.example.com \(old.text)\n".utf8))
        #expect(try folder.mode("hosts") == 0o644)
        #expect(try folder.names() == ["hosts"])
    }

    @Test func `a key that is there isn't added again`() throws {
        try folder.write("hosts", "*.example.com \(old.text)")
        let before = try folder.bytes("hosts")
        #expect(try add(old) == [])
        #expect(try folder.bytes("hosts") == before)
        try run("ssh-keygen", ["-H", "-f", try folder.write("hashed", "sftp.example.com \(old.text)\n")])
        #expect(try add(old, to: "hashed") == [])
        #expect(try add(old, old, to: "twice") == [old])
        #expect(try add(old, port: 2222) == [old])
    }

    @Test func `keys of other kinds and other hosts are no hindrance`() throws {
        let rsa = KeyFolder.rsa
        try folder.write("hosts", "sftp.example.com \(rsa.text)\nother.example.com \(new.text)\n")
        #expect(try add(rsa, old) == [old])
        #expect(try folder.text("hosts").hasSuffix("\nsftp.example.com \(old.text)\n"))
    }

    @Test func `a changed key is never added, and both are told`() throws {
        let rsa = KeyFolder.rsa
        try folder.write("hosts", "# mine\nsftp.example.com \(old.text)\n")
        let before = try folder.bytes("hosts")
        let error = fault { _ = try add(rsa, new) }
        #expect(error?.code == .hostKeyChanged)
        #expect(error?.cause == .words("shown is \(new); line 2 has \(old)"))
        #expect(error?.doing == "adding the host keys of sftp.example.com:22 to")
        #expect(error?.path == folder.path("hosts"))
        #expect(try folder.bytes("hosts") == before, "nothing was added, not even the good one")
        #expect(try add(new, port: 2222) == [new])
    }

    @Test func `two keys of a kind at once are refused`() throws {
        #expect(fault { _ = try add(old, new) }?.code == .hostKeyChanged)
        #expect(try folder.names() == [])
    }

    @Test(arguments: ["sftp.example.com", "*"])
    func `a revoked key is never added`(_ name: String) throws {
        try folder.write("hosts", "@revoked \(name) \(old.text)\n")
        let error = fault { _ = try add(old, port: 2222) }
        #expect(error?.code == .hostKeyRevoked)
        #expect(error?.description.contains(old.fingerprint) == true)
        #expect(try add(new) == [new])
    }

    @Test func `a link is followed, to a file or to where one will be`() throws {
        try FileManager.default.createDirectory(atPath: folder.path("real"), withIntermediateDirectories: true)
        try folder.write("real/hosts", "# there\n", mode: 0o640)
        try folder.link("one", to: "real/hosts")
        try folder.link("two", to: folder.path("one"))
        try folder.link("new", to: "real/fresh")
        #expect(try add(old, to: "two") == [old])
        #expect(try add(old, to: "new") == [old])
        #expect(try folder.text("real/hosts").hasPrefix("# there\nsftp"))
        #expect(try folder.mode("real/hosts") == 0o640)
        #expect(try folder.text("real/fresh").hasPrefix("sftp"))
        for name in ["one", "two", "new"] {
            #expect((try? FileManager.default.destinationOfSymbolicLink(atPath: folder.path(name))) != nil, "\(name)")
        }
        try folder.link("round", to: "round")
        #expect(fault { _ = try add(old, to: "round") }?.cause == .errno(ELOOP))
    }

    @Test(arguments: [
        "", "a b", "a,b", "*", "a?", "!a", "|1|", "a\nb", "#a", "@revoked", "[a]", "a\tb", "-a", "é.example", "a\u{0}",
        String(repeating: "a", count: 256),
    ])
    func `what is no host is never written`(_ host: String) throws {
        let path = folder.path("hosts")
        #expect(fault { _ = try KnownHostsFile.add([old], host: host, port: 22, path: path) }?.code == .nameRefused)
        #expect(try folder.names() == [])
    }

    @Test func `what is no file is refused and left`() throws {
        try folder.write("plain", "x")
        try FileManager.default.createDirectory(atPath: folder.path("sub"), withIntermediateDirectories: true)
        #expect(fault { _ = try add(old, to: "sub") }?.code == .notAFile)
        #expect(fault { _ = try add(old, to: "plain/hosts") }?.code == .notADirectory)
        #expect(fault { _ = try add(old, to: "plain/sub/hosts") }?.code == .notADirectory)
        try folder.writeZeros("large", 10_000_001)
        #expect(fault { _ = try add(old, to: "large") }?.code == .notSupported)
        #expect(try folder.names() == ["large", "plain", "sub"])
    }

    @Test func `root leaves the file to its owner, and a new one to that of the folder`() throws {
        guard geteuid() == 0 else { return }
        #expect(chown(folder.path, 1_234, 1_235) == 0)
        #expect(try add(old, to: "fresh") == [old])
        try folder.write("hosts", "")
        #expect(chown(folder.path("hosts"), 4_321, 4_322) == 0)
        #expect(try add(old) == [old])
        for (name, user, group) in [("fresh", 1_234, 1_235), ("hosts", 4_321, 4_322)] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.path(name))
            #expect((attributes[.ownerAccountID] as? NSNumber)?.intValue == user, "\(name)")
            #expect((attributes[.groupOwnerAccountID] as? NSNumber)?.intValue == group, "\(name)")
        }
    }

    @Test func `keys that are added at the same time are all there`() throws {
        let path = folder.path("hosts")
        try folder.write("hosts", repeatElement(UInt8(ascii: "#"), count: 200_000))
        // Threads, and not tasks: all must be in the middle of it at once, more of them than the machine has cores.
        let added = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 64) { number in
            let key = KeyFolder.ed25519(UInt8(number))
            let new = try? KnownHostsFile.add([key], host: "h\(number)", port: 22, path: path)
            if new == [key] { added.withLock { $0 += 1 } }
        }
        #expect(added.withLock { $0 } == 64)
        #expect(try KnownHosts.load(path).lines.count == 64)
        #expect(try folder.names() == ["hosts"])
    }
}
