import CLibSSH2
import FileDrops

/// The library itself: its version, and what it can do at run time, whatever header it was built with.
enum LibSSH2 {
    /// Sets up the library, once in a process; libssh2_init(3) is not safe on several threads.
    static let isReady = libssh2_init(0) == 0

    /// As `1.10.0`.
    static let version: String = libssh2_version(0).map { String(cString: $0) } ?? "unknown"

    /// Whether RSA keys sign with SHA-2 (RFC 8332): from 1.11 on.
    ///
    /// Servers since OpenSSH 8.8 refuse RSA with SHA-1 (its release notes).
    static let signsRSAWithSHA2 = libssh2_version(0x01_0B00) != nil

    /// The lengths of C texts are bytes, not characters.
    static func length(_ text: String) -> UInt32 { UInt32(text.utf8.count) }
}
