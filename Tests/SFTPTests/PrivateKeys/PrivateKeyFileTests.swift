import Foundation
import Sealing
import Testing

@testable import SFTP

@Suite struct PrivateKeyFileTests {
    private let folder: KeyFolder

    init() throws { folder = try KeyFolder() }

    private func fault(_ path: String, credentials: String? = nil) -> PrivateKeyFault? {
        do throws(PrivateKeyFault) {
            _ = try PrivateKeySource.file(path: path).load(credentials: credentials)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [0o640, 0o604, 0o620, 0o601, 0o610, 0o666, 0o777, 0o4640])
    func `a file that others may use is refused, with the command that fixes it`(_ mode: Int) throws {
        let path = try folder.makeKey("k", ["-t", "ed25519"])
        #expect(chmod(path, mode_t(mode)) == 0)
        let fault = fault(path)
        #expect(fault?.kind == .exposed)
        #expect(fault?.words.contains("(mode 0\(String(mode, radix: 8)))") == true)
        #expect(fault?.words.hasSuffix("; run: chmod 600 \(path)") == true)
        #expect(chmod(path, 0o600) == 0)
        #expect(self.fault(path) == nil)
    }

    @Test(arguments: [0o600, 0o400, 0o700])
    func `a file that is its owner's alone is taken`(_ mode: Int) throws {
        let path = try folder.makeKey("k", ["-t", "ed25519"])
        #expect(chmod(path, mode_t(mode)) == 0)
        #expect(fault(path) == nil)
    }

    @Test func `a credential of systemd may have any mode, and only what really lies in their folder is one`() throws {
        let inside = folder.path("credentials")
        try FileManager.default.createDirectory(atPath: inside, withIntermediateDirectories: true)
        try folder.makeKey("credentials/k", ["-t", "ed25519"])
        try folder.makeKey("k", ["-t", "ed25519"])
        for name in ["credentials/k", "k"] { #expect(chmod(folder.path(name), 0o440) == 0) }
        try folder.link("credentials/link", to: "../k")
        try folder.link("into", to: "credentials/k")
        #expect(fault(folder.path("credentials/k"), credentials: inside) == nil)
        #expect(fault(folder.path("credentials/k"), credentials: inside + "/") == nil)
        #expect(fault(folder.path("into"), credentials: inside) == nil)
        #expect(fault(folder.path("credentials/k"))?.kind == .exposed)
        #expect(fault(folder.path("k"), credentials: inside)?.kind == .exposed)
        #expect(fault(inside + "/../k", credentials: inside)?.kind == .exposed)
        #expect(fault(inside + "/link", credentials: inside)?.kind == .exposed)
        #expect(fault(folder.path("credentials/k"), credentials: folder.path("cred"))?.kind == .exposed)
        for folder in ["", "/", "/none"] {
            #expect(fault(self.folder.path("k"), credentials: folder)?.kind == .exposed)
        }
    }

    @Test func `a missing file, a folder, a pipe and a large file are each told`() throws {
        #expect(fault(folder.path("none"))?.kind == .missing)
        #expect(
            fault(folder.path("none"))?.words
                == "the key file \(folder.path("none")) isn't there; check the path, or put the key there"
        )
        #expect(fault("")?.kind == .missing)
        #expect(fault(folder.path)?.kind == .notAFile)
        try run("mkfifo", [folder.path("pipe")])
        #expect(fault(folder.path("pipe"))?.kind == .notAFile)
        try folder.writeZeros("large", 1_000_001)
        #expect(fault(folder.path("large"))?.kind == .tooLarge)
        try folder.link("round", to: "round")
        #expect(fault(folder.path("round"))?.kind == .unreadable)
        let text = PrivateKeySource.text(Secret(String(repeating: "x", count: 1_000_001)))
        #expect(throws: PrivateKeyFault(.tooLarge, words: "the key is larger than 1000000 bytes")) { try text.load() }
    }

    @Test(arguments: [
        ("/etc/dropline/key", "/etc/dropline/key"), ("/a b/key", "'/a b/key'"), ("it's", "'it'\\''s'"),
        ("$HOME/k", "'$HOME/k'"), ("", "''"), ("-k", "'-k'"), ("/é", "'/é'"),
    ])
    func `a path in a command is quoted where it must be`(_ path: String, _ word: String) throws {
        #expect(shellWord(path) == word)
        #expect(try run("sh", ["-c", "printf %s \(word)"]) == path || path.hasPrefix("-"))
    }
}
