import Sealing

/// A private key as it was given, and what can be known of it without its passphrase.
///
/// Nothing shows its bytes.
struct PrivateKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The key for libssh2: for the forms that it reads, lines of 64 characters with nothing around them, however they were given.
    let bytes: [UInt8]
    /// The file; `nil` for a key that was given as text.
    let path: String?
    let format: Format
    /// What kind of key it is, as `ssh-ed25519`, where that can be known; `ecdsa` if the curve can't.
    let type: String?
    /// The fingerprint of its public half, which only OpenSSH's form holds in the clear.
    let fingerprint: String?
    /// What it is encrypted with, by the name that the form has for it; `nil` if it isn't, or if that can't be known.
    let cipher: String?
    /// How a passphrase becomes the cipher's key, by the name that OpenSSH has for it.
    let kdf: String?
    let isEncrypted: Bool

    /// How the key is written.
    enum Format: Hashable, Sendable {
        /// OpenSSH's own: `BEGIN OPENSSH PRIVATE KEY` (PROTOCOL.key of OpenSSH).
        case openSSH
        /// OpenSSL's older ones: `BEGIN RSA PRIVATE KEY` (RFC 8017, appendix A.1.2), `BEGIN EC PRIVATE KEY` (RFC 5915), `BEGIN DSA PRIVATE KEY`.
        case pem
        /// `BEGIN PRIVATE KEY` and `BEGIN ENCRYPTED PRIVATE KEY` (RFC 5958).
        case pkcs8
        /// One that libssh2 doesn't read.
        case other(Foreign)
    }

    /// What may be found in place of a private key that can be used.
    enum Foreign: Hashable, Sendable {
        case puTTY, sshCom, protocolOne, publicKey, certificate, empty, damaged, severalKeys, unknown
    }

    /// Form and kind, and nothing of the key.
    var description: String { "private key (\(type ?? "of unknown kind"), \(format)), \(Secret.redacted)" }
    /// Form and kind, and nothing of the key.
    var debugDescription: String { description }
    /// A mirror without children.
    var customMirror: Mirror { Mirror(self, children: []) }
}
