import FileDrops
import Glibc

/// A TCP connection that never blocks.
final class Socket: Carrier {
    let descriptor: Int32
    private(set) var hasEnded = false
    private(set) var breakage: String?
    private var isClosed = false

    /// Connects to a host's addresses one after another, until one answers.
    ///
    /// The look-up of the name takes as long as the system's resolver allows (resolv.conf(5): usually 10 seconds), whatever the deadline.
    init(host: String, port: Int, until deadline: Deadline) throws(RemoteFailure) {
        let addresses = try Self.addresses(of: host, port: port)
        var failure = RemoteFailure.connection(.unreachable, "\(host) has no address")
        for (index, address) in addresses.enumerated() {
            do throws(RemoteFailure) {
                descriptor = try Self.connect(address, host, port, until: deadline.share(of: addresses.count - index))
                return
            } catch {
                failure = error
            }
        }
        throw failure
    }

    deinit { close() }

    func wait(for events: Int32, until deadline: Deadline) -> Bool { deadline.wait(for: events, on: descriptor) }

    func send(_ bytes: UnsafeRawBufferPointer) -> Int {
        outcome(Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)))
    }

    func receive(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = outcome(recv(descriptor, buffer.baseAddress, buffer.count, 0))
        if count == 0 { hasEnded = true }
        return count
    }

    private func outcome(_ result: Int) -> Int {
        guard result < 0 else { return result }
        let number = errno
        guard number != EAGAIN, number != EWOULDBLOCK, number != EINTR else { return Int(-EAGAIN) }
        hasEnded = true
        breakage = String(cString: strerror(number))
        return Int(-number)
    }

    func endSending() { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        _ = Glibc.close(descriptor)
    }

    private struct Address {
        let family: Int32
        let bytes: [UInt8]
    }

    private static func addresses(of host: String, port: Int) throws(RemoteFailure) -> [Address] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_family = AF_UNSPEC
        hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let result = getaddrinfo(host, String(port), &hints, &list)
        guard result == 0 else {
            throw .connection(
                .unreachable,
                "the name \(host) can't be looked up: \(String(cString: gai_strerror(result)))"
            )
        }
        defer { freeaddrinfo(list) }
        return sequence(first: list, next: { $0?.pointee.ai_next }).compactMap { entry in
            guard let entry, let address = entry.pointee.ai_addr else { return nil }
            let bytes = UnsafeRawBufferPointer(start: address, count: Int(entry.pointee.ai_addrlen))
            return Address(family: entry.pointee.ai_family, bytes: Array(bytes))
        }
    }

    private static func connect(
        _ address: Address,
        _ host: String,
        _ port: Int,
        until deadline: Deadline
    ) throws(RemoteFailure) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.family, kind, 0)
        guard descriptor >= 0 else { throw Self.refused(host, port, errno) }
        do throws(RemoteFailure) {
            let started = address.bytes.withUnsafeBytes { bytes in
                Glibc.connect(
                    descriptor,
                    bytes.assumingMemoryBound(to: sockaddr.self).baseAddress,
                    socklen_t(bytes.count)
                )
            }
            if started != 0 {
                guard errno == EINPROGRESS else { throw Self.refused(host, port, errno) }
                while !deadline.slice.wait(for: Int32(POLLOUT), on: descriptor) {
                    guard !deadline.isPast, !Task.isCancelled else {
                        throw .connection(
                            .timedOut,
                            "\(host):\(port) took no TCP connection within \(deadline.allowed)"
                        )
                    }
                }
                var number: Int32 = 0
                var length = socklen_t(MemoryLayout<Int32>.size)
                getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &length)
                guard number == 0 else { throw Self.refused(host, port, number) }
            }
        } catch {
            _ = Glibc.close(descriptor)
            throw error
        }
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, socklen_t(MemoryLayout<Int32>.size))
        return descriptor
    }

    private static func refused(_ host: String, _ port: Int, _ number: Int32) -> RemoteFailure {
        let code = number == ETIMEDOUT ? FileDropError.Code.timedOut : .unreachable
        return .connection(code, "\(host):\(port): \(String(cString: strerror(number)))")
    }
}
