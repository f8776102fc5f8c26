import CLibSSH2
import FileDrops

/// What is said where a server and the library have no algorithm in common.
extension SSHTransport {
    /// Why the two agree on nothing: in what, and what each has; the library's own words where the server's offer could not be read.
    func noAgreement(_ result: Int32) -> RemoteFailure {
        guard let offer = KeyExchangeOffer(in: greeting) else {
            return .connection(
                .notSupported,
                "\(peer) and \(Self.library) agree on no algorithms: \(words(of: result))"
            )
        }
        let gaps = KeyExchangeOffer.Choice.allCases.filter { Set(supported($0.method)).isDisjoint(with: offer[$0]) }
        guard gaps.isEmpty else {
            // What goes one way usually goes the other way too.
            let told = gaps.filter { gap in gaps.first { $0.words == gap.words } == gap }
            let words = told.map { gap in
                "no \(gap.words) in common: the server offers \(Self.list(offer[gap])); the library has \(Self.list(supported(gap.method)))"
            }
            var failure = RemoteFailure.connection(
                .notSupported,
                "\(peer) and \(Self.library) have " + words.joined(separator: ", and ")
            )
            failure.hint =
                gaps == [.hostKey]
                ? HostKey.hint(forOffer: offer[.hostKey])
                : "have the server offer one that the library has, or run Dropline with a newer libssh2: docs/configuration.md, 'Algorithms'"
            if gaps == [.hostKey] { failure.offeredHostKeys = offer[.hostKey] }
            return failure
        }
        guard Set(askedKeys).isDisjoint(with: offer[.hostKey]) else {
            return .connection(
                .notSupported,
                "\(peer) and \(Self.library) agree on no algorithms: \(words(of: result))"
            )
        }
        var failure = RemoteFailure.connection(
            .notSupported,
            "\(peer) has no host key of the types that it was asked for, \(Self.list(askedKeys)); it offers \(Self.list(offer[.hostKey]))"
        )
        failure.offeredHostKeys = offer[.hostKey]
        failure.hint = HostKey.hint(forOffer: offer[.hostKey])
        return failure
    }

    /// The library can check none of the types that were to be asked for.
    func noCheckableKey(_ types: [String]) -> RemoteFailure {
        var failure = RemoteFailure.connection(
            .notSupported,
            "\(Self.library) can't check host keys of the types \(types.joined(separator: ", "))"
        )
        failure.offeredHostKeys = []
        failure.hint = HostKey.hint(forOffer: types)
        return failure
    }

    private static let library = "libssh2 \(LibSSH2.version)"

    /// A server's list may be as long as it likes.
    private static func list(_ names: [String]) -> String {
        names.isEmpty ? "none" : ShownText.shortened(ShownText.escaped(names.joined(separator: ", ")))
    }
}

extension HostKey {
    /// What to do where a server's host keys are of these types and can't be checked.
    static func hint(forOffer types: [String]) -> String {
        let isRSA = !types.isEmpty && types.allSatisfy { ["ssh-rsa", "rsa-sha2-256", "rsa-sha2-512"].contains($0) }
        guard isRSA, !LibSSH2.signsRSAWithSHA2 else {
            return "`dropline host-key` shows which keys the server has; add one that can be checked"
        }
        return
            "its only host key is RSA, which needs libssh2 1.11 or newer: have the server add an ed25519 key, or run Dropline with a newer libssh2"
            + " (docs/configuration.md, 'Algorithms')"
    }
}

extension KeyExchangeOffer.Choice {
    /// The library's number for it.
    fileprivate var method: Int32 {
        switch self {
        case .keyExchange: LIBSSH2_METHOD_KEX
        case .hostKey: LIBSSH2_METHOD_HOSTKEY
        case .cipherToServer: LIBSSH2_METHOD_CRYPT_CS
        case .cipherToClient: LIBSSH2_METHOD_CRYPT_SC
        case .macToServer: LIBSSH2_METHOD_MAC_CS
        case .macToClient: LIBSSH2_METHOD_MAC_SC
        }
    }
}
