import Glibc
import Synchronization

/// Named places where a test can make the process die as if by `kill -9`.
///
/// `DROPLINE_CRASH_AT=bulk-import.intended` dies the first time that the place is reached, `…:3` the third time. In release builds nothing
/// happens at any place.
public final class CrashPoints: Sendable {
    private let name: String?
    private let remaining: Mutex<Int>

    /// Reads which place is meant, if any, from the environment.
    public init(environment: [String: String]) {
        let parts = (environment["DROPLINE_CRASH_AT"] ?? "").split(separator: ":")
        name = parts.first.map(String.init)
        remaining = Mutex(parts.count > 1 ? Int(parts[1]) ?? 1 : 1)
    }

    /// Says that a place has been reached.
    public func reach(_ place: @autoclosure () -> String) {
        #if DEBUG
            guard let name, name == place() else { return }
            let isDue = remaining.withLock { count in
                count -= 1
                return count == 0
            }
            if isDue { kill(getpid(), SIGKILL) }
        #endif
    }
}
