import Crypto
import CryptoExtras
import FoundationEssentials

/// What is kept of a password: enough to know it again, and nothing to get it back from.
///
/// As text: `scrypt$15$8$3$‹salt›$‹hash›`: the binary logarithm of N, then r and p, then 16 and 32 bytes in hexadecimal digits. scrypt is RFC 7914; N = 2^15,
/// r = 8, p = 3 take 32 MiB and about a third of a second.
public struct PasswordHash: Sendable, Equatable {
    private let cost: Int
    private let blockSize: Int
    private let parallelism: Int
    private var salt: [UInt8]
    private var hash: [UInt8]

    /// The fewest characters that a new password may have.
    public static let shortestPassword = 12

    /// Hashes a new password with a random salt.
    ///
    /// - Throws: `SealingError` with `.passphraseTooShort` and `.io`.
    public init(of password: Secret) throws(SealingError) {
        guard password.reveal().count >= Self.shortestPassword else {
            throw SealingError(.passphraseTooShort, detail: "\(password.reveal().count) characters")
        }
        let salt = SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }
        try self.init(of: password, cost: 15, blockSize: 8, parallelism: 3, salt: salt)
    }

    private init(of password: Secret, cost: Int, blockSize: Int, parallelism: Int, salt: [UInt8])
        throws(SealingError)
    {
        (self.cost, self.blockSize, self.parallelism, self.salt) = (cost, blockSize, parallelism, salt)
        do {
            hash = try KDF.Scrypt.deriveKey(
                from: Array(password.reveal().utf8),
                salt: salt,
                outputByteCount: 32,
                rounds: 1 << cost,
                blockSize: blockSize,
                parallelism: parallelism
            ).withUnsafeBytes { Array($0) }
        } catch {
            throw SealingError(.io, detail: "hashing a password: \(error)")
        }
    }

    /// Reads a hash as `text` writes it; `nil` for anything else, and for parameters that are too weak or would take too much memory.
    public init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 6, parts[0] == "scrypt", let cost = Int(parts[1]), let blockSize = Int(parts[2]),
            let parallelism = Int(parts[3]), let salt = Hexadecimal.bytes(parts[4]),
            let hash = Hexadecimal.bytes(parts[5]), (14...18).contains(cost), (8...16).contains(blockSize),
            (1...8).contains(parallelism), (16...64).contains(salt.count), hash.count == 32
        else { return nil }
        (self.cost, self.blockSize, self.parallelism) = (cost, blockSize, parallelism)
        (self.salt, self.hash) = (salt, hash)
    }

    /// The hash as it stands in a configuration.
    public var text: String {
        "scrypt$\(cost)$\(blockSize)$\(parallelism)$\(Hexadecimal.text(salt))$\(Hexadecimal.text(hash))"
    }

    /// Whether to compare a password with the other takes as much work.
    public func takesAsLong(as other: PasswordHash) -> Bool {
        (cost, blockSize, parallelism) == (other.cost, other.blockSize, other.parallelism)
    }

    /// A hash that takes as much work to compare with, and that no password has.
    public func decoy() -> PasswordHash {
        var decoy = self
        decoy.salt = SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }
        decoy.hash = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        return decoy
    }

    /// Whether a password is the one that was hashed; takes as long for a wrong one.
    public func matches(_ password: Secret) -> Bool {
        guard
            let other = try? PasswordHash(
                of: password,
                cost: cost,
                blockSize: blockSize,
                parallelism: parallelism,
                salt: salt
            )
        else { return false }
        return zip(hash, other.hash).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

extension Secret {
    /// Whether it is another secret, found out in the same time whatever the answer.
    public func isSame(as other: Secret) -> Bool {
        // Digests differ in their first bytes or not at all, so how long a comparison takes tells nothing of the text.
        SHA256Digest(of: Array(reveal().utf8)) == SHA256Digest(of: Array(other.reveal().utf8))
    }
}
