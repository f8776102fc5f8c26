import Crypto
import Foundation
import Records
import Testing

@testable import Sealing

/// A sealed file opens only where it was sealed for, and is used only as it was recorded.
@Suite struct SealedPlaceTests {
    private let folder: SealingFolder
    private let keyring: Keyring

    init() throws {
        folder = try SealingFolder()
        keyring = try Keyring.create(.random())
    }

    // MARK: The place

    @Test(arguments: [0, 100, 140_000])
    func `a sealed file that was copied to another place doesn't open there`(_ size: Int) throws {
        for name in ["2", "3"] { try folder.makeDirectory("runs/" + name) }
        let feed = folder.place("runs/3/activation-feed-0-0.sealed")
        try folder.seal(pattern(size), at: feed, keyring)
        let others = [
            "runs/2/activation-feed-0-0.sealed", "runs/3/bulk-file-0-0.sealed", "runs/3/activation-feed-1-0.sealed",
            "runs/3/activation-feed-0-1.sealed", "activation-feed-0-0.sealed",
        ]
        for other in others {
            try folder.write(other, try folder.read("runs/3/activation-feed-0-0.sealed"))
            #expect(code { _ = try open(folder.place(other)) } == .sealDamaged, "\(other)")
        }
        #expect(try open(feed) == pattern(size))
    }

    @Test func `a sealed file of another installation with the same keys doesn't open`() throws {
        try folder.seal([1], at: folder.place("a", of: "0a1b2c3d"), keyring)
        for other in ["0a1b2c3e", "0a1b2c3", "0a1b2c3da", ""] {
            #expect(code { _ = try open(folder.place("a", of: other)) } == .sealDamaged, "\(other)")
        }
    }

    @Test func `a name and a path that run into one another are two places`() throws {
        try folder.makeDirectory("x")
        try folder.seal([1], at: folder.place("x/a", of: "dry-run"), keyring)
        try folder.write("a", try folder.read("x/a"))
        #expect(code { _ = try open(folder.place("a", of: "dry-runx/")) } == .sealDamaged)
    }

    @Test func `a workspace that was moved whole opens as before`() throws {
        try folder.makeDirectory("old/runs")
        try folder.seal([1, 2], at: SealedPlace(root: folder.path("old"), path: "runs/a", installation: "i"), keyring)
        try FileManager.default.moveItem(atPath: folder.path("old"), toPath: folder.path("new"))
        #expect(try open(SealedPlace(root: folder.path("new"), path: "runs/a", installation: "i")) == [1, 2])
    }

    // MARK: What is recorded

    @Test(arguments: [0, 1, 65_536, 65_537, 140_000])
    func `what was recorded is read again`(_ size: Int) throws {
        let recorded = try folder.seal(pattern(size), at: folder.place("a"), keyring)
        let reader = try SealedFileReader(folder.place("a"), holding: recorded, keyring: keyring)
        #expect(try content(of: reader) == pattern(size))
    }

    @Test(arguments: [1, 65_537, 140_000])
    func `an older copy of the same place is refused before a byte is given out`(_ size: Int) throws {
        let place = folder.place("a")
        try folder.seal(pattern(size).map { $0 ^ 1 }, at: place, keyring)
        let older = try folder.read("a")
        let recorded = try folder.seal(pattern(size), at: place, keyring)
        try folder.write("a", older)
        #expect(code { _ = try SealedFileReader(place, holding: recorded, keyring: keyring) } == .sealMismatch)
    }

    @Test func `a file of another size than the recorded one is refused, whatever its digest`() throws {
        let recorded = try folder.seal(pattern(100), at: folder.place("a"), keyring)
        let other = SealedFile(size: 99, digest: recorded.digest)
        #expect(code { _ = try SealedFileReader(folder.place("a"), holding: other, keyring: keyring) } == .sealMismatch)
    }

    @Test func `a file cut at any byte is refused as it is opened`() throws {
        let recorded = try folder.seal(pattern(100), at: folder.place("a"), keyring)
        let whole = try folder.read("a")
        for length in 0..<whole.count {
            try folder.write("a", Array(whole.prefix(length)))
            #expect(throws: SealingError.self, "\(length) bytes") {
                try SealedFileReader(folder.place("a"), holding: recorded, keyring: keyring)
            }
        }
        #expect(throws: SealingError.self) {
            try SealedFileReader(folder.place("b"), holding: recorded, keyring: keyring)
        }
    }

    @Test func `a file that is overwritten after it was opened never gives out its last chunk`() throws {
        let place = folder.place("a")
        // One that differs in its first chunk, which alone would open well.
        var changed = pattern(140_000)
        changed[0] ^= 1
        let recorded = try folder.seal(pattern(140_000), at: place, keyring)
        let reader = try SealedFileReader(place, holding: recorded, keyring: keyring)
        try folder.seal(changed, at: folder.place("b"), keyring)
        // The bytes under the open file change, as no writer of ours does it.
        let handle = try #require(FileHandle(forWritingAtPath: folder.path("a")))
        try handle.write(contentsOf: Data(try folder.read("b")))
        try handle.close()
        var read = 0
        #expect(throws: SealingError.self) {
            while let bytes = try reader.next() { read += bytes.count }
        }
        #expect(read < 140_000)
    }

    // MARK: Version 1, which names no place

    @Test(arguments: [0, 100, 65_536, 140_000])
    func `a file of version 1 is read, in any place, with its digest compared`(_ size: Int) throws {
        let (plain, place) = (pattern(size), folder.place("a"))
        try folder.write("a", try versionOne(plain))
        #expect(try open(place) == plain)
        let recorded = SealedFile(size: Int64(size), digest: SHA256Digest(of: plain))
        #expect(try content(of: try SealedFileReader(place, holding: recorded, keyring: keyring)) == plain)
        let other = SealedFile(size: Int64(size), digest: SHA256Digest(of: [1]))
        #expect(code { _ = try SealedFileReader(place, holding: other, keyring: keyring) } == .sealMismatch)
    }

    @Test func `a file is not read as one of the other version`() throws {
        for bytes in [try versionOne(pattern(100)), try versionTwo(pattern(100))] {
            var other = bytes
            other[3] ^= 3
            try folder.write("a", other)
            #expect(code { _ = try open(folder.place("a")) } == .sealDamaged)
        }
    }

    @Test func `sealed again, a file of version 1 is bound to its place`() throws {
        let plain = pattern(70_000)
        try folder.write("a", try versionOne(plain))
        #expect(try keyring.isOutdated(folder.place("a")))
        try keyring.reseal(folder.place("a"))
        #expect(try folder.read("a")[3] == 2)
        #expect(try !keyring.isOutdated(folder.place("a")))
        #expect(try open(folder.place("a")) == plain)
        try folder.write("b", try folder.read("a"))
        #expect(code { _ = try open(folder.place("b")) } == .sealDamaged)
    }

    @Test func `a new key seals a file of either version again, and what is whole stays whole`() throws {
        let rotated = try keyring.rotated()
        for bytes in [try versionOne(pattern(100)), try versionTwo(pattern(100))] {
            try folder.write("a", bytes)
            #expect(try rotated.isOutdated(folder.place("a")))
            try rotated.reseal(folder.place("a"))
            #expect(try !rotated.isOutdated(folder.place("a")))
            let reader = try SealedFileReader(unrecorded: folder.place("a"), keyring: try rotated.retired())
            #expect(try content(of: reader) == pattern(100))
        }
    }

    @Test func `a file of another place is not sealed again, and stays as it is`() throws {
        try folder.seal(pattern(100), at: folder.place("b"), keyring)
        try folder.write("a", try folder.read("b"))
        let rotated = try keyring.rotated()
        #expect(code { try rotated.reseal(folder.place("a")) } == .sealDamaged)
        #expect(try folder.read("a") == folder.read("b"))
    }

    // MARK: Helpers

    private func open(_ place: SealedPlace) throws -> [UInt8] {
        try content(of: try SealedFileReader(unrecorded: place, keyring: keyring))
    }

    private func versionTwo(_ plain: [UInt8]) throws -> [UInt8] {
        try folder.seal(plain, at: folder.place("a"), keyring)
        return try folder.read("a")
    }

    /// A file as version 1 laid it out: the header alone is the additional data of each chunk.
    private func versionOne(_ plain: [UInt8]) throws -> [UInt8] {
        let salt = pattern(32)
        let key = try #require(keyring.fileKey(id: keyring.sealingKeyID, salt: salt))
        var bytes = Array("DLS".utf8) + [1, 0, 0, 0, UInt8(keyring.sealingKeyID)] + salt
        let header = bytes
        let starts = plain.isEmpty ? [0] : Array(stride(from: 0, to: plain.count, by: 65_536))
        for (number, start) in starts.enumerated() {
            let counter = (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
            let nonce = try AES.GCM.Nonce(data: [0, 0, 0] + counter + [start == starts.last ? 1 : 0])
            let chunk = plain[start..<min(start + 65_536, plain.count)]
            let box = try AES.GCM.seal(chunk, using: key, nonce: nonce, authenticating: header)
            bytes += box.ciphertext + box.tag
        }
        return bytes
    }
}
