/// The moment that a file's name tells, in seconds since 1970.
///
/// NetSuite names most files by JavaScript's `Date.toString()`, which sorts by weekday: `Tue Mar 10 2026 12:39:39 GMT-0700 (PDT)-GiftCardFulfillment.csv`.
/// Others carry `2026-03-10-19-40-02`, in UTC. A name without either returns `nil`.
func dateInName(_ name: String) -> Int64? {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let written = /([A-Z][a-z]{2}) (\d{1,2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT([+-])(\d{2})(\d{2})/
    let numbered = /(\d{4})-(\d{2})-(\d{2})[-T_](\d{2})[-:](\d{2})[-:](\d{2})/
    if let match = name.firstMatch(of: written), let month = months.firstIndex(of: String(match.1)),
        let day = Int64(match.2), let year = Int64(match.3), let hour = Int64(match.4), let minute = Int64(match.5),
        let second = Int64(match.6), let zoneHours = Int64(match.8), let zoneMinutes = Int64(match.9)
    {
        let offset = zoneHours * 3_600 + zoneMinutes * 60
        return seconds(year, Int64(month) + 1, day, hour, minute, second).map {
            $0 + (match.7 == "-" ? offset : -offset)
        }
    }
    if let match = name.firstMatch(of: numbered), let year = Int64(match.1), let month = Int64(match.2),
        let day = Int64(match.3), let hour = Int64(match.4), let minute = Int64(match.5), let second = Int64(match.6)
    {
        return seconds(year, month, day, hour, minute, second)
    }
    return nil
}

/// Seconds from 1970 on, or `nil` for numbers that are no moment.
private func seconds(
    _ year: Int64,
    _ month: Int64,
    _ day: Int64,
    _ hour: Int64,
    _ minute: Int64,
    _ second: Int64
) -> Int64? {
    guard 1...12 ~= month, 1...31 ~= day, 0...23 ~= hour, 0...59 ~= minute, 0...60 ~= second else { return nil }
    return days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second
}

/// Days from 1970-01-01 in the Gregorian calendar, counting years from March so that the leap day comes last.
private func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
}
