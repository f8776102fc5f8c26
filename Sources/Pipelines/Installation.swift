import Foundation
public import Ledgers
public import Logging
public import Sealing

/// What every run of one installation shares: where it remembers, where it works, and what it is given from outside.
public struct Installation: Sendable {
    /// Eight hexadecimal digits that tell this installation from others on the same shop; kept in the ledger.
    public let name: String
    /// Remembers every step.
    public let ledger: any Ledger
    /// Where the runs' sealed files lie.
    public let workspace: Workspace
    /// Seals files and hashes codes.
    public internal(set) var keyring: Keyring
    /// Time and chance.
    public let clock: PipelineClock
    /// Places where a test may kill the process.
    public let crashPoints: CrashPoints
    /// Tells a person how far long work is.
    public let progress: ProgressReporter
    /// What is counted and known of drops and shops.
    public let meters: RemoteMeters
    /// For messages that belong to no run.
    public let logger: Logger

    /// Gathers the parts of an installation.
    public init(
        name: String,
        ledger: any Ledger,
        workspace: Workspace,
        keyring: Keyring,
        clock: PipelineClock = .system,
        crashPoints: CrashPoints = CrashPoints(environment: [:]),
        progress: ProgressReporter = .silent,
        meters: RemoteMeters = RemoteMeters(),
        logger: Logger
    ) {
        self.name = name
        self.ledger = ledger
        self.workspace = workspace
        self.keyring = keyring
        self.clock = clock
        self.crashPoints = crashPoints
        self.progress = progress
        self.meters = meters
        self.logger = logger
    }
}

/// Time and chance, given from outside so that a test can set them.
public struct PipelineClock: Sendable {
    /// Milliseconds since 1970, by the wall clock: for history, and for what people are promised in hours.
    public var now: @Sendable () -> Int64
    /// The clock that nobody can set.
    public var boot: @Sendable () -> BootTime
    /// Waits; throws when cancelled.
    public var sleep: @Sendable (Duration) async throws -> Void
    /// A number from 0 up to 1, for spreading retries.
    public var random: @Sendable () -> Double

    /// Gathers the clocks.
    public init(
        now: @escaping @Sendable () -> Int64,
        boot: @escaping @Sendable () -> BootTime,
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        random: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.boot = boot
        self.sleep = sleep
        self.random = random
    }

    /// The machine's clocks.
    public static let system = PipelineClock(
        now: { Int64(wallClock().timeIntervalSince1970 * 1000) },
        boot: { BootTime.now() },
        sleep: { try await Task.sleep(for: $0) },
        random: { Double.random(in: 0..<1) }
    )

    /// The machine's clocks, with the wall clock set off.
    public static func system(setOffBy offset: Duration) -> PipelineClock {
        var clock = system
        let milliseconds = offset.components.seconds * 1000
        clock.now = { system.now() + milliseconds }
        return clock
    }

    private static func wallClock() -> Date { Date() }
}

/// How far a long piece of work is, for a person who watches.
public struct ProgressReporter: Sendable {
    /// Tells what is being done on which run, and how much of how much is done, where that is known.
    public var report: @Sendable (_ run: RunID, _ doing: String, _ done: Int, _ total: Int?) -> Void
    /// Tells how many of a pipeline's files are at their end, and how many there are in this sweep.
    public var reportFiles: @Sendable (_ pipeline: String, _ done: Int, _ total: Int) -> Void

    /// Reports to closures.
    public init(
        files: @escaping @Sendable (String, Int, Int) -> Void = { _, _, _ in },
        _ report: @escaping @Sendable (RunID, String, Int, Int?) -> Void
    ) {
        (self.report, reportFiles) = (report, files)
    }

    /// Tells nobody.
    public static let silent = ProgressReporter { _, _, _, _ in }
}
