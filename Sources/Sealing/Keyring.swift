public import Commerce
import Crypto

/// The keys of one ledger: one for hashing codes, which never changes, and those for sealing files, of which the newest seals.
public struct Keyring: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The keys as the ledger keeps them, ordered by id.
    public let wrapped: [WrappedKey]

    private let master: MasterKey
    private let hashing: HMAC<SHA256>
    private let sealing: [UInt32: SymmetricKey]
    private let current: UInt32

    /// Makes the keys of a new ledger.
    ///
    /// - Throws: `SealingError` with `.io`, which can only be a fault of the system.
    public static func create(_ master: MasterKey) throws(SealingError) -> Keyring {
        let keys = [
            try WrappedKey(wrapping: SymmetricKey(size: .bits256), id: 1, purpose: .hash, by: master),
            try WrappedKey(wrapping: SymmetricKey(size: .bits256), id: 2, purpose: .sealing, by: master),
        ]
        return try Keyring(unwrapping: keys, master: master)
    }

    /// A ring with a hash key that is known, for tests.
    init(hashKey: [UInt8], master: MasterKey) throws(SealingError) {
        let keys = [
            try WrappedKey(wrapping: SymmetricKey(data: hashKey), id: 1, purpose: .hash, by: master),
            try WrappedKey(wrapping: SymmetricKey(size: .bits256), id: 2, purpose: .sealing, by: master),
        ]
        try self.init(unwrapping: keys, master: master)
    }

    /// Unwraps the keys of a ledger, given in any order.
    ///
    /// - Throws: `SealingError` with `.wrongMasterKey` if one of them wasn't wrapped by this key, `.keyringIncomplete` unless there are just one
    ///   hash key and at least one sealing key, each with an id of its own.
    public init(unwrapping keys: [WrappedKey], master: MasterKey) throws(SealingError) {
        var hash: SymmetricKey?
        var sealing: [UInt32: SymmetricKey] = [:]
        for key in keys {
            switch key.purpose {
            case .hash:
                guard hash == nil else { throw SealingError(.keyringIncomplete, detail: "there are two hash keys") }
                hash = try key.unwrapped(by: master)
            case .sealing:
                sealing[key.id] = try key.unwrapped(by: master)
            }
        }
        guard let hash else { throw SealingError(.keyringIncomplete, detail: "there is no hash key") }
        guard let current = sealing.keys.max() else {
            throw SealingError(.keyringIncomplete, detail: "there is no sealing key")
        }
        guard Set(keys.map(\.id)).count == keys.count else {
            throw SealingError(.keyringIncomplete, detail: "two keys have one id")
        }
        wrapped = keys.sorted { $0.id < $1.id }
        self.master = master
        hashing = HMAC<SHA256>(key: hash)
        self.sealing = sealing
        self.current = current
    }

    /// The same keys and a new one that seals from now on; the others still open what they sealed.
    ///
    /// It counts once its `wrapped` keys are in the ledger: nothing may be sealed with it before.
    /// - Throws: `SealingError` with `.io`, which can only be a fault of the system.
    public func rotated() throws(SealingError) -> Keyring {
        let id = (wrapped.map(\.id).max() ?? current) + 1
        let key = try WrappedKey(wrapping: SymmetricKey(size: .bits256), id: id, purpose: .sealing, by: master)
        return try Keyring(unwrapping: wrapped + [key], master: master)
    }

    /// The ring with the keys that a ledger holds by now, under the same master key.
    ///
    /// - Throws: as `init(unwrapping:master:)`.
    public func holding(_ keys: [WrappedKey]) throws(SealingError) -> Keyring {
        keys == wrapped ? self : try Keyring(unwrapping: keys, master: master)
    }

    /// The same keys without the sealing keys that no longer seal; what is still sealed with one of those is lost.
    ///
    /// - Throws: nothing that can happen to keys which are unwrapped already.
    public func retired() throws(SealingError) -> Keyring {
        try Keyring(unwrapping: wrapped.filter { $0.purpose == .hash || $0.id == current }, master: master)
    }

    /// The id of the key that seals now.
    public var sealingKeyID: UInt32 { current }

    /// What a card is known by: HMAC-SHA256 over the length of the shop's name, the name and the code, of which the first half is kept.
    ///
    /// - Parameters:
    ///   - code: the code.
    ///   - shop: the shop's own myshopify domain; its case doesn't matter. Its length is two bytes, so no shop and code read as another shop and code.
    /// - Returns: 16 bytes, the same for the same shop and code as long as the ledger lives.
    public func hash(_ code: GiftCardCode, shop: String) -> CodeKey {
        var message: [UInt8] = [0, 0]
        message.reserveCapacity(2 + shop.utf8.count + code.secret.utf8.count)
        for byte in shop.utf8 { message.append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte) }
        message[0] = UInt8(truncatingIfNeeded: shop.utf8.count >> 8)
        message[1] = UInt8(truncatingIfNeeded: shop.utf8.count)
        message += code.secret.utf8
        var state = hashing
        state.update(data: message)
        return state.finalize().withUnsafeBytes { CodeKey(prefixOf: $0) }
    }

    // MARK: For sealed files

    /// The key of one file, from a sealing key and the file's salt.
    func fileKey(id: UInt32, salt: [UInt8]) -> SymmetricKey? {
        sealing[id].map { key in
            HKDF<SHA256>.deriveKey(
                inputKeyMaterial: key,
                salt: salt,
                info: Array("dropline sealed file 1".utf8),
                outputByteCount: 32
            )
        }
    }

    /// How many keys there are, and nothing of them.
    public var description: String { "keyring of \(wrapped.count) keys, \(Secret.redacted)" }
    /// How many keys there are, and nothing of them.
    public var debugDescription: String { description }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
