import FileDrops

/// Why a server's key wasn't accepted.
struct HostKeyRefusal: Error, Equatable, Sendable {
    /// The ways not to be trusted.
    enum Kind: Sendable, CaseIterable {
        /// No key of the server is known.
        case unknown
        /// Other keys are known than the one shown.
        case changed
        /// The key shown must never be accepted.
        case revoked
        /// There is no file of known hosts.
        case noKnownHostsFile
        /// The file of known hosts can't be read; nothing was judged.
        case unreadableKnownHosts
    }

    let kind: Kind
    /// The facts, unescaped: which key was shown, and which are known where.
    ///
    /// What to do is for the error's advice.
    let words: String

    init(_ kind: Kind, words: String) {
        self.kind = kind
        self.words = words
    }

    /// How a drop reports it, with the words as its cause.
    var code: FileDropError.Code {
        switch kind {
        case .unknown, .noKnownHostsFile: .hostKeyUnknown
        case .unreadableKnownHosts: .knownHostsUnusable
        case .changed: .hostKeyChanged
        case .revoked: .hostKeyRevoked
        }
    }
}
