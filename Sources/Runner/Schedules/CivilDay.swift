/// A day of the Gregorian calendar, wherever it is.
struct CivilDay: Sendable, Equatable {
    /// Days from 1970-01-01 on.
    let number: Int64

    init(number: Int64) { self.number = number }

    /// The day of a local time, in seconds as if the zone were UTC.
    init(local seconds: Int64) { number = Self.quotient(seconds, 86_400) }

    /// Midnight, as local seconds.
    var start: Int64 { number * 86_400 }
    /// Sunday is 0; 1970-01-01 was a Thursday.
    var weekday: Int { Int(((number + 4) % 7 + 7) % 7) }
    /// January is 1.
    var month: Int { date.month }
    /// From 1 on.
    var day: Int { date.day }

    var next: CivilDay { CivilDay(number: number + 1) }
    var previous: CivilDay { CivilDay(number: number - 1) }

    /// Counted in years that begin in March, so that the leap day comes last.
    private var date: (month: Int, day: Int) {
        let shifted = number + 719_468
        let dayOfEra = shifted - Self.quotient(shifted, 146_097) * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        return (Int(month < 10 ? month + 3 : month - 9), Int(dayOfYear - (153 * month + 2) / 5 + 1))
    }

    private static func quotient(_ value: Int64, _ divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor)
    }
}
