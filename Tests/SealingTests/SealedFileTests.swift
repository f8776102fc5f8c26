import Commerce
import Foundation
import Records
import Testing

@testable import Sealing

@Suite struct SealedFileTests {
    let folder: SealingFolder
    let keyring: Keyring

    init() throws {
        folder = try SealingFolder()
        keyring = try Keyring.create(.random())
    }

    @Test(arguments: [0, 1, 15, 16, 65_535, 65_536, 65_537, 131_071, 131_072, 131_073, 1_000_003])
    func `what was sealed is read again`(_ size: Int) throws {
        let plain = pattern(size)
        let sealed = try seal("a", plain)
        #expect(sealed == SealedFile(size: Int64(size), digest: SHA256Digest(of: plain)))
        #expect(try open("a") == plain)
        let chunks = max(1, (size + 65_535) / 65_536)
        #expect(try folder.read("a").count == 40 + size + 16 * chunks)
    }

    @Test(arguments: [1, 7, 1000, 65_536, 100_000])
    func `the pieces in which it is written don't matter`(_ length: Int) throws {
        let plain = pattern(200_003)
        let writer = try SealedFileWriter(folder.place("a"), keyring: keyring)
        for start in stride(from: 0, to: plain.count, by: length) {
            try writer.write(Array(plain[start..<min(plain.count, start + length)]))
            if start.isMultiple(of: 3) { try writer.write([]) }
        }
        #expect(try writer.finish().digest == SHA256Digest(of: plain))
        #expect(try open("a") == plain)
    }

    @Test func `the plaintext isn't in the file, and two files of one text differ`() throws {
        let plain = Array("shopify-giftcard-abcd1234efgh5678".utf8)
        _ = try seal("a", plain)
        _ = try seal("b", plain)
        let (one, other) = (try folder.read("a"), try folder.read("b"))
        #expect(one.count == other.count)
        #expect(one != other)
        #expect(one[8..<40] != other[8..<40], "salts")
        #expect(one[40...] != other[40...])
        #expect(!String(decoding: one, as: UTF8.self).contains("abcd1234"))
    }

    // MARK: Damage

    @Test func `a file cut at any byte is refused`() throws {
        _ = try seal("a", pattern(100))
        let whole = try folder.read("a")
        for length in 0..<whole.count {
            try folder.write("a", Array(whole.prefix(length)))
            #expect(damage("a") != nil, "\(length) bytes")
        }
    }

    @Test(arguments: [0, 1, 20, 100])
    func `a file with any byte flipped is refused`(_ size: Int) throws {
        _ = try seal("a", pattern(size))
        let whole = try folder.read("a")
        for index in whole.indices {
            for mask: UInt8 in [0x01, 0x80, 0xFF] {
                var changed = whole
                changed[index] ^= mask
                try folder.write("a", changed)
                #expect(damage("a") != nil, "byte \(index)")
            }
        }
    }

    @Test func `a file of several chunks cut around their borders is refused`() throws {
        _ = try seal("a", pattern(3 * 65_536 + 10))
        let whole = try folder.read("a")
        for border in 1...3 {
            for offset in -17...17 {
                let length = 40 + border * 65_552 + offset
                try folder.write("a", Array(whole.prefix(length)))
                #expect(damage("a") == .sealDamaged, "\(length) bytes")
            }
        }
    }

    @Test func `chunks that were swapped, doubled, dropped or added are refused`() throws {
        _ = try seal("a", pattern(4 * 65_536))
        let whole = try folder.read("a")
        let header = Array(whole.prefix(40))
        let chunks = (0..<4).map { Array(whole[(40 + $0 * 65_552)..<(40 + ($0 + 1) * 65_552)]) }
        let orders: [[Int]] = [
            [1, 0, 2, 3], [0, 1, 3, 2], [0, 2, 3], [1, 2, 3], [0, 1, 2], [0, 0, 1, 2, 3], [0, 1, 2, 3, 3], [3], [],
            [0, 1, 2, 3, 0],
        ]
        for order in orders {
            try folder.write("a", header + order.flatMap { chunks[$0] })
            #expect(damage("a") == .sealDamaged, "\(order)")
        }
        try folder.write("a", header + chunks.joined())
        #expect(damage("a") == nil)
    }

    @Test(arguments: [0, 10, 65_536])
    func `anything added is refused`(_ size: Int) throws {
        _ = try seal("a", pattern(size))
        let whole = try folder.read("a")
        for extra in [1, 16, 17, 65_552, 70_000] {
            try folder.write("a", whole + pattern(extra))
            #expect(damage("a") == .sealDamaged, "\(extra) bytes more")
        }
    }

    @Test func `a chunk of another file in the same place is refused`() throws {
        let files = try (0..<2).map { _ in
            _ = try seal("a", pattern(100))
            return try folder.read("a")
        }
        let (one, other) = (files[0], files[1])
        try folder.write("a", Array(one.prefix(40) + other.dropFirst(40)))
        #expect(damage("a") == .sealDamaged)
    }

    @Test func `the whole chunks before the damage are given, then an error, then errors`() throws {
        _ = try seal("a", pattern(200_000))
        var bytes = try folder.read("a")
        bytes[40 + 65_552 + 5] ^= 1
        try folder.write("a", bytes)
        let reader = try SealedFileReader(unrecorded: folder.place("a"), keyring: keyring)
        #expect(try reader.next() == Array(pattern(200_000).prefix(65_536)))
        #expect(code { _ = try reader.next() } == .sealDamaged)
        #expect(code { _ = try reader.next() } == .sealClosed)
    }

    @Test func `what isn't a sealed file, a directory or absent is refused as that`() throws {
        try folder.write("plain", Array("line,code\n1,abcd1234efgh\n".utf8))
        try folder.write("later", Array("DLS".utf8) + [3] + pattern(100))
        try folder.write("empty", [])
        #expect(damage("plain") == .sealUnknown)
        #expect(damage("later") == .sealUnknown)
        #expect(damage("empty") == .sealUnknown)
        #expect(damage("absent") == .sealMissing)
        #expect(damage(".") == .io)
    }

    // MARK: Keys

    @Test func `another ledger's keys don't open it, and a rotated ring does`() throws {
        let plain = pattern(1000)
        _ = try seal("a", plain)
        let stranger = try Keyring.create(.random())
        #expect(
            code { _ = try SealedFileReader(unrecorded: folder.place("a"), keyring: stranger).next() } == .sealDamaged
        )
        let rotated = try keyring.rotated()
        #expect(try open("a", rotated) == plain)
        _ = try seal("b", plain, rotated)
        #expect(try open("b", rotated) == plain)
        #expect(code { _ = try SealedFileReader(unrecorded: folder.place("b"), keyring: keyring) } == .sealKeyGone)
    }

    // MARK: Writing

    @Test func `nothing is under the final name until it is finished, and nothing stays of what wasn't`() throws {
        do {
            let writer = try SealedFileWriter(folder.place("a"), keyring: keyring)
            try writer.write(pattern(200_000))
            #expect(try folder.names().allSatisfy { $0.hasPrefix(".part-") })
        }
        #expect(try folder.names().isEmpty)
    }

    @Test func `finishing replaces an older file, and until then that one stays`() throws {
        _ = try seal("a", [1])
        let writer = try SealedFileWriter(folder.place("a"), keyring: keyring)
        try writer.write([2])
        #expect(try open("a") == [1])
        _ = try writer.finish()
        #expect(try open("a") == [2])
        #expect(try folder.names() == ["a"])
    }

    @Test func `a sealed file can be read by its owner only`() throws {
        _ = try seal("a", [1])
        #expect(folder.mode("a") == 0o600)
    }

    @Test func `two writers of one name don't disturb one another`() throws {
        let one = try SealedFileWriter(folder.place("a"), keyring: keyring)
        let other = try SealedFileWriter(folder.place("a"), keyring: keyring)
        for _ in 0..<5 {
            try one.write(pattern(50_000))
            try other.write(pattern(40_000))
        }
        _ = try other.finish()
        #expect(try open("a").count == 200_000)
        _ = try one.finish()
        #expect(try open("a").count == 250_000)
        #expect(try folder.names() == ["a"])
    }

    @Test func `a finished writer takes nothing more`() throws {
        let writer = try SealedFileWriter(folder.place("a"), keyring: keyring)
        _ = try writer.finish()
        #expect(code { try writer.write([1]) } == .sealClosed)
        #expect(code { _ = try writer.finish() } == .sealClosed)
        #expect(try open("a").isEmpty)
    }

    @Test func `a missing folder is told, with the path`() {
        let error = fault { _ = try SealedFileWriter(folder.place("no/a"), keyring: keyring) }
        #expect(error?.code == .io)
        #expect(error?.description.contains("no/a") == true)
    }

    @Test func `a target that can't be replaced leaves the writer failed and nothing behind`() throws {
        try folder.makeDirectory("a")
        do {
            let writer = try SealedFileWriter(folder.place("a"), keyring: keyring)
            try writer.write([1])
            #expect(code { _ = try writer.finish() } == .io)
            #expect(code { try writer.write([1]) } == .sealClosed)
        }
        #expect(try folder.names() == ["a"])
    }

    @Test func `a full disk is no space left`() throws {
        let full = try LocalFile("/dev/full", flags: O_WRONLY)
        do {
            try full.write([1])
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.sealing("x").code == .noSpace)
            #expect(error.sealing("x").disposition == .retry())
        }
    }

    // MARK: Helpers

    private func seal(_ name: String, _ plain: [UInt8], _ other: Keyring? = nil) throws -> SealedFile {
        try folder.seal(plain, at: folder.place(name), other ?? keyring)
    }

    private func open(_ name: String, _ other: Keyring? = nil) throws -> [UInt8] {
        try content(of: try SealedFileReader(unrecorded: folder.place(name), keyring: other ?? keyring))
    }

    private func damage(_ name: String) -> SealingError.Code? { code { _ = try open(name) } }
}
