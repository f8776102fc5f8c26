import Foundation
import Glibc

/// A moment on a clock that nobody can set: nanoseconds since a boot, and which boot.
///
/// Linux: `CLOCK_BOOTTIME`, "a nonsettable system-wide clock" (`clock_gettime(2)`), and `/proc/sys/kernel/random/boot_id`.
public struct BootTime: Sendable, Equatable {
    /// Which boot the moment belongs to.
    public var boot: String
    /// Nanoseconds since that boot.
    public var nanoseconds: Int64

    /// Names a moment.
    public init(boot: String, nanoseconds: Int64) {
        self.boot = boot
        self.nanoseconds = nanoseconds
    }

    /// The time since an earlier moment; `nil` when that was in another boot.
    public func since(_ earlier: BootTime) -> Duration? {
        guard boot == earlier.boot else { return nil }
        return .nanoseconds(nanoseconds - earlier.nanoseconds)
    }

    /// The moment now.
    public static func now() -> BootTime {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return BootTime(boot: currentBoot, nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    private static let currentBoot: String =
        (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8))?
        .trimmingCharacters(in: .whitespacesAndNewlines) ?? "unknown"
}
