import FileDrops
import SeededRandom
import Testing

@testable import SFTP

@Suite struct SFTPReplyTests {
    @Test func `a listing gives names as bytes and the attributes that the server tells`() throws {
        var body: [UInt8] = []
        body.appendInteger(UInt32(2))
        body.appendField("日本語.csv")
        body.appendField("-rw-r--r-- 1 a b")
        body += attributes(flags: 0x8000_000F, size: 7, mode: 0o100644, modified: 1_700_000_000)
        body.appendField([0xFF, 0xFE])
        body.appendField("")
        body.appendInteger(UInt32(0))
        guard case .names(let names) = try reply(104, body) else {
            Issue.record("no listing was read")
            return
        }
        #expect(names.map(\.bytes) == [Array("日本語.csv".utf8), [0xFF, 0xFE]])
        #expect(names[0].attributes == SFTPAttributes(size: 7, modified: 1_700_000_000, mode: 0o100644))
        #expect(names[0].attributes.isComplete)
        #expect(names[1].attributes == SFTPAttributes())
        #expect(!names[1].attributes.isComplete)
    }

    @Test func `a status without message and language is read, as some servers send it`() throws {
        guard case .status(let status) = try reply(101, [0, 0, 0, 2]) else {
            Issue.record("no status was read")
            return
        }
        #expect(status == SFTPStatus(code: 2, words: ""))
    }

    static let meanings: [(UInt32, FileDropError.Code)] = [
        (2, .notFound), (3, .permissionDenied), (4, .io), (5, .nameRefused), (6, .io), (7, .io),
        (8, .notSupported), (11, .exists), (12, .readOnly), (14, .noSpace), (15, .noSpace), (19, .notADirectory),
        (24, .notAFile), (99, .io),
    ]

    @Test(arguments: meanings)
    func `a status has the meaning that its code has`(_ code: UInt32, _ meaning: FileDropError.Code) throws {
        #expect(throws: RemoteFailure.self) { try SFTPReply.status(SFTPStatus(code: code, words: "no")).done() }
        let failure = SFTPStatus(code: code, words: "no").asFailure
        #expect(failure.code == meaning)
        #expect(failure.cause == .server(code: Int(code), words: "no"))
        #expect(!failure.endsConnection)
    }

    @Test func `an answer of another kind than was asked for ends the connection`() throws {
        let data = SFTPReply.data([1])
        for call in [{ try data.done() }, { _ = try data.opened() }, { _ = try data.found() }] {
            let failure = #expect(throws: RemoteFailure.self) { try call() }
            #expect(failure?.endsConnection == true)
        }
        let fine = #expect(throws: RemoteFailure.self) {
            _ = try SFTPReply.status(SFTPStatus(code: 0, words: "")).opened()
        }
        #expect(fine?.endsConnection == true)
    }

    @Test func `a type that version 3 doesn't know is malformed`() {
        #expect(throws: SFTPBytes.Malformed.self) { _ = try reply(99, [0, 0, 0, 0]) }
    }

    @Test func `replies cut anywhere, and with lengths that can't be, are malformed or read, and never trap`() {
        var names: [UInt8] = []
        names.appendInteger(UInt32(1))
        names.appendField("a")
        names.appendField("long")
        names += attributes(flags: 0xF, size: 1, mode: 1, modified: 1)
        var random = SplitMix64(seed: 7)
        for type: UInt8 in [101, 102, 103, 104, 105, 201] {
            for end in 0...names.count { _ = try? reply(type, Array(names[..<end])) }
            for _ in 0..<2000 {
                var damaged = names
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    damaged[Int.random(in: damaged.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
                _ = try? reply(type, damaged)
            }
        }
    }

    private func reply(_ type: UInt8, _ body: [UInt8]) throws -> SFTPReply {
        var bytes = SFTPBytes(body[...])
        return try SFTPReply(type: type, &bytes)
    }

    private func attributes(flags: UInt32, size: UInt64, mode: UInt32, modified: UInt32) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendInteger(flags)
        bytes.appendInteger(size)
        bytes.appendInteger(UInt64(0))
        bytes.appendInteger(mode)
        bytes.appendInteger(UInt32(1))
        bytes.appendInteger(modified)
        if flags & 0x8000_0000 != 0 {
            bytes.appendInteger(UInt32(1))
            bytes.appendField("name@example.com")
            bytes.appendField("value")
        }
        return bytes
    }
}
