import Commerce
import CustomDump
import Foundation
import Testing

@testable import Sealing

@Suite struct MasterKeyTests {
    let folder: SealingFolder

    init() throws { folder = try SealingFolder() }

    @Test func `a key is made on first use, with mode 0600, and is the same ever after`() throws {
        let path = folder.path("key")
        let made = try MasterKey.loadOrCreate(path)
        #expect(folder.mode("key") == 0o600)
        #expect(try folder.names() == ["key"])
        let bytes = try folder.read("key")
        #expect(bytes.count == 32)
        let wrapped = try Keyring.create(made).wrapped
        #expect(throws: Never.self) { try Keyring(unwrapping: wrapped, master: MasterKey.loadOrCreate(path)) }
        #expect(throws: Never.self) { try Keyring(unwrapping: wrapped, master: MasterKey.load(path)) }
        #expect(try folder.read("key") == bytes)
    }

    @Test func `of many that make the key at once, all get the same`() async throws {
        let path = folder.path("key")
        let wrapped = try await withThrowingTaskGroup(of: [WrappedKey].self) { group in
            for _ in 0..<16 { group.addTask { try Keyring.create(MasterKey.loadOrCreate(path)).wrapped } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let master = try MasterKey.load(path)
        for keys in wrapped { #expect(throws: Never.self) { try Keyring(unwrapping: keys, master: master) } }
        #expect(try folder.names() == ["key"])
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o620, 0o602, 0o610, 0o601, 0o644, 0o777])
    func `a key that others have any right to is refused, with what to do`(_ mode: Int) throws {
        try folder.write("key", pattern(32), mode: mode)
        for load in [{ try MasterKey.load($0) }, { try MasterKey.loadOrCreate($0) }] as [(String) throws -> MasterKey] {
            let error = fault { _ = try load(folder.path("key")) }
            #expect(error?.code == .keyExposed)
            #expect(error?.description.contains("chmod 600") == true)
            #expect(error?.description.contains("0\(String(mode, radix: 8))") == true)
            #expect(error?.side == .configuration)
            #expect(error?.disposition == .stop)
        }
        #expect(throws: Never.self) { try MasterKey.load(folder.path("key"), access: .guardedByFolder) }
    }

    @Test(arguments: [0o600, 0o400])
    func `a key that its owner alone can read is taken`(_ mode: Int) throws {
        try folder.write("key", pattern(32), mode: mode)
        #expect(throws: Never.self) { try MasterKey.load(folder.path("key")) }
    }

    @Test(arguments: [0, 1, 31, 33, 64, 65_536])
    func `a key of another length is refused, and the file left as it is`(_ length: Int) throws {
        try folder.write("key", pattern(length))
        #expect(code { _ = try MasterKey.load(folder.path("key")) } == .keyWrongLength)
        #expect(code { _ = try MasterKey.loadOrCreate(folder.path("key")) } == .keyWrongLength)
        #expect(try folder.read("key") == pattern(length))
        if length < 1000 { #expect(code { _ = try MasterKey(bytes: pattern(length)) } == .keyWrongLength) }
    }

    @Test func `what is missing or no file is refused as that`() throws {
        try folder.makeDirectory("directory")
        #expect(code { _ = try MasterKey.load(folder.path("absent")) } == .keyMissing)
        #expect(code { _ = try MasterKey.load(folder.path("directory")) } == .keyNotAFile)
        #expect(code { _ = try MasterKey.loadOrCreate(folder.path("directory")) } == .keyNotAFile)
        #expect(code { _ = try MasterKey.loadOrCreate(folder.path("no/such/key")) } == .keyUnreadable)
        #expect(try folder.names() == ["directory"])
    }

    @Test func `a key is shown nowhere`() throws {
        let bytes = Array("0123456789abcdefghijklmnopqrstuv".utf8)
        let key = try MasterKey(bytes: bytes)
        var dumped = ""
        dump([key], to: &dumped)
        customDump(key, to: &dumped)
        let texts = ["\(key)", String(reflecting: key), String(describing: [key]), dumped]
        for text in texts { #expect(!text.contains("0123456789") && !text.contains("48, 49")) }
    }
}

@Suite struct KeyringTests {
    let master = MasterKey.random()
    let code: GiftCardCode

    init() throws { code = try GiftCardCode(reading: "abcd1234efgh5678") }

    @Test func `a ring goes to the ledger and back, in any order`() throws {
        let ring = try Keyring.create(master).rotated().rotated()
        #expect(ring.wrapped.map(\.purpose) == [.hash, .sealing, .sealing, .sealing])
        #expect(ring.wrapped.map(\.id) == [1, 2, 3, 4])
        let again = try Keyring(unwrapping: ring.wrapped.reversed(), master: master)
        #expect(again.wrapped == ring.wrapped)
        #expect(again.hash(code, shop: "a.myshopify.com") == ring.hash(code, shop: "a.myshopify.com"))
        #expect(again.sealingKeyID == 4)
    }

    @Test func `the wrong master key is told so`() throws {
        let wrapped = try Keyring.create(master).wrapped
        let error = fault { _ = try Keyring(unwrapping: wrapped, master: .random()) }
        #expect(error?.code == .wrongMasterKey)
        #expect(error?.description.hasPrefix("this key does not belong to this ledger") == true)
    }

    @Test func `a wrapped key with any bit changed, cut off, or under another id or purpose is refused`() throws {
        let wrapped = try Keyring.create(master).wrapped
        let (hash, sealing) = (wrapped[0], wrapped[1])
        for index in sealing.bytes.indices {
            var bytes = sealing.bytes
            bytes[index] ^= 1
            let changed = WrappedKey(id: 2, purpose: .sealing, bytes: bytes)
            #expect(Self.code { _ = try Keyring(unwrapping: [hash, changed], master: master) } == .wrongMasterKey)
            let cut = WrappedKey(id: 2, purpose: .sealing, bytes: Array(bytes.prefix(index)))
            #expect(Self.code { _ = try Keyring(unwrapping: [hash, cut], master: master) } == .wrongMasterKey)
        }
        let others = [
            [hash, WrappedKey(id: 3, purpose: .sealing, bytes: sealing.bytes)],
            [hash, WrappedKey(id: 1, purpose: .sealing, bytes: hash.bytes)],
            [WrappedKey(id: 2, purpose: .hash, bytes: sealing.bytes), sealing],
        ]
        for keys in others {
            #expect(Self.code { _ = try Keyring(unwrapping: keys, master: master) } == .wrongMasterKey)
        }
    }

    @Test func `a ring without hash key, without sealing key or with two hash keys is incomplete`() throws {
        let wrapped = try Keyring.create(master).wrapped
        for keys in [[], [wrapped[0]], [wrapped[1]], [wrapped[0], wrapped[0], wrapped[1]], wrapped + [wrapped[1]]] {
            #expect(Self.code { _ = try Keyring(unwrapping: keys, master: master) } == .keyringIncomplete)
        }
    }

    @Test func `rotating leaves the hashes as they were`() throws {
        let ring = try Keyring.create(master)
        let rotated = try ring.rotated()
        #expect(rotated.hash(code, shop: "shop") == ring.hash(code, shop: "shop"))
        #expect(Array(rotated.wrapped.prefix(2)) == ring.wrapped)
        #expect(rotated.wrapped.count == 3)
    }

    @Test func `a hash differs by ledger, shop and code, and not by the shop's case`() throws {
        let (ring, other) = (try Keyring.create(master), try Keyring.create(master))
        let key = ring.hash(code, shop: "one.myshopify.com")
        #expect(key == ring.hash(code, shop: "One.MyShopify.COM"))
        #expect(key != other.hash(code, shop: "one.myshopify.com"))
        #expect(key != ring.hash(code, shop: "two.myshopify.com"))
        #expect(key != ring.hash(try GiftCardCode(reading: "abcd1234efgh5679"), shop: "one.myshopify.com"))
    }

    @Test func `no shop and code read as another shop and code`() throws {
        let ring = try Keyring.create(master)
        let one = ring.hash(try GiftCardCode(reading: "abcdefgh1"), shop: "shop")
        let other = ring.hash(try GiftCardCode(reading: "bcdefgh1"), shop: "shopa")
        #expect(one != other)
    }

    @Test func `the hash is the HMAC-SHA256 that another program computes`() throws {
        // hmac.new(bytes(range(32)), b"\x00\x04" + b"shop" + b"abcd1234", "sha256").hexdigest()[:32]
        let key = Array(UInt8(0)..<32)
        let ring = try Keyring(hashKey: key, master: master)
        let hash = ring.hash(try GiftCardCode(reading: "ABCD-1234"), shop: "Shop")
        #expect(hash.description == "086a01324d197ffd781210501d9a7adb")
    }

    @Test func `a key of the ledger goes round as bytes, ordered as they are`() throws {
        let ring = try Keyring.create(master)
        let keys = try (0..<200).map { ring.hash(try GiftCardCode(reading: "abcdefgh\($0)"), shop: "s") }
        for key in keys {
            #expect(key.bytes.count == 16)
            #expect(CodeKey(bytes: key.bytes) == key)
        }
        #expect(Set(keys).count == 200)
        #expect(keys.sorted().map(\.bytes) == keys.map(\.bytes).sorted { $0.lexicographicallyPrecedes($1) })
        #expect(CodeKey(bytes: [UInt8](repeating: 1, count: 15)) == nil)
        #expect(CodeKey(bytes: [UInt8](repeating: 1, count: 17)) == nil)
    }

    @Test func `neither codes nor keys are in what a ring shows`() throws {
        let ring = try Keyring(hashKey: Array("0123456789abcdefghijklmnopqrstuv".utf8), master: master)
        var dumped = ""
        dump(ring, to: &dumped)
        customDump(ring, to: &dumped)
        dump(ring.hash(code, shop: "s"), to: &dumped)
        for text in ["\(ring)", String(reflecting: ring), dumped, "\(ring.hash(code, shop: "s"))"] {
            #expect(!text.contains("0123456789") && !text.contains("48, 49") && !text.contains("abcd1234"))
        }
    }

    private static func code(_ body: () throws -> Void) -> SealingError.Code? { fault(body)?.code }
}

@Suite struct SHA256DigestTests {
    @Test func `the digests are those of FIPS 180-2`() throws {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(SHA256Digest(of: []).hex == empty)
        #expect(SHA256Digest(of: Array("abc".utf8)).hex == abc)
        #expect(SHA256Digest(of: Array("abc".utf8)).short == "ba7816bf")
        #expect(SHA256Digest(hex: abc.uppercased()) == SHA256Digest(of: Array("abc".utf8)))
    }

    @Test func `pieces make no difference, and a digest can be asked for on the way`() {
        var digester = Digester()
        #expect(digester.finish() == SHA256Digest(of: []))
        for byte in Array("abc".utf8) { digester.update([byte]) }
        #expect(digester.finish() == SHA256Digest(of: Array("abc".utf8)))
        var copy = digester
        copy.update([1])
        #expect(copy.finish() != digester.finish())
    }

    @Test(arguments: ["", "ab", String(repeating: "g", count: 64), String(repeating: "a", count: 63), "+f"])
    func `what isn't 64 hexadecimal digits is no digest`(_ text: String) { #expect(SHA256Digest(hex: text) == nil) }
}

@Suite struct SealingErrorTests {
    @Test(arguments: SealingError.Code.allCases)
    func `every code says what is wrong and what to do, in one line`(_ code: SealingError.Code) {
        let text = SealingError(code, path: "var/a\nb", number: 2).description
        #expect(text.contains("; "))
        #expect(text.contains(#""var/a\nb""#))
        #expect(!text.contains("\n"))
        #expect(SealingError(code).codeName == code.rawValue)
    }
}
