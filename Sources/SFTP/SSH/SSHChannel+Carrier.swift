import FileDrops
import Glibc

/// A channel to another host carries the bytes of the connection to that host.
extension SSHChannel: Carrier {
    /// How many bytes may wait to be sent through the jump host.
    private static let mostWaiting = 1 << 20

    var descriptor: Int32 { transport.carrier.descriptor }

    func send(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard !isBroken else { return Int(-EPIPE) }
        guard outgoing.count < Self.mostWaiting else { return Int(-EAGAIN) }
        outgoing.append(bytes)
        return moveForCarried() ? bytes.count : Int(-ECONNRESET)
    }

    func receive(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        if incoming.isEmpty, !moveForCarried() { return Int(-ECONNRESET) }
        guard incoming.isEmpty else { return incoming.take(into: buffer) }
        return hasEnded ? 0 : Int(-EAGAIN)
    }

    func wait(for events: Int32, until deadline: Deadline) throws(RemoteFailure) -> Bool {
        // What came in while something was sent is here already, and no descriptor tells of it again.
        if events & Int32(POLLIN) != 0, !incoming.isEmpty { return true }
        while try !move() {
            if hasEnded { return true }
            do {
                try transport.wait("carrying another connection", until: deadline)
            } catch  where error.code == .timedOut {
                return false
            }
        }
        return true
    }

    func endSending() {
        _ = try? move()
        isBroken = true
    }

    func close() { transport.close() }

    /// Moves bytes; what goes wrong on the way is for the carried connection a connection that was reset.
    private func moveForCarried() -> Bool {
        guard !isBroken else { return false }
        do throws(RemoteFailure) {
            _ = try move()
            return true
        } catch {
            isBroken = true
            if case .words(let words) = error.cause { breakage = words }
            return false
        }
    }
}
