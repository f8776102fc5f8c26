import Sealing
import Testing

struct PasswordHashTests {
    private let password = Secret("correct horse battery")

    @Test func `a password is known again by what is kept of it, and no other is`() throws {
        let hash = try PasswordHash(of: password)
        let read = try #require(PasswordHash(hash.text))
        #expect(read.matches(password))
        for other in ["correct horse batterY", "", "correct horse battery "] { #expect(!read.matches(Secret(other))) }
    }

    @Test func `the same password is never hashed to the same text`() throws {
        let (first, second) = (try PasswordHash(of: password).text, try PasswordHash(of: password).text)
        #expect(first != second)
        #expect(first.contains(/^scrypt\$15\$8\$3\$[0-9a-f]{32}\$[0-9a-f]{64}$/))
    }

    @Test func `a hash of RFC 7914's function is one, whoever made it`() throws {
        // Python: hashlib.scrypt(b"correct horse battery", salt=bytes(range(16)), n=2**15, r=8, p=3, maxmem=2**26, dklen=32)
        let text =
            "scrypt$15$8$3$000102030405060708090a0b0c0d0e0f$0544bf8d8dd15c894d51f54589bad74b59be66dc834b9ea4b286764a04a35254"
        let hash = try #require(PasswordHash(text))
        #expect(hash.matches(password))
    }

    @Test func `a short password is refused`() throws {
        let error = #expect(throws: SealingError.self) { try PasswordHash(of: Secret("eleven char")) }
        #expect(error?.code == .passphraseTooShort)
    }

    @Test(arguments: [
        "", "secret", "scrypt$15$8$3$00$00",
        "bcrypt$15$8$3$000102030405060708090a0b0c0d0e0f$" + String(repeating: "0", count: 64),
        "scrypt$4$8$3$000102030405060708090a0b0c0d0e0f$" + String(repeating: "0", count: 64),
        "scrypt$30$8$3$000102030405060708090a0b0c0d0e0f$" + String(repeating: "0", count: 64),
        "scrypt$15$8$3$0001$" + String(repeating: "0", count: 64),
        "scrypt$15$8$3$000102030405060708090a0b0c0d0e0f$" + String(repeating: "0", count: 62),
    ]) func `what is no hash, a weak one, or one that would fill the memory, is refused`(_ text: String) {
        #expect(PasswordHash(text) == nil)
    }
}
