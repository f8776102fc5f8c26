import Crypto

/// HMAC-SHA1 (RFC 2104), for the hashed host names of OpenSSH's known_hosts alone (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT").
///
/// That file leaves no choice. SHA-1 only hides the names there, and the keys beside them are compared whole; use it for nothing else.
/// - Returns: 20 bytes.
public func hmacSHA1(of message: [UInt8], key: [UInt8]) -> [UInt8] {
    Array(HMAC<Insecure.SHA1>.authenticationCode(for: message, using: SymmetricKey(data: key)))
}
