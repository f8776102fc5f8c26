public import Sealing

/// Where a private key is.
public enum PrivateKeySource: Sendable, Hashable {
    /// In a file that only its owner may read, or one of systemd's credentials.
    case file(path: String)
    /// In a text, as from an environment variable; line breaks may be written as `\n` or be lost.
    case text(Secret)
}
