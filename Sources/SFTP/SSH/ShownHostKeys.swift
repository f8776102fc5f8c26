import FileDrops

/// Asks a server for its host keys, one connection for each type that libssh2 can check; nobody logs in there.
///
/// What it shows is not to be trusted before a person has compared it.
/// - Parameters:
///   - host: the host's name or address.
///   - port: its TCP port.
///   - jumps: the servers on the way, the nearest first; their own keys must be known, for they are logged in at.
///   - timeouts: how long the servers are waited for.
/// - Returns: the keys, in the order in which they would be preferred.
/// - Throws: `FileDropError` with `.unreachable`, `.timedOut`, `.connectionLost`; `.notSupported` when it shows no key that can be checked.
public func shownHostKeys(
    host: String,
    port: Int,
    jumps: [SSHServer],
    timeouts: SFTPTimeouts
) async throws -> [HostKey] {
    try await HostKeyInquiry(host).keys(host, port, jumps, timeouts)
}

/// Waits for servers on a thread of its own.
private actor HostKeyInquiry {
    private nonisolated let executor: QueueExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ host: String) { executor = QueueExecutor(label: "dropline.host-keys.\(host)") }

    func keys(
        _ host: String,
        _ port: Int,
        _ jumps: [SSHServer],
        _ timeouts: SFTPTimeouts
    ) throws(FileDropError) -> [HostKey] {
        var keys: [HostKey] = []
        do throws(RemoteFailure) {
            for type in HostKey.preferredTypes {
                let key = try Connecting(timeouts: timeouts).shownKey(of: type, at: host, port, through: jumps[...])
                if let key { keys.append(key) }
            }
        } catch {
            throw FileDropError(error.code, doing: "asking \(host):\(port) for its host keys", cause: error.cause)
        }
        guard !keys.isEmpty else {
            throw FileDropError(
                .notSupported,
                doing: "asking \(host):\(port) for its host keys",
                cause: .words(
                    "it shows none that libssh2 \(LibSSH2.version) can check; an RSA key alone needs libssh2 1.11"
                )
            )
        }
        return keys
    }
}
