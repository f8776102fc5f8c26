import CLibSSH2
import Glibc

/// Where the bytes go that libssh2 sends and receives.
///
/// A session calls these functions in place of send(2) and recv(2) (libssh2_session_callback_set(3)), for its own descriptor and for that of an
/// SSH agent. They answer as those do, errors as `-errno`, and raise no SIGPIPE.
extension SSHTransport {
    /// Makes the session send and receive through its carrier.
    func carryBytes() {
        libssh2_session_abstract(session)?.pointee = Unmanaged.passUnretained(self).toOpaque()
        clibssh2_set_transport(
            session,
            { descriptor, bytes, count, _, abstract in
                guard let transport = SSHTransport.owner(abstract) else { return Int(-EBADF) }
                return transport.send(UnsafeRawBufferPointer(start: bytes, count: count), to: descriptor)
            },
            { descriptor, bytes, count, _, abstract in
                guard let transport = SSHTransport.owner(abstract) else { return Int(-EBADF) }
                return transport.receive(UnsafeMutableRawBufferPointer(start: bytes, count: count), from: descriptor)
            }
        )
    }

    /// The transport whose session a callback of libssh2 concerns.
    static func owner(_ abstract: UnsafeMutablePointer<UnsafeMutableRawPointer?>?) -> SSHTransport? {
        abstract?.pointee.map { Unmanaged<SSHTransport>.fromOpaque($0).takeUnretainedValue() }
    }

    private func send(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int {
        guard descriptor != carrier.descriptor else { return carrier.send(bytes) }
        guard agentAnswers(for: POLLOUT, on: descriptor) else { return Int(-ETIMEDOUT) }
        let result = Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        return result < 0 ? Int(-errno) : result
    }

    private func receive(_ buffer: UnsafeMutableRawBufferPointer, from descriptor: Int32) -> Int {
        guard descriptor != carrier.descriptor else {
            let count = carrier.receive(into: buffer)
            if !isGreeted, count > 0, greeting.count < KeyExchangeOffer.longest {
                greeting += UnsafeRawBufferPointer(rebasing: buffer[..<count])
            }
            return count
        }
        guard agentAnswers(for: POLLIN, on: descriptor) else { return Int(-ETIMEDOUT) }
        let result = recv(descriptor, buffer.baseAddress, buffer.count, 0)
        return result < 0 ? Int(-errno) : result
    }

    /// Waits for an agent, whose socket blocks; one that asks a person for leave may take its time.
    private func agentAnswers(for events: Int32, on descriptor: Int32) -> Bool {
        guard let agentDeadline, agentDeadline.wait(for: events, on: descriptor) else {
            agentIsSilent = true
            return false
        }
        return true
    }
}
