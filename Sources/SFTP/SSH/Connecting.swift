import FileDrops

/// Makes connections: through the jump hosts, with the host key checked before anything is said of the user.
struct Connecting {
    let timeouts: SFTPTimeouts

    /// Connects to a server and logs in there.
    func logIn(at server: SSHServer, through jumps: ArraySlice<SSHServer>) throws(RemoteFailure) -> SSHTransport {
        let key = try server.login.loadKey()
        let transport = try verified(server, through: jumps)
        let deadline = Deadline(in: timeouts.connect)
        try Login(transport: transport, user: server.user, deadline: deadline, key: key)(server.login)
        return transport
    }

    /// The key that a server shows when it is asked for one of this type; `nil` when it can't be read.
    ///
    /// Throws a failure with `offeredHostKeys` when it has none.
    func shownKey(
        of type: String,
        at host: String,
        _ port: Int,
        through jumps: ArraySlice<SSHServer>
    ) throws(RemoteFailure) -> HostKey? {
        HostKey(blob: try shakeHands(with: host, port, through: jumps, asking: [type]).hostKeyBlob)
    }

    /// Connects, and makes sure that the server is the one that is known.
    private func verified(_ server: SSHServer, through jumps: ArraySlice<SSHServer>) throws(RemoteFailure)
        -> SSHTransport
    {
        let trusted: TrustedKeys
        do throws(HostKeyRefusal) {
            trusted = try server.hostKeys.trustedKeys(host: server.host, port: server.port)
        } catch {
            throw .connection(error.code, error.words)
        }
        // A fingerprint doesn't tell of which type its key is, and a server shows one key at a time.
        let questions = trusted.pins.isEmpty ? [trusted.types] : trusted.types.map { [$0] }
        var refusal: RemoteFailure?
        for types in questions {
            do throws(RemoteFailure) {
                return try judged(server, through: jumps, asking: types, by: trusted)
            } catch  where error.offeredHostKeys != nil {
                refusal = refusal ?? error
            } catch  where error.code == .hostKeyChanged && !trusted.pins.isEmpty {
                refusal = error
            } catch {
                // A server may refuse more connections to one who never logs in (PerSourcePenalties of OpenSSH 9.8): the key is what was wrong.
                throw refusal?.code == .hostKeyChanged ? refusal ?? error : error
            }
        }
        guard let refusal, refusal.offeredHostKeys != nil else { throw refusal ?? Self.noQuestion }
        // It has no key of a known type: which it has, a person wants to see beside the known ones.
        return try judged(server, through: jumps, asking: HostKey.preferredTypes, by: trusted)
    }

    private static let noQuestion = RemoteFailure.connection(.hostKeyUnknown, "no key of the server is known")

    private func judged(
        _ server: SSHServer,
        through jumps: ArraySlice<SSHServer>,
        asking types: [String],
        by trusted: TrustedKeys
    ) throws(RemoteFailure) -> SSHTransport {
        let transport = try shakeHands(with: server.host, server.port, through: jumps, asking: types)
        try judge(transport, by: trusted)
        return transport
    }

    private func judge(_ transport: SSHTransport, by trusted: TrustedKeys) throws(RemoteFailure) {
        guard let key = HostKey(blob: transport.hostKeyBlob) else {
            throw .connection(.hostKeyUnknown, "\(transport.peer) shows a key that can't be read")
        }
        do throws(HostKeyRefusal) {
            try trusted.judge(key)
        } catch {
            throw .connection(error.code, error.words)
        }
    }

    private func shakeHands(
        with host: String,
        _ port: Int,
        through jumps: ArraySlice<SSHServer>,
        asking types: [String]
    ) throws(RemoteFailure) -> SSHTransport {
        let carrier: any Carrier
        if let last = jumps.last {
            let transport = try logIn(at: last, through: jumps.dropLast())
            carrier = try SSHChannel.forwarding(to: host, port, on: transport, until: Deadline(in: timeouts.connect))
        } else {
            carrier = try Socket(host: host, port: port, until: Deadline(in: timeouts.connect))
        }
        return try SSHTransport(
            on: carrier,
            peer: "\(host):\(port)",
            keyTypes: types,
            until: Deadline(in: timeouts.connect)
        )
    }
}
