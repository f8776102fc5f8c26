public import Foundation

/// When a pipeline's source is looked at.
public struct Schedule: Sendable, Equatable {
    /// What the ticks keep to.
    public enum Rhythm: Sendable, Equatable {
        /// A while from tick to tick, on a clock that nobody can set.
        case every(Duration)
        /// The minutes that a cron expression names, by the clocks of a zone.
        case cron(CronExpression, TimeZone)
    }

    /// What the ticks keep to.
    public let rhythm: Rhythm
    /// Each tick is delayed by a random while up to this, so that many pipelines don't begin at once.
    public let jitter: Duration

    /// Describes a schedule.
    public init(_ rhythm: Rhythm, jitter: Duration = .zero) {
        self.rhythm = rhythm
        self.jitter = jitter
    }

    /// In words: `every 5m`, `cron */15 * * * * in America/New_York`.
    public var words: String {
        switch rhythm {
        case .every(let pause): "every \(pause.words)"
        case .cron(let expression, let zone): "cron \(expression.text) in \(zone.identifier)"
        }
    }

    /// The first tick of a cron expression after a moment, both in milliseconds since 1970; `nil` for `every`, and where none comes in twelve years.
    ///
    /// Where clocks are set forward over a local time, it ticks at the first moment after the gap, once for all times in it. Where they are set back, a
    /// local time that comes twice ticks once, at the first; an expression that ticks in every hour goes on in both.
    public func next(after moment: Int64) -> Int64? {
        guard case .cron(let expression, let zone) = rhythm else { return nil }
        let after = moment >= 0 ? moment / 1000 : (moment - 999) / 1000
        let time = LocalTime(zone: zone)
        let local = time.local(at: after)
        var day = CivilDay(local: local).previous
        for _ in 0..<Self.mostDays {
            day = day.next
            guard expression.fits(day) else { continue }
            for hour in expression.hours {
                let hourStart = day.start + Int64(hour) * 3_600
                // No clock is set by more than two hours.
                guard hourStart + 3 * 3_600 > local else { continue }
                let ticks = expression.minutes.flatMap { minute in
                    let moments = time.moments(of: hourStart + Int64(minute) * 60)
                    return expression.firesEveryHour ? moments : Array(moments.prefix(1))
                }
                if let next = ticks.filter({ $0 > after }).min() { return next * 1000 }
            }
        }
        return nil
    }

    /// February 29th may be eight years off.
    private static let mostDays = 12 * 366
}

extension Duration {
    /// As a configuration has it: `90s`, `5m`, `24h`.
    var words: String {
        let (seconds, attoseconds) = components
        guard attoseconds == 0 else { return "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)ms" }
        for (unit, factor) in [("d", 86_400), ("h", 3_600), ("m", 60)] as [(String, Int64)]
        where seconds >= factor && seconds % factor == 0 { return "\(seconds / factor)\(unit)" }
        return "\(seconds)s"
    }

    /// In whole milliseconds.
    var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
