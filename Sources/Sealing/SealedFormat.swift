import Crypto
import FoundationEssentials

/// How a sealed file is laid out.
///
/// | Bytes | What |
/// |---|---|
/// | 4 | `DLS` and the version, 1 |
/// | 4 | id of the sealing key, big-endian |
/// | 32 | salt, random |
/// | each 65,536 + 16 | chunks: AES-256-GCM ciphertext and tag; the last has 1 to 65,536 bytes of plaintext, or none if the file is empty |
///
/// - Key: HKDF-SHA256 of the sealing key and the salt, info `dropline sealed file 1`; so each file has its own, and nonces can count.
/// - Nonce: three zero bytes, the chunk's number from 0 (8 bytes, big-endian), and 1 for the last chunk, else 0.
/// - Additional data: the 40 bytes of the header.
///
/// So a chunk opens only in its place, in its file, as the last or not: what is cut off, swapped, left out, added or changed is found. (The
/// construction is STREAM of Hoang, Reyhanitabar, Rogaway and Vizár, as `age` has it: https://age-encryption.org/v1)
struct SealedFormat {
    static let magic: [UInt8] = Array("DLS".utf8) + [1]
    static let saltLength = 32
    static let headerLength = magic.count + 4 + saltLength
    static let chunkLength = 65_536
    static let tagLength = 16

    let header: [UInt8]
    private let key: SymmetricKey
    private var chunk: UInt64 = 0

    /// Begins a new file with a salt of its own.
    init(keyring: Keyring) throws(SealingError) {
        let id = keyring.sealingKeyID
        let salt = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        guard let key = keyring.fileKey(id: id, salt: salt) else { throw SealingError(.sealKeyGone) }
        header = Self.magic + (0..<4).map { UInt8(truncatingIfNeeded: id >> (24 - 8 * $0)) } + salt
        self.key = key
    }

    /// Reads the header of a file.
    init(header: [UInt8], keyring: Keyring, path: String) throws(SealingError) {
        guard header.starts(with: Self.magic) else { throw SealingError(.sealUnknown, path: path) }
        guard header.count == Self.headerLength else { throw SealingError(.sealDamaged, path: path) }
        let id = Self.keyID(header)
        guard let key = keyring.fileKey(id: id, salt: Array(header[8...])) else {
            throw SealingError(.sealKeyGone, path: path, detail: "key \(id)")
        }
        self.header = header
        self.key = key
    }

    /// The id of the sealing key that a header names.
    static func keyID(_ header: [UInt8]) -> UInt32 { header[4..<8].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }

    /// The next chunk as it stands in the file.
    mutating func seal(_ plain: [UInt8], isLast: Bool) throws -> Data {
        let box = try AES.GCM.seal(plain, using: key, nonce: nonce(isLast), authenticating: header)
        chunk += 1
        guard let combined = box.combined else { throw SealingError(.io) }
        return combined.dropFirst(12)
    }

    /// The plaintext of the next chunk.
    mutating func open(_ sealed: ArraySlice<UInt8>, isLast: Bool) throws -> [UInt8] {
        let box = try AES.GCM.SealedBox(
            nonce: nonce(isLast),
            ciphertext: sealed.dropLast(Self.tagLength),
            tag: sealed.suffix(Self.tagLength)
        )
        let plain = try AES.GCM.open(box, using: key, authenticating: header)
        chunk += 1
        return Array(plain)
    }

    private func nonce(_ isLast: Bool) throws -> AES.GCM.Nonce {
        let number = (0..<8).map { UInt8(truncatingIfNeeded: chunk >> (56 - 8 * UInt64($0))) }
        return try AES.GCM.Nonce(data: [0, 0, 0] + number + [isLast ? 1 : 0])
    }
}
