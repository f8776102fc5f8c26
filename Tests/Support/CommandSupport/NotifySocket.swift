import Foundation
import Glibc

/// A datagram socket that listens as systemd does, at a path or under an abstract name.
public final class NotifySocket: Sendable {
    /// What `NOTIFY_SOCKET` is set to.
    public let name: String
    private let descriptor: Int32

    /// Binds a socket; `@…` is an abstract one.
    public init(_ name: String) throws {
        self.name = name
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(2 + bytes.count + (bytes.first == 0 ? 0 : 1))
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard result == 0 else { throw SupportError("can't bind \(name): \(String(cString: strerror(errno)))") }
    }

    deinit {
        close(descriptor)
        if !name.hasPrefix("@") { unlink(name) }
    }

    /// The next message, or `nil` when none is there.
    public func next() -> String? {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }

    /// Waits for a message that holds a text; those before it are dropped.
    @discardableResult
    public func wait(for text: String, within limit: Duration = .seconds(60)) async throws -> String {
        let end = ContinuousClock.now + limit
        var others: [String] = []
        while ContinuousClock.now < end {
            while let message = next() {
                if message.contains(text) { return message }
                others.append(message)
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw SupportError("waited in vain for \(text); got \(others)")
    }
}
