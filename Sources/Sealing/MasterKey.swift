import Crypto
import Glibc

/// The key that wraps a ledger's keys: 32 random bytes in a file that only its owner can read.
///
/// Losing it loses the ledger. Nothing shows its bytes.
public struct MasterKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let key: SymmetricKey

    /// Who may be able to read the key file.
    public enum Access: Sendable {
        /// The owner alone.
        case ownerOnly
        /// Not looked at: for systemd's credentials, whose folder guards them and whose mode shows the mask of an access list.
        case guardedByFolder
    }

    /// How many bytes a key has.
    public static let byteCount = 32

    /// Takes a key from bytes.
    ///
    /// - Throws: `SealingError` with `.keyWrongLength` unless there are 32.
    public init(bytes: [UInt8]) throws(SealingError) {
        guard bytes.count == Self.byteCount else { throw SealingError(.keyWrongLength, detail: "\(bytes.count) bytes") }
        key = SymmetricKey(data: bytes)
    }

    /// A new random key, from the system's secure random numbers.
    public static func random() -> MasterKey { MasterKey(key: SymmetricKey(size: .bits256)) }

    /// Reads the key file.
    ///
    /// - Throws: `SealingError` with `.keyMissing`, `.keyExposed` (group or others have any right to it), `.keyWrongLength`, `.keyNotAFile`,
    ///   `.keyUnreadable`.
    public static func load(_ path: String, access: Access = .ownerOnly) throws(SealingError) -> MasterKey {
        let information: stat
        let bytes: [UInt8]
        do throws(LocalFile.Failure) {
            let file = try LocalFile(path, flags: O_RDONLY | O_NONBLOCK | O_NOCTTY)
            information = try file.information()
            bytes = information.st_mode & S_IFMT == S_IFREG ? try file.read(upTo: byteCount + 1) : []
        } catch {
            throw SealingError(error.number == ENOENT ? .keyMissing : .keyUnreadable, path: path, number: error.number)
        }
        guard information.st_mode & S_IFMT == S_IFREG else { throw SealingError(.keyNotAFile, path: path) }
        guard access == .guardedByFolder || information.st_mode & 0o077 == 0 else {
            let mode = String(information.st_mode & 0o7777, radix: 8)
            throw SealingError(.keyExposed, path: path, detail: "its mode is 0\(mode)")
        }
        guard bytes.count == byteCount else { throw SealingError(.keyWrongLength, path: path) }
        return MasterKey(key: SymmetricKey(data: bytes))
    }

    /// Reads the key file, or makes it with a random key and mode 0600.
    ///
    /// A file that exists is never changed. The new one appears whole, so that of two processes which both find none, both get the same key.
    /// - Throws: as `load`.
    public static func loadOrCreate(_ path: String) throws(SealingError) -> MasterKey {
        do {
            return try load(path)
        } catch let error where error.code == .keyMissing {
            try create(path)
            return try load(path)
        }
    }

    /// Writes a random key, unless another process was quicker.
    private static func create(_ path: String) throws(SealingError) {
        do throws(LocalFile.Failure) {
            try LocalFile.link(random().bytes, to: path)
        } catch {
            guard error.number != EEXIST else { return }
            throw SealingError(.keyUnreadable, path: path, number: error.number)
        }
    }

    /// Writes the key to a new file of mode 0600, as a restore does.
    ///
    /// - Throws: `SealingError` with `.targetExists` for any entry of that name, which stays as it is; `.noSpace`, `.io`.
    public func write(to path: String) throws(SealingError) { try LocalFile.writeNew(path, bytes) }

    /// Whether this is the same key.
    public func isSame(as other: MasterKey) -> Bool { key == other.key }

    private var bytes: [UInt8] { key.withUnsafeBytes { Array($0) } }

    private init(key: SymmetricKey) { self.key = key }

    /// `<redacted>`.
    public var description: String { Secret.redacted }
    /// `<redacted>`.
    public var debugDescription: String { Secret.redacted }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
