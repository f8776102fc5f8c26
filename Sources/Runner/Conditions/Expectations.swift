public import Foundation

/// What a pipeline expects, so that nothing coming is something to tell.
public struct Expectations: Sendable, Equatable {
    /// A time of day by which a file has come, on some days of the week.
    public struct FileBy: Sendable, Equatable {
        /// Minutes since midnight.
        let minute: Int
        /// By whose clocks.
        let zone: TimeZone
        /// Sunday is 0.
        let weekdays: Set<Int>

        /// Describes a time of day.
        public init(minute: Int, zone: TimeZone, weekdays: Set<Int>) {
            (self.minute, self.zone, self.weekdays) = (minute, zone, weekdays)
        }

        /// As people write it: `09:15 in America/New_York`.
        var words: String {
            let (hours, minutes) = (minute / 60, minute % 60)
            return "\(hours < 10 ? "0" : "")\(hours):\(minutes < 10 ? "0" : "")\(minutes) in \(zone.identifier)"
        }

        /// The last deadline that is not after a moment, and when its day began, all in milliseconds since 1970.
        func lastDeadline(at moment: Int64) -> (deadline: Int64, dayStart: Int64)? {
            let time = LocalTime(zone: zone)
            var day = CivilDay(local: time.local(at: moment / 1000))
            for _ in 0...7 {
                let deadline = time.firstMoment(of: day.start + Int64(minute) * 60) * 1000
                if weekdays.contains(day.weekday), deadline <= moment {
                    return (deadline, time.firstMoment(of: day.start) * 1000)
                }
                day = day.previous
            }
            return nil
        }
    }

    /// By when a file has come.
    public var fileBy: FileBy?
    /// How long a file may lie there without being taken.
    public var oldestUnclaimed: Duration?

    /// Describes what is expected; nothing, by default.
    public init(fileBy: FileBy? = nil, oldestUnclaimed: Duration? = nil) {
        (self.fileBy, self.oldestUnclaimed) = (fileBy, oldestUnclaimed)
    }
}
