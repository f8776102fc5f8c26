import Crypto
import CryptoExtras
import FoundationEssentials
import Glibc

/// A master key in a file that a passphrase opens, to be kept apart from the ledger.
///
/// | Bytes | What |
/// |---|---|
/// | 4 | `DLB` and the version, 1 |
/// | 4 | scrypt: the binary logarithm of N, then r, p and 0 |
/// | 32 | salt, random |
/// | 12 + n + 16 | AES-256-GCM under the key that scrypt derives: nonce, ciphertext, tag. The plaintext is the master key's 32 bytes and the installation's name; the 40 bytes before are
/// additional data |
/// | 32 | SHA-256 of all before, so that damage is told from a wrong passphrase |
///
/// scrypt is RFC 7914; N = 2^17, r = 8, p = 1 take 128 MiB and about half a second a try.
public struct KeyBackup: Sendable {
    /// The key.
    public let master: MasterKey
    /// The name of the installation whose key it is.
    public let installation: String

    /// The fewest characters that a passphrase may have when a backup is made.
    public static let shortestPassphrase = 12

    /// Puts a key and its installation's name together.
    public init(master: MasterKey, installation: String) {
        (self.master, self.installation) = (master, installation)
    }

    private static let magic: [UInt8] = Array("DLB".utf8) + [1]
    private static let saltLength = 32
    private static let headerLength = magic.count + 4 + saltLength
    private static let digestLength = 32
    private static let mostBytes = 4096

    // MARK: Writing

    /// Writes the backup to a new file of mode 0600.
    ///
    /// - Throws: `SealingError` with `.targetExists` for any entry of that name, which stays as it is; `.passphraseTooShort`, `.io`, `.noSpace`.
    public func write(to path: String, passphrase: Secret) throws(SealingError) {
        guard passphrase.reveal().count >= Self.shortestPassphrase else {
            throw SealingError(.passphraseTooShort, detail: "\(passphrase.reveal().count) characters")
        }
        try LocalFile.writeNew(path, try sealed(by: passphrase))
    }

    func sealed(by passphrase: Secret) throws(SealingError) -> [UInt8] {
        let salt = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        let header = Self.magic + [17, 8, 1, 0] + salt
        let plain = master.key.withUnsafeBytes { Array($0) } + Array(installation.utf8)
        do {
            let key = try Self.key(of: passphrase, header: header)
            guard let box = try AES.GCM.seal(plain, using: key, authenticating: header).combined else {
                throw SealingError(.io, detail: "sealing the key")
            }
            let bytes = header + box
            return bytes + SHA256Digest(of: bytes).bytes
        } catch {
            throw SealingError(.io, detail: "sealing the key: \(error)")
        }
    }

    // MARK: Reading

    /// Reads and opens a backup.
    ///
    /// - Throws: `SealingError` with `.backupUnreadable`, `.backupUnknown` (no backup, or of a later version), `.backupDamaged`, `.wrongPassphrase`.
    public static func read(_ path: String, passphrase: Secret) throws(SealingError) -> KeyBackup {
        let bytes: [UInt8]
        do throws(LocalFile.Failure) {
            bytes = try LocalFile(path, flags: O_RDONLY | O_NONBLOCK | O_NOCTTY).read(upTo: mostBytes)
        } catch {
            throw SealingError(.backupUnreadable, path: path, number: error.number)
        }
        return try opened(bytes, passphrase: passphrase, path: path)
    }

    static func opened(_ bytes: [UInt8], passphrase: Secret, path: String) throws(SealingError) -> KeyBackup {
        guard bytes.starts(with: magic) else { throw SealingError(.backupUnknown, path: path) }
        let content = bytes.dropLast(digestLength)
        guard content.count > headerLength, SHA256Digest(of: Array(content)).bytes == Array(bytes.suffix(digestLength))
        else { throw SealingError(.backupDamaged, path: path) }
        let header = Array(content.prefix(headerLength))
        guard (10...20).contains(header[4]), (1...16).contains(header[5]), (1...4).contains(header[6]) else {
            throw SealingError(.backupUnknown, path: path, detail: "its scrypt parameters are out of range")
        }
        let plain: [UInt8]
        do {
            let box = try AES.GCM.SealedBox(combined: content.dropFirst(headerLength))
            let key = try key(of: passphrase, header: header)
            plain = Array(try AES.GCM.open(box, using: key, authenticating: header))
        } catch {
            throw SealingError(.wrongPassphrase, path: path)
        }
        guard plain.count > MasterKey.byteCount else { throw SealingError(.backupUnknown, path: path) }
        return KeyBackup(
            master: try MasterKey(bytes: Array(plain.prefix(MasterKey.byteCount))),
            installation: String(decoding: plain.dropFirst(MasterKey.byteCount), as: UTF8.self)
        )
    }

    private static func key(of passphrase: Secret, header: [UInt8]) throws -> SymmetricKey {
        try KDF.Scrypt.deriveKey(
            from: Array(passphrase.reveal().utf8),
            salt: Array(header.dropFirst(magic.count + 4)),
            outputByteCount: 32,
            rounds: 1 << Int(header[4]),
            blockSize: Int(header[5]),
            parallelism: Int(header[6])
        )
    }

    // MARK: The passphrase

    /// The passphrase in a file that only its owner can read, without the line breaks at its end.
    ///
    /// - Throws: `SealingError` with `.passphraseUnreadable`, also when others can read the file, or it is empty or no UTF-8.
    public static func passphrase(inFile path: String) throws(SealingError) -> Secret {
        let (bytes, mode): ([UInt8], mode_t)
        do throws(LocalFile.Failure) {
            let file = try LocalFile(path, flags: O_RDONLY | O_NONBLOCK | O_NOCTTY)
            mode = try file.information().st_mode
            bytes = mode & S_IFMT == S_IFREG ? try file.read(upTo: mostBytes) : []
        } catch {
            throw SealingError(.passphraseUnreadable, path: path, number: error.number)
        }
        guard mode & S_IFMT == S_IFREG, mode & 0o077 == 0 else {
            throw SealingError(.passphraseUnreadable, path: path, detail: "others can read it")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SealingError(.passphraseUnreadable, path: path, detail: "it is not UTF-8")
        }
        var passphrase = text[...]
        while passphrase.last?.isNewline == true { passphrase.removeLast() }
        guard !passphrase.isEmpty else { throw SealingError(.passphraseUnreadable, path: path, detail: "it is empty") }
        return Secret(String(passphrase))
    }
}
