import CLibSSH2
import FileDrops
import Glibc
import Sealing

/// Logs a user in on a connection whose host key was checked.
struct Login {
    let transport: SSHTransport
    let user: String
    let deadline: Deadline
    /// The private key of a login by key.
    let key: PrivateKey?

    /// - Throws: `.loginRefused` when the server says no; `.loginUnusable` when the key can't be used.
    func callAsFunction(_ login: SSHLogin) throws(RemoteFailure) {
        // A server may ask for nothing at all; and what it asks for makes a refusal clearer.
        let methods = try offeredMethods()
        guard libssh2_userauth_authenticated(transport.session) == 0 else { return }
        switch login {
        case .key(_, let passphrase):
            guard let key else { preconditionFailure("the key is loaded before the server is called") }
            try byKey(key, passphrase, methods)
        case .password(let password): try byPassword(password, methods)
        case .keyboardInteractive(let answer): try byQuestions(answer, methods)
        case .agent: try byAgent(methods)
        }
    }

    private func offeredMethods() throws(RemoteFailure) -> String {
        var list: UnsafeMutablePointer<CChar>?
        let doing = "asking for the ways to log in"
        let result = try transport.complete(doing, until: deadline) {
            list = libssh2_userauth_list(transport.session, user, LibSSH2.length(user))
            guard list == nil, libssh2_userauth_authenticated(transport.session) == 0 else { return 0 }
            return libssh2_session_last_errno(transport.session)
        }
        if let list { return String(cString: list) }
        guard result == 0 else { throw transport.failure(result, doing) }
        return ""
    }

    private func byPassword(_ password: Secret, _ methods: String) throws(RemoteFailure) {
        let text = password.reveal()
        let result = try transport.complete("logging in", until: deadline) {
            libssh2_userauth_password_ex(
                transport.session,
                user,
                LibSSH2.length(user),
                text,
                LibSSH2.length(text),
                nil
            )
        }
        guard result != LIBSSH2_ERROR_PASSWORD_EXPIRED else {
            throw refused("the password has expired and must be changed at the server", methods)
        }
        try check(result, methods, refusing: "the password")
    }

    private func byKey(_ key: PrivateKey, _ passphrase: Secret?, _ methods: String) throws(RemoteFailure) {
        let text = passphrase?.reveal()
        // libssh2 1.10 takes the length and looks for a NUL byte all the same.
        let terminated = key.bytes + [0]
        let result = try transport.complete("logging in", until: deadline) {
            terminated.withUnsafeBytes { bytes in
                libssh2_userauth_publickey_frommemory(
                    transport.session,
                    user,
                    user.utf8.count,
                    nil,
                    0,
                    bytes.assumingMemoryBound(to: CChar.self).baseAddress,
                    bytes.count - 1,
                    text
                )
            }
        }
        // Other errors than these two are of the library, which could not make a signature with the key.
        let isAnswer = result == LIBSSH2_ERROR_AUTHENTICATION_FAILED || result == LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED
        guard result == 0 || isAnswer || transport.carrier.hasEnded else {
            throw .connection(.loginUnusable, key.words(whenUnreadable: passphrase != nil))
        }
        try check(result, methods, refusing: "the key\(key.type == "ssh-rsa" ? Self.aboutRSA : "")")
    }

    /// Before 1.11 libssh2 signs with RSA and SHA-1 only, which OpenSSH refuses since 8.8 (its release notes).
    static var aboutRSA: String {
        LibSSH2.signsRSAWithSHA2
            ? ""
            : "; libssh2 \(LibSSH2.version) signs for RSA keys with SHA-1 only, which servers refuse today:"
                + " use an ed25519 key (`ssh-keygen -t ed25519`), or libssh2 1.11 or newer"
    }

    // MARK: Answers

    /// What came of a login.
    ///
    /// libssh2 has one result for a server that says no and for a connection that breaks while it is waited for, so the connection is looked at.
    func check(_ result: Int32, _ methods: String, refusing what: String) throws(RemoteFailure) {
        guard result != 0 else { return }
        guard !transport.carrier.hasEnded else {
            let words =
                "\(transport.peer) closed the connection while \(user) logged in with \(what); some servers refuse so"
            throw .connection(.connectionLost, words)
        }
        guard result != LIBSSH2_ERROR_TIMEOUT else { throw transport.failure(result, "logging in") }
        throw refused(what, methods)
    }

    func refused(_ what: String, _ methods: String) -> RemoteFailure {
        let offer = methods.isEmpty ? "" : "; it offers \(ShownText.shortened(methods.replacing(",", with: ", ")))"
        return .connection(.loginRefused, "\(transport.peer) refuses \(user) with \(what)\(offer)")
    }
}

extension SSHLogin {
    /// The private key, if one is needed; what stands against its use is told before the server hears of it.
    func loadKey() throws(RemoteFailure) -> PrivateKey? {
        guard case .key(let source, let passphrase) = self else { return nil }
        let key: PrivateKey
        do throws(PrivateKeyFault) {
            key = try source.load()
        } catch {
            throw .connection(.loginUnusable, error.words)
        }
        guard let obstacle = key.obstacle(passphraseGiven: passphrase != nil) else { return key }
        throw .connection(.loginUnusable, obstacle)
    }
}
