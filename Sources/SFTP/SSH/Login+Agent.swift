import CLibSSH2
import FileDrops
import Glibc

extension Login {
    /// Tries the keys that an SSH agent holds, in its order.
    func byAgent(_ methods: String) throws(RemoteFailure) {
        guard let agent = libssh2_agent_init(transport.session) else { throw .connection(.io, "libssh2 has no memory") }
        transport.agentDeadline = deadline
        transport.agentIsSilent = false
        defer {
            libssh2_agent_disconnect(agent)
            libssh2_agent_free(agent)
            transport.agentDeadline = nil
        }
        guard libssh2_agent_connect(agent) == 0 else {
            let words = "no SSH agent answers at SSH_AUTH_SOCK; start one and add the key with ssh-add"
            throw .connection(.loginUnusable, words)
        }
        guard libssh2_agent_list_identities(agent) == 0 else { throw unusable("lists no keys") }
        var tried = 0
        var triedRSA = false
        var identity: UnsafeMutablePointer<libssh2_agent_publickey>?
        while libssh2_agent_get_identity(agent, &identity, identity) == 0, let key = identity {
            tried += 1
            let blob = Array(UnsafeRawBufferPointer(start: key.pointee.blob, count: key.pointee.blob_len))
            if HostKey(blob: blob)?.type == "ssh-rsa" { triedRSA = true }
            let result = try transport.complete("logging in by agent", until: deadline) {
                libssh2_agent_userauth(agent, user, key)
            }
            if result == 0 { return }
            guard !transport.agentIsSilent else { throw unusable("signs nothing") }
            guard !transport.carrier.hasEnded else {
                let words =
                    "key \(tried) of the agent, which may have been one key too many: let the agent hold only what is needed"
                return try check(result, methods, refusing: words)
            }
        }
        guard tried > 0 else {
            throw .connection(.loginUnusable, "the SSH agent holds no key; add one with ssh-add")
        }
        let all = tried == 1 ? "the only key" : "all \(tried) keys"
        throw refused("\(all) of the agent\(triedRSA ? Self.aboutRSA : "")", methods)
    }

    private func unusable(_ what: String) -> RemoteFailure {
        let silent = "the SSH agent at SSH_AUTH_SOCK gave no answer within \(deadline.allowed)"
        return .connection(
            .loginUnusable,
            transport.agentIsSilent ? silent : "the SSH agent at SSH_AUTH_SOCK \(what); `ssh-add -l` tells why"
        )
    }
}
