import CLibSSH2
import FileDrops
import Glibc

/// An SSH connection on a carrier: key exchange, host key, login, channels.
///
/// It never blocks but where it waits until a deadline.
///
/// libssh2 holds one half-sent packet for a whole session, so after `LIBSSH2_ERROR_EAGAIN` with something left to send only that same call may follow.
/// Here it does: `complete` repeats one call until it is done, and when channels move bytes, `SSHChannel` keeps the rule.
final class SSHTransport {
    let session: OpaquePointer
    let carrier: any Carrier
    /// How the server is called in messages: `sftp.example.com:22`.
    let peer: String
    /// The answer for every question of a keyboard-interactive login, while it lasts.
    var answer: String?
    /// How many questions were answered.
    var questions = 0
    /// Until when an SSH agent is waited for, while it is asked.
    var agentDeadline: Deadline?
    /// Whether an agent gave no answer in time.
    var agentIsSilent = false
    /// The algorithms for host keys that the server is asked for.
    private(set) var askedKeys: [String] = []
    /// What the server has sent first, in clear, as long as hands are shaken.
    var greeting: [UInt8] = []
    /// Whether what comes belongs to the greeting.
    private(set) var isGreeted = false
    private var cancelledAt: ContinuousClock.Instant?

    /// Shakes hands on a carrier.
    ///
    /// Host keys of the given types are asked for, in this order; those that the library doesn't know are left out.
    /// - Throws: `.timedOut`, `.connectionLost`; `.notSupported` when the two have no algorithm in common; `.unreachable` when no SSH server is there.
    init(on carrier: any Carrier, peer: String, keyTypes: [String], until deadline: Deadline) throws(RemoteFailure) {
        guard LibSSH2.isReady, let session = libssh2_session_init_ex(nil, nil, nil, nil) else {
            throw .connection(.io, "libssh2 has no memory")
        }
        self.session = session
        self.carrier = carrier
        self.peer = peer
        libssh2_session_set_blocking(session, 0)
        carryBytes()
        try ask(for: keyTypes)
        try shakeHands(until: deadline)
    }

    deinit { close() }

    private var isClosed = false

    /// Says good-bye if that can be done at once, and frees everything.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        _ = libssh2_session_disconnect_ex(session, SSH_DISCONNECT_BY_APPLICATION, "done", "")
        // Freeing would go on sending; without the socket it can't.
        carrier.endSending()
        var tries = 0
        while libssh2_session_free(session) == LIBSSH2_ERROR_EAGAIN, tries < 100 { tries += 1 }
        carrier.close()
    }

    /// The blob of the key that the server has shown and proved to hold.
    var hostKeyBlob: [UInt8] {
        var length = 0
        var type: Int32 = 0
        guard let key = libssh2_session_hostkey(session, &length, &type) else { return [] }
        return Array(UnsafeRawBufferPointer(start: key, count: length))
    }

    /// What the server calls itself, without control characters: `SSH-2.0-OpenSSH_9.2`.
    var banner: String { libssh2_session_banner_get(session).map { String(cString: $0) } ?? "" }

    /// The cipher towards the server, as `aes256-ctr`.
    var cipher: String { libssh2_session_methods(session, LIBSSH2_METHOD_CRYPT_CS).map { String(cString: $0) } ?? "" }

    // MARK: Calls

    /// Repeats a call until it is done.
    ///
    /// - Returns: what the call returned: zero, a count, or an error other than `EAGAIN`.
    func complete(_ doing: String, until deadline: Deadline, _ call: () -> Int32) throws(RemoteFailure) -> Int32 {
        while true {
            let result = call()
            guard result == LIBSSH2_ERROR_EAGAIN else { return result }
            try wait(doing, until: deadline)
        }
    }

    /// Waits until libssh2 can go on.
    ///
    /// A task that is cancelled waits a moment longer for an answer that is on its way, and not for a server that hangs.
    func wait(_ doing: String, until deadline: Deadline) throws(RemoteFailure) {
        let directions = libssh2_session_block_directions(session)
        var events = Int32(POLLIN)
        if directions & LIBSSH2_SESSION_BLOCK_OUTBOUND != 0 { events |= Int32(POLLOUT) }
        if directions == LIBSSH2_SESSION_BLOCK_OUTBOUND { events = Int32(POLLOUT) }
        while true {
            try giveUpIfCancelled(doing)
            if try carrier.wait(for: events, until: deadline.slice) { return }
            guard !deadline.isPast else {
                throw .connection(.timedOut, "\(peer) gave no answer within \(deadline.allowed): \(doing)")
            }
        }
    }

    private func giveUpIfCancelled(_ doing: String) throws(RemoteFailure) {
        guard Task.isCancelled else {
            cancelledAt = nil
            return
        }
        let since = cancelledAt ?? .now
        cancelledAt = since
        guard since.duration(to: .now) < Self.lastPatience else {
            throw .connection(.connectionLost, "\(peer) gave no answer before Dropline was stopped: \(doing)")
        }
    }

    private static let lastPatience: Duration = .seconds(2)

    /// The failure that a result of libssh2 means, with the library's words.
    func failure(_ result: Int32, _ doing: String) -> RemoteFailure {
        let code: FileDropError.Code =
            switch result {
            case LIBSSH2_ERROR_SOCKET_NONE, LIBSSH2_ERROR_SOCKET_SEND, LIBSSH2_ERROR_SOCKET_RECV,
                LIBSSH2_ERROR_SOCKET_DISCONNECT,
                LIBSSH2_ERROR_CHANNEL_CLOSED, LIBSSH2_ERROR_CHANNEL_EOF_SENT:
                .connectionLost
            case LIBSSH2_ERROR_TIMEOUT, LIBSSH2_ERROR_SOCKET_TIMEOUT: .timedOut
            case LIBSSH2_ERROR_BANNER_RECV, LIBSSH2_ERROR_BANNER_SEND: .unreachable
            default: .io
            }
        return .connection(code, "\(peer), \(doing): \(words(of: result))")
    }

    /// What the library says of its last error.
    func words(of result: Int32) -> String {
        var text: UnsafeMutablePointer<CChar>?
        var length: Int32 = 0
        libssh2_session_last_error(session, &text, &length, 0)
        let words = text.map { String(cString: $0) } ?? ""
        return words.isEmpty ? "libssh2 error \(result)" : "\(words) (libssh2 error \(result))"
    }

    // MARK: Key exchange

    private func ask(for keyTypes: [String]) throws(RemoteFailure) {
        let offered = supported(LIBSSH2_METHOD_HOSTKEY)
        let names = keyTypes.flatMap(Self.algorithms).filter(offered.contains)
        guard !names.isEmpty else { throw noCheckableKey(keyTypes) }
        askedKeys = names
        _ = libssh2_session_method_pref(session, LIBSSH2_METHOD_HOSTKEY, names.joined(separator: ","))
    }

    private func shakeHands(until deadline: Deadline) throws(RemoteFailure) {
        let doing = "shaking hands"
        defer { (isGreeted, greeting) = (true, []) }
        let result = try complete(doing, until: deadline) { libssh2_session_handshake(session, carrier.descriptor) }
        switch result {
        case 0: return
        // It read what the server offers, whatever became of the connection then: many close it, for nothing can come of it.
        case LIBSSH2_ERROR_KEX_FAILURE: throw noAgreement(result)
        case _ where carrier.hasEnded:
            let why = carrier.breakage.map { ": \($0)" } ?? ""
            throw .connection(.connectionLost, "\(peer) closed the connection during the handshake\(why)")
        case LIBSSH2_ERROR_METHOD_NOT_SUPPORTED, LIBSSH2_ERROR_METHOD_NONE, LIBSSH2_ERROR_KEY_EXCHANGE_FAILURE:
            throw noAgreement(result)
        default: throw failure(result, doing)
        }
    }

    /// The signature algorithms that go with a type of key; RSA has SHA-2 forms since RFC 8332.
    private static func algorithms(of keyType: String) -> [String] {
        keyType == "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] : [keyType]
    }

    /// The algorithms that the library has for something, in its order.
    func supported(_ method: Int32) -> [String] {
        var list: UnsafeMutablePointer<UnsafePointer<CChar>?>?
        let count = libssh2_session_supported_algs(session, method, &list)
        guard count > 0, let list else { return [] }
        defer { libssh2_free(session, list) }
        return (0..<Int(count)).compactMap { index in list[index].map { String(cString: $0) } }
    }
}
