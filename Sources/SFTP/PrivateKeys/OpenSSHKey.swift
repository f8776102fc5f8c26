/// What OpenSSH's form of a private key tells in the clear (PROTOCOL.key of OpenSSH).
///
/// | What | How |
/// |---|---|
/// | `openssh-key-v1` and a zero byte | as it is |
/// | cipher, key derivation, its options | strings |
/// | how many keys | number; one, in practice |
/// | public key, private key | strings; the second is encrypted, and the tag of an authenticating cipher follows it |
struct OpenSSHKey {
    let cipher: String
    let kdf: String
    let count: UInt32
    /// The public half, as on the wire, and its kind.
    let publicKey: [UInt8]
    let type: String

    /// Reads a key from end to end.
    ///
    /// - Returns: `nil` for damaged bytes.
    init?(_ bytes: [UInt8]) {
        var parts = KeyBlob(bytes)
        guard parts.skip(Array("openssh-key-v1\0".utf8)), let cipher = parts.name(), let kdf = parts.name(),
            parts.string() != nil, let count = parts.number(), count > 0, let publicKey = parts.string()
        else { return nil }
        var publicParts = KeyBlob(publicKey)
        guard let type = publicParts.name() else { return nil }
        if count == 1 {
            guard let privateKey = parts.string(), privateKey.count >= 8 else { return nil }
            let isAuthenticating = cipher.contains("gcm") || cipher.contains("poly1305")
            guard parts.count == (isAuthenticating ? 16 : 0) else { return nil }
            // Two equal numbers begin the private part, so that a wrong passphrase shows; without one they must be equal as they stand.
            var numbers = KeyBlob(privateKey)
            guard cipher != "none" || numbers.number() == numbers.number() else { return nil }
        }
        guard (cipher == "none") == (kdf == "none") else { return nil }
        self.cipher = cipher
        self.kdf = kdf
        self.count = count
        self.publicKey = Array(publicKey)
        self.type = type
    }
}
