/// Why a call failed on its way to a server or back, in words for a person.
///
/// The errors of the libraries below never come through: some hold files of the build, some the address, which may be a secret.
public struct NetworkFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure it is.
    public enum Kind: Sendable, CaseIterable {
        /// The host's name leads nowhere.
        case unknownName
        /// No connection came about.
        case noConnection
        /// The server's certificate is not to be believed; that does not change by itself.
        case certificate
        /// The certificates that are to be believed can't be read; that does not change by itself.
        case trustedRoots
        /// TLS could not be agreed upon, for another reason than a certificate.
        case tls
        /// The server took too long.
        case timeout
        /// The connection ended early.
        case closed
        /// What came is no answer.
        case answer
        /// Something else, on this machine or on the way.
        case other
    }

    /// What kind of failure it is.
    public let kind: Kind
    /// The server, without anything else of the address: `shop.example.com`, `127.0.0.1:8443`.
    public let server: String
    /// What it does, has or is, as the end of a sentence that begins with the server: `refuses the connection`.
    public let words: String
    /// What a person does next, as a sentence without its end; `nil` where waiting is all.
    public let cure: String?

    init(_ kind: Kind, _ server: Server, _ words: String, cure: String? = nil) {
        (self.kind, self.server, self.words, self.cure) = (kind, server.shown, words, cure)
    }

    /// `shop.example.com refuses the connection`.
    public var description: String { "\(server) \(words)" }

    /// Whether nothing can have been sent.
    public var isBeforeSending: Bool {
        switch kind {
        case .unknownName, .noConnection, .certificate, .trustedRoots, .tls: true
        case .timeout, .closed, .answer, .other: false
        }
    }

    /// Whether trying again is of no use before a person has done something.
    public var isLasting: Bool { kind == .certificate || kind == .trustedRoots }
}
