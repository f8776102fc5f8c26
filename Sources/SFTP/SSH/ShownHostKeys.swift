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
        let doing = "asking \(host):\(port) for its host keys"
        var keys: [HostKey] = []
        var refusal: RemoteFailure?
        do throws(RemoteFailure) {
            for type in HostKey.preferredTypes {
                do throws(RemoteFailure) {
                    let connecting = Connecting(timeouts: timeouts)
                    let key = try connecting.shownKey(of: type, at: host, port, through: jumps[...])
                    if let key { keys.append(key) }
                } catch  where error.offeredHostKeys != nil {
                    refusal = error
                }
            }
        } catch {
            throw error.telling(doing)
        }
        guard keys.isEmpty else { return keys }
        throw (refusal ?? .connection(.notSupported, "it shows none that can be read")).telling(doing)
    }
}
