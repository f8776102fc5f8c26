public import Sealing

/// How a user logs in at a server.
public enum SSHLogin: Sendable {
    /// With a private key in OpenSSH's or PEM form: ed25519 and ECDSA; RSA from libssh2 1.11 on, or at servers that still take SHA-1.
    case key(PrivateKeySource, passphrase: Secret?)
    /// With a password.
    case password(Secret)
    /// With one answer for every question that the server asks (RFC 4256), as servers do that ask for the password this way.
    case keyboardInteractive(Secret)
    /// With the keys of the agent at `SSH_AUTH_SOCK`, in its order.
    case agent
}
