import Dispatch
import Foundation
import Glibc

/// Tells systemd how the service is, as sd_notify(3) describes it: datagrams to the socket that `NOTIFY_SOCKET` names.
///
/// Without one it says nothing.
struct SystemdNotifier: Sendable {
    private let socketPath: String?
    /// How often systemd wants to hear that the service is alive (sd_watchdog_enabled(3)); `nil` when it doesn't.
    let watchdog: Duration?

    init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        socketPath = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
        let isOurs = environment["WATCHDOG_PID"].map { $0 == "\(getpid())" } ?? true
        watchdog = environment["WATCHDOG_USEC"].flatMap(Int64.init).flatMap { microseconds in
            isOurs && microseconds > 0 ? .microseconds(microseconds) : nil
        }
    }

    /// Sends assignments, a line each: `READY=1`.
    ///
    /// That nobody listens is no fault of the service.
    func send(_ state: String) {
        guard let socketPath else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // The name of an abstract socket begins with a zero byte, for which `@` stands (unix(7)).
        var name = Array(socketPath.utf8)
        let isAbstract = name[0] == UInt8(ascii: "@")
        if isAbstract { name[0] = 0 }
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let length = MemoryLayout<sockaddr_un>.offset(of: \.sun_path).map { $0 + name.count + (isAbstract ? 0 : 1) }
        let bytes = Array(state.utf8)
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), pointer, socklen_t(length ?? 0))
            }
        }
    }

    /// `CLOCK_MONOTONIC` in microseconds, as `RELOADING=1` wants it.
    static func monotonicMicroseconds() -> Int64 {
        // libdispatch's uptime is CLOCK_MONOTONIC on Linux.
        Int64(DispatchTime.now().uptimeNanoseconds / 1000)
    }
}
