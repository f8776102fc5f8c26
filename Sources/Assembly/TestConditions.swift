import Foundation
import Pipelines

/// What a test sets in the world of a process that it starts; in release builds nothing is ever set.
///
/// `DROPLINE_CRASH_AT` (see `CrashPoints`); `DROPLINE_CLOCK=+25h` or `-2h` sets the wall clock off, as a person or NTP would; `DROPLINE_LEASE=2s`
/// is how long a claim lasts without a renewal.
struct TestConditions {
    let crashPoints: CrashPoints
    let clock: PipelineClock
    let lease: Duration

    init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        crashPoints = CrashPoints(environment: environment)
        #if DEBUG
            lease = environment["DROPLINE_LEASE"].flatMap(Duration.init(configured:)) ?? Self.usualLease
            clock = Self.offset(environment["DROPLINE_CLOCK"]).map(PipelineClock.system(setOffBy:)) ?? .system
        #else
            (lease, clock) = (Self.usualLease, .system)
        #endif
    }

    private static let usualLease: Duration = .seconds(60)

    private static func offset(_ text: String?) -> Duration? {
        guard let text, let size = Duration(configured: String(text.dropFirst())) else { return nil }
        return text.hasPrefix("-") ? .zero - size : size
    }
}
