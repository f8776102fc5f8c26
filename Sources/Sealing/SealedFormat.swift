import Crypto
import FoundationEssentials

/// How a sealed file is laid out.
///
/// | Bytes | What |
/// |---|---|
/// | 4 | `DLS` and the version, 2 |
/// | 4 | id of the sealing key, big-endian |
/// | 32 | salt, random |
/// | each 65,536 + 16 | chunks: AES-256-GCM ciphertext and tag; the last has 1 to 65,536 bytes of plaintext, or none if the file is empty |
///
/// - Key: HKDF-SHA256 of the sealing key and the salt, info `dropline sealed file 1`; so each file has its own, and nonces can count.
/// - Nonce: three zero bytes, the chunk's number from 0 (8 bytes, big-endian), and 1 for the last chunk, else 0.
/// - Additional data: the 40 bytes of the header, and the file's `SealedPlace`. In version 1, which is still read, the header alone.
///
/// So a chunk opens only in its place, in its file, as the last or not: what is cut off, swapped, left out, added or changed is found; and a file of
/// version 2 opens only where it was sealed for. (The construction is STREAM of Hoang, Reyhanitabar, Rogaway and Vizár, as `age` has it:
/// https://age-encryption.org/v1)
struct SealedFormat {
    private static let word: [UInt8] = Array("DLS".utf8)
    static let magic = word + [version]
    static let version: UInt8 = 2
    /// The first version, whose files name no place.
    static let placeless: UInt8 = 1
    static let saltLength = 32
    static let headerLength = magic.count + 4 + saltLength
    static let chunkLength = 65_536
    static let tagLength = 16

    let header: [UInt8]
    private let additionalData: [UInt8]
    private let key: SymmetricKey
    private var chunk: UInt64 = 0

    /// Begins a new file with a salt of its own.
    init(_ place: SealedPlace, keyring: Keyring) throws(SealingError) {
        let id = keyring.sealingKeyID
        let salt = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        guard let key = keyring.fileKey(id: id, salt: salt) else { throw SealingError(.sealKeyGone) }
        header = Self.magic + (0..<4).map { UInt8(truncatingIfNeeded: id >> (24 - 8 * $0)) } + salt
        additionalData = header + place.additionalData
        self.key = key
    }

    /// Reads the header of a file.
    init(header: [UInt8], _ place: SealedPlace, keyring: Keyring) throws(SealingError) {
        let path = place.file
        guard let version = Self.version(header) else { throw SealingError(.sealUnknown, path: path) }
        guard header.count == Self.headerLength else { throw SealingError(.sealDamaged, path: path) }
        let id = Self.keyID(header)
        guard let key = keyring.fileKey(id: id, salt: Array(header[8...])) else {
            throw SealingError(.sealKeyGone, path: path, detail: "key \(id)")
        }
        self.header = header
        additionalData = version == Self.placeless ? header : header + place.additionalData
        self.key = key
    }

    /// The version that a header names; `nil` for one that is not known, and for what is no sealed file.
    static func version(_ header: [UInt8]) -> UInt8? {
        guard header.starts(with: word), header.count > word.count else { return nil }
        let version = header[word.count]
        return version == placeless || version == Self.version ? version : nil
    }

    /// The id of the sealing key that a header names.
    static func keyID(_ header: [UInt8]) -> UInt32 { header[4..<8].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }

    /// The next chunk as it stands in the file.
    mutating func seal(_ plain: [UInt8], isLast: Bool) throws -> Data {
        let box = try AES.GCM.seal(plain, using: key, nonce: nonce(isLast), authenticating: additionalData)
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
        let plain = try AES.GCM.open(box, using: key, authenticating: additionalData)
        chunk += 1
        return Array(plain)
    }

    /// Goes back to the first chunk.
    mutating func rewind() { chunk = 0 }

    private func nonce(_ isLast: Bool) throws -> AES.GCM.Nonce {
        let number = (0..<8).map { UInt8(truncatingIfNeeded: chunk >> (56 - 8 * UInt64($0))) }
        return try AES.GCM.Nonce(data: [0, 0, 0] + number + [isLast ? 1 : 0])
    }
}
