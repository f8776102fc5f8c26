import Commerce
import Testing

@testable import Sealing

@Suite struct KeyBackupTests {
    private let folder: SealingFolder
    private let passphrase = Secret("correct horse battery")

    init() throws { folder = try SealingFolder() }

    private func write() throws -> KeyBackup {
        let backup = KeyBackup(master: .random(), installation: "1a2b3c4d")
        try backup.write(to: folder.path("backup"), passphrase: passphrase)
        return backup
    }

    @Test func `a backup opens with its passphrase, and only its owner can read it`() throws {
        let backup = try write()
        let again = try KeyBackup.read(folder.path("backup"), passphrase: passphrase)
        #expect(again.master.isSame(as: backup.master) && again.installation == "1a2b3c4d")
        #expect(folder.mode("backup") == 0o600)
        #expect(try folder.names() == ["backup"])
    }

    @Test func `neither key nor name stand in the file, and no two files are alike`() throws {
        let master = try MasterKey(bytes: Array("0123456789abcdefghijklmnopqrstuv".utf8))
        let backup = KeyBackup(master: master, installation: "1a2b3c4d")
        let (one, other) = (try backup.sealed(by: passphrase), try backup.sealed(by: passphrase))
        #expect(one.prefix(8) == other.prefix(8) && one.dropFirst(8) != other.dropFirst(8))
        let text = String(decoding: one, as: UTF8.self)
        #expect(!text.contains("0123") && !text.contains("1a2b3c4d"))
    }

    @Test func `another passphrase opens nothing`() throws {
        _ = try write()
        let error = fault { _ = try KeyBackup.read(folder.path("backup"), passphrase: Secret("correct horse batterY")) }
        #expect(error?.code == .wrongPassphrase && error?.side == .input)
    }

    @Test func `a file with any byte changed or cut off is told to be damaged`() throws {
        let bytes = try KeyBackup(master: .random(), installation: "1a2b3c4d").sealed(by: passphrase)
        for index in bytes.indices.dropFirst(4) {
            var changed = bytes
            changed[index] ^= 1
            let open = { _ = try KeyBackup.opened(changed, passphrase: passphrase, path: "x") }
            #expect(code(open) == .backupDamaged, "byte \(index)")
            let cut = Array(bytes.prefix(index))
            #expect(code { _ = try KeyBackup.opened(cut, passphrase: passphrase, path: "x") } == .backupDamaged)
        }
    }

    @Test(arguments: [[10, 8, 1, 0], [63, 8, 1, 0], [17, 255, 255, 0]] as [[UInt8]])
    func `parameters from outside cost no more memory than ours`(_ parameters: [UInt8]) throws {
        var bytes = try KeyBackup(master: .random(), installation: "1a2b3c4d").sealed(by: passphrase).dropLast(32)
        bytes.replaceSubrange(4..<8, with: parameters)
        let content = Array(bytes)
        let forged = content + SHA256Digest(of: content).bytes
        let found = code { _ = try KeyBackup.opened(forged, passphrase: passphrase, path: "x") }
        #expect(found == (parameters[0] == 10 ? .wrongPassphrase : .backupUnknown))
    }

    @Test(arguments: ["", "no backup", "DLS\u{1}"])
    func `what is no backup is told so`(_ text: String) throws {
        try folder.write("other", Array(text.utf8))
        #expect(code { _ = try KeyBackup.read(folder.path("other"), passphrase: passphrase) } == .backupUnknown)
        #expect(code { _ = try KeyBackup.read(folder.path("none"), passphrase: passphrase) } == .backupUnreadable)
    }

    @Test func `nothing that exists is written over`() throws {
        try folder.write("backup", [1, 2, 3])
        #expect(code { _ = try write() } == .targetExists)
        #expect(code { try MasterKey.random().write(to: folder.path("backup")) } == .targetExists)
        #expect(try folder.read("backup") == [1, 2, 3] && folder.names() == ["backup"])
    }

    @Test func `a short passphrase makes no backup`() throws {
        let backup = KeyBackup(master: .random(), installation: "1a2b3c4d")
        #expect(
            code { try backup.write(to: folder.path("b"), passphrase: Secret("elevenchars")) } == .passphraseTooShort
        )
        #expect(try folder.names() == [])
    }

    @Test func `a passphrase's file is its owner's alone`() throws {
        try folder.write("good", Array("several random words\n".utf8))
        #expect(try KeyBackup.passphrase(inFile: folder.path("good")) == Secret("several random words"))
        try folder.write("open", Array("several random words\n".utf8), mode: 0o640)
        try folder.write("empty", [10])
        try folder.write("bytes", [0xFF, 0xFE])
        for name in ["open", "empty", "bytes", "none"] {
            let found = code { _ = try KeyBackup.passphrase(inFile: folder.path(name)) }
            #expect(found == .passphraseUnreadable, "\(name)")
        }
    }
}
