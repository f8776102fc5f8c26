import Foundation
import SeededRandom

/// How long something is soaked, and how often what goes wrong: chances are from 0 to 1, for each sweep.
///
/// A sweep is busy while a file that was dropped has not come to its end, and idle otherwise.
struct SoakOdds: Sendable {
    /// It ends after so many kills, or after so many sweeps.
    enum Length: Sendable { case kills(Int), sweeps(Int) }

    var length: Length
    var drop: Double
    var killBusy: Double
    var killIdle: Double
    /// A fault of the sandbox, when a file is dropped.
    var shopFault: Double
    var cutBusy: Double
    var cutIdle: Double
    var restartBusy: Double
    var restartIdle: Double
    /// That what is held is refused and not approved, once it is decided.
    var refusal = 0.5
    /// How long the sandbox's operations take.
    var operationSeconds: String

    /// Every sweep is killed, and files keep coming.
    static func kills(_ count: Int) -> SoakOdds {
        SoakOdds(
            length: .kills(count),
            drop: 0.4,
            killBusy: 1,
            killIdle: 1,
            shopFault: 0,
            cutBusy: 0,
            cutIdle: 0,
            restartBusy: 0,
            restartIdle: 0,
            operationSeconds: "0.2"
        )
    }

    /// Most sweeps are idle, as they are in use; one connection of a hundred fails, and more of them while there is something to lose.
    static func sweeps(_ count: Int) -> SoakOdds {
        SoakOdds(
            length: .sweeps(count),
            drop: 0.08,
            killBusy: 0.3,
            killIdle: 0.01,
            shopFault: 0.6,
            cutBusy: 0.3,
            cutIdle: 0.01,
            restartBusy: 0.1,
            restartIdle: 0.005,
            operationSeconds: "0.05"
        )
    }
}

/// What the environment asks for.
enum SoakSettings {
    private static let environment = ProcessInfo.processInfo.environment

    /// `DROPLINE_SOAK_SEED`: begins the draws of files and faults; which follow hangs on the machine's pace as well.
    static let seed = environment["DROPLINE_SOAK_SEED"].flatMap { UInt64($0) } ?? 1
    /// `DROPLINE_SOAK_ROUNDS`: kills for each pipeline.
    static let rounds = environment["DROPLINE_SOAK_ROUNDS"].flatMap { Int($0) } ?? 12
    /// `DROPLINE_SOAK_SWEEPS`: sweeps for each pipeline.
    static let sweeps = environment["DROPLINE_SOAK_SWEEPS"].flatMap { Int($0) } ?? 40
}

extension SplitMix64 {
    /// Whether something happens that has this chance.
    mutating func chance(_ chance: Double) -> Bool { chance > 0 && Double.random(in: 0..<1, using: &self) < chance }

    /// A time from 20 ms to 4 s: the short ones, in which most changes of state lie, as often as the long ones.
    mutating func moment() -> Duration { .milliseconds(number(from: 20, to: 4_000)) }

    /// A number of bytes after which a connection ends: an idle sweep's has some 5,000 in a direction, one that carries files more.
    mutating func bytes() -> Int { number(from: 300, to: 30_000) }

    /// A number of any order of magnitude, each as often as another.
    private mutating func number(from least: Int, to most: Int) -> Int {
        Int(exp(Double.random(in: log(Double(least))..<log(Double(most)), using: &self)))
    }
}
