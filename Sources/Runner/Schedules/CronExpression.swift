/// Five fields of cron: minute, hour, day of month, month, day of week.
///
/// - Shape: each field is a list of numbers, ranges and steps: `*`, `5`, `1,15`, `9-17`, `*/15`, `8-18/2`. Months and days of the week have names too:
///   `jan` to `dec`, `sun` to `sat`, in any case; Sunday is 0 and 7.
/// - The rule of Vixie's cron for days: where day of month and day of week are both narrowed (neither begins with `*`), a day fits when either fits.
public struct CronExpression: Sendable, Equatable {
    /// Why a text is no cron expression, in words for a person.
    public struct Fault: Error, Equatable {
        /// What is wrong, and how it would be right.
        public let message: String
    }

    /// The text as it was given.
    public let text: String
    let minutes: [Int]
    let hours: [Int]
    private let days: Set<Int>
    private let months: Set<Int>
    private let weekdays: Set<Int>
    private let eitherDayFits: Bool

    /// Reads five fields; throws what is wrong with the first one that can't be read.
    public init(_ text: String) throws(Fault) {
        let fields = text.split(whereSeparator: \.isWhitespace).map(String.init)
        if text.hasPrefix("@") {
            throw Fault(message: "'\(text)' is a nickname; write its five fields, such as 0 0 * * * for @daily")
        }
        guard fields.count == 5 else {
            throw Fault(
                message:
                    "'\(text)' has \(fields.count) field\(fields.count == 1 ? "" : "s"); cron has five: minute, hour, day of "
                    + "month, month, day of week"
            )
        }
        self.text = fields.joined(separator: " ")
        minutes = try CronField.minute.numbers(fields[0]).sorted()
        hours = try CronField.hour.numbers(fields[1]).sorted()
        days = try CronField.day.numbers(fields[2])
        months = try CronField.month.numbers(fields[3])
        weekdays = Set(try CronField.weekday.numbers(fields[4]).map { $0 % 7 })
        eitherDayFits = !fields[2].hasPrefix("*") && !fields[4].hasPrefix("*")
        guard eitherDayFits || hasAnyDay else {
            throw Fault(message: "'\(text)' fits no day: no month of it has such a day of month")
        }
    }

    /// Whether it fires in every hour of a day.
    var firesEveryHour: Bool { hours.count == 24 }

    /// Whether it fires on a day.
    func fits(_ day: CivilDay) -> Bool {
        guard months.contains(day.month) else { return false }
        let (byDate, byWeekday) = (days.contains(day.day), weekdays.contains(day.weekday))
        return eitherDayFits ? byDate || byWeekday : byDate && byWeekday
    }

    private var hasAnyDay: Bool {
        let longest = [1: 31, 2: 29, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31]
        return months.contains { month in days.contains { $0 <= longest[month] ?? 0 } }
    }
}

/// What one field may hold.
private struct CronField {
    let name: String
    let range: ClosedRange<Int>
    var names: [String] = []

    static let minute = CronField(name: "minute", range: 0...59)
    static let hour = CronField(name: "hour", range: 0...23)
    static let day = CronField(name: "day of month", range: 1...31)
    static let month = CronField(
        name: "month",
        range: 1...12,
        names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    )
    static let weekday = CronField(
        name: "day of week",
        range: 0...7,
        names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
    )

    func numbers(_ text: String) throws(CronExpression.Fault) -> Set<Int> {
        var found: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            found.formUnion(try entry(String(part), of: text))
        }
        return found
    }

    /// `*`, `5`, `9-17`, each of the ranges with a step after it.
    private func entry(_ entry: String, of text: String) throws(CronExpression.Fault) -> [Int] {
        let parts = entry.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let ends = parts[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let span: ClosedRange<Int>
        if parts[0] == "*" {
            span = name == Self.weekday.name ? 0...6 : range
        } else {
            let first = try number(ends[0], of: text)
            let last = ends.count == 2 ? try number(ends[1], of: text) : first
            guard first <= last else {
                throw fault(text, "'\(parts[0])' runs backwards; write two ranges with a comma")
            }
            span = first...last
        }
        guard parts.count == 2 else { return Array(span) }
        guard parts[0] == "*" || ends.count == 2 else {
            throw fault(text, "a step follows a range or *: \(parts[0])-\(range.upperBound)/\(parts[1])")
        }
        guard let step = digits(parts[1]), step > 0 else {
            throw fault(text, "'\(parts[1])' is not a step: a whole number from 1 on")
        }
        return Array(stride(from: span.lowerBound, through: span.upperBound, by: step))
    }

    private func number(_ text: String, of field: String) throws(CronExpression.Fault) -> Int {
        if let place = names.firstIndex(of: text.lowercased()) { return place + range.lowerBound }
        guard let number = digits(text), range.contains(number) else {
            let words = names.isEmpty ? "" : ", or \(names.first ?? "") to \(names.last ?? "")"
            throw fault(field, "'\(text)' is not a number from \(range.lowerBound) to \(range.upperBound)\(words)")
        }
        return number
    }

    private func digits(_ text: String) -> Int? {
        text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } ? Int(text) : nil
    }

    private func fault(_ text: String, _ why: String) -> CronExpression.Fault {
        CronExpression.Fault(message: "the \(name) '\(text)': \(why)")
    }
}
