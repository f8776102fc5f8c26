import Foundation
import Runner
import Yams

extension Section {
    /// A pipeline's `schedule`: `{ every: 5m }`, or `{ cron: "*/15 * * * *", timezone: America/New_York }`, each with a `jitter`.
    func schedule(_ name: String) -> Schedule? {
        guard let section = section(name) else { return nil }
        defer { section.finish() }
        let jitter = section.duration("jitter", or: .zero)
        let (every, cron) = (section.value("every"), section.value("cron"))
        let zone = section.value("timezone") == nil ? nil : section.timeZone("timezone")
        switch (every, cron) {
        case (nil, nil):
            section.file.problem(section.node, "'schedule' has 'every', such as 5m, or 'cron' and 'timezone'")
        case (.some, .some(let cron)):
            section.file.problem(cron, "give 'every', or 'cron' and 'timezone', not both")
        case (.some(let node), nil):
            if let zone = section.value("timezone") {
                section.file.problem(zone, "'timezone' belongs to 'cron'; 'every' is the same in every zone")
            }
            let pause = section.duration("every", or: .seconds(1))
            guard pause >= .seconds(1) else {
                section.file.problem(node, "'every' is at least 1s")
                return nil
            }
            return Schedule(.every(pause), jitter: jitter)
        case (nil, .some(let node)):
            if section.value("timezone") == nil {
                section.file.problem(node, "'cron' needs a 'timezone', such as America/New_York or UTC")
            }
            guard let text = section.text(node) else { return nil }
            do throws(CronExpression.Fault) {
                let expression = try CronExpression(text)
                return zone.map { Schedule(.cron(expression, $0), jitter: jitter) }
            } catch {
                section.file.problem(node, error.message)
            }
        }
        return nil
    }

    /// What a pipeline expects: `expect: { file_by: "09:15", timezone: America/New_York, days: weekdays }`, and `oldest_unclaimed: 30m`.
    func expectations() -> Expectations {
        var expectations = Expectations()
        if value("oldest_unclaimed") != nil { expectations.oldestUnclaimed = duration("oldest_unclaimed", or: .zero) }
        guard let section = section("expect") else { return expectations }
        let minute = section.required("file_by").flatMap { node in
            section.text(node).flatMap { text -> Int? in
                let minute = Self.minute(text)
                if minute == nil {
                    section.file.problem(
                        node,
                        "'\(text)' is not a time of day; write hours and minutes in quotes: \"09:15\""
                    )
                }
                return minute
            }
        }
        let zone = section.required("timezone") == nil ? nil : section.timeZone("timezone")
        let days = section.weekdays("days")
        section.finish()
        if let minute, let zone, let days {
            expectations.fileBy = Expectations.FileBy(minute: minute, zone: zone, weekdays: days)
        }
        return expectations
    }

    private func timeZone(_ name: String) -> TimeZone? {
        guard let node = value(name), let text = text(node) else { return nil }
        guard let zone = TimeZone(identifier: text) else {
            file.problem(node, "'\(text)' is not a time zone; write one such as America/New_York or UTC")
            return nil
        }
        return zone
    }

    /// `daily`, `weekdays`, or a list of days; Sunday is 0.
    private func weekdays(_ name: String) -> Set<Int>? {
        guard let node = value(name) else { return Set(0...6) }
        if node.sequence != nil {
            let days = list(node).compactMap { entry -> Int? in
                guard let text = text(entry) else { return nil }
                let day = Self.days.firstIndex(of: text)
                if day == nil { file.problem(entry, "'\(text)' is not one of: \(Self.days.joined(separator: ", "))") }
                return day
            }
            return days.isEmpty ? nil : Set(days)
        }
        switch text(node) {
        case "daily": return Set(0...6)
        case "weekdays": return Set(1...5)
        case let other:
            if let other { file.problem(node, "'\(other)' is not daily, weekdays, or a list such as [mon, thu]") }
            return nil
        }
    }

    private static let days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    /// `09:15` is 555.
    private static func minute(_ text: String) -> Int? {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].count == 2, (1...2).contains(parts[0].count),
            parts.joined().allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
            let hour = Int(Substring(parts[0])), let minute = Int(Substring(parts[1])), hour < 24, minute < 60
        else { return nil }
        return hour * 60 + minute
    }
}
