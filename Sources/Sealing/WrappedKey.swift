import Crypto
import FoundationEssentials

/// A key of a ledger as the ledger keeps it: sealed by the master key, together with what it is for.
public struct WrappedKey: Hashable, Sendable {
    /// What a key is for.
    public enum Purpose: String, Sendable, CaseIterable {
        /// Keyed hashes of codes; it never changes.
        case hash
        /// Files of the workspace; the one with the highest id seals, the others only open.
        case sealing
    }

    /// Its number, one to each key of a ledger.
    public let id: UInt32

    /// What it is for.
    public let purpose: Purpose

    /// The sealed key: 12 bytes nonce, 32 bytes, 16 bytes tag of AES-GCM, with purpose and id as additional data.
    public let bytes: [UInt8]

    /// Takes a key from the ledger.
    public init(id: UInt32, purpose: Purpose, bytes: [UInt8]) {
        self.id = id
        self.purpose = purpose
        self.bytes = bytes
    }

    init(wrapping key: SymmetricKey, id: UInt32, purpose: Purpose, by master: MasterKey) throws(SealingError) {
        do {
            let plain = key.withUnsafeBytes { Array($0) }
            let box = try AES.GCM.seal(plain, using: master.key, authenticating: Self.context(id, purpose))
            guard let combined = box.combined else { throw SealingError(.io, detail: "wrapping a key") }
            self.init(id: id, purpose: purpose, bytes: Array(combined))
        } catch {
            throw SealingError(.io, detail: "wrapping a key: \(error)")
        }
    }

    func unwrapped(by master: MasterKey) throws(SealingError) -> SymmetricKey {
        do {
            let box = try AES.GCM.SealedBox(combined: bytes)
            let plain = try AES.GCM.open(box, using: master.key, authenticating: Self.context(id, purpose))
            guard plain.count == MasterKey.byteCount else { throw SealingError(.wrongMasterKey) }
            return SymmetricKey(data: plain)
        } catch {
            throw SealingError(.wrongMasterKey, detail: "the \(purpose.rawValue) key \(id) can't be unwrapped")
        }
    }

    private static func context(_ id: UInt32, _ purpose: Purpose) -> [UInt8] {
        Array("dropline key 1 \(purpose.rawValue) \(id)".utf8)
    }
}
