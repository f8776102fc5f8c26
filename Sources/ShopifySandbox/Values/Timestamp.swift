import Foundation

/// Moments as Shopify writes and reads them: `2026-05-05T20:34:00Z`, whole seconds, UTC.
enum Timestamp {
    static func text(_ date: Date) -> String {
        let fields = calendarFields(Int(date.timeIntervalSince1970.rounded(.down)))
        return "\(fields.date)T\(fields.time)Z"
    }

    /// The day alone, `2026-05-05`.
    static func day(_ date: Date) -> String {
        calendarFields(Int(date.timeIntervalSince1970.rounded(.down))).date
    }

    /// `20260505T203400Z`, the form of the signing parameters.
    static func compact(_ date: Date) -> String {
        text(date).filter { $0 != "-" && $0 != ":" }
    }

    /// Reads a day, a day and hour, a minute or a full moment; without a zone it is UTC, the sandbox's own.
    static func parse(_ text: String) -> Date? {
        var text = Substring(text)
        var offset = 0
        if text.hasSuffix("Z") || text.hasSuffix("z") {
            text = text.dropLast()
        } else if text.count > 11, let sign = text.dropFirst(11).lastIndex(where: { $0 == "+" || $0 == "-" }) {
            let zone = text[text.index(after: sign)...].filter { $0 != ":" }
            guard zone.count == 4, let hours = Int(zone.prefix(2)), let minutes = Int(zone.suffix(2)) else {
                return nil
            }
            offset = (hours * 3600 + minutes * 60) * (text[sign] == "-" ? -1 : 1)
            text = text[..<sign]
        }
        let halves = text.split(whereSeparator: { $0 == "T" || $0 == "t" || $0 == " " })
        guard (1...2).contains(halves.count), let days = days(halves[0]) else { return nil }
        var seconds = days * 86_400 - offset
        if halves.count == 2 {
            let parts = halves[1].split(separator: ":", omittingEmptySubsequences: false)
            guard (1...3).contains(parts.count), let hour = Int(parts[0]), (0...23).contains(hour) else { return nil }
            seconds += hour * 3600
            if parts.count > 1 {
                guard let minute = Int(parts[1]), (0...59).contains(minute) else { return nil }
                seconds += minute * 60
            }
            if parts.count > 2 {
                guard let second = Int(parts[2].prefix { $0 != "." }), (0...60).contains(second) else { return nil }
                seconds += second
            }
        }
        return Date(timeIntervalSince1970: TimeInterval(seconds))
    }

    /// Whether the text is a day of the calendar, `yyyy-mm-dd`.
    static func isDay(_ text: String) -> Bool {
        text.count == 10 && days(Substring(text)) != nil
    }

    // Days since 1970-01-01 of the proleptic Gregorian calendar (Howard Hinnant's algorithm).
    private static func days(_ text: Substring) -> Int? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
            (1...12).contains(month), day >= 1
        else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard day <= lengths[month - 1] else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func calendarFields(_ seconds: Int) -> (date: String, time: String) {
        let days = Int((Double(seconds) / 86_400).rounded(.down))
        let rest = seconds - days * 86_400
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let number = month < 10 ? month + 3 : month - 9
        let year = yearOfEra + era * 400 + (number <= 2 ? 1 : 0)
        func two(_ value: Int) -> String { (value < 10 ? "0" : "") + String(value) }
        return ("\(year)-\(two(number))-\(two(day))", "\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))")
    }
}
