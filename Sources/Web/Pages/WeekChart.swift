import Foundation
import Ledgers

/// Rows of the last two weeks, a bar a day: accepted below, what was not accepted above.
struct WeekChart {
    private let days: [Day]

    struct Day {
        var name: String
        var accepted = 0
        var others = 0
    }

    private static let height = 44.0
    private static let step = 12.0

    init(days: [Date], runs: [Run], counts: [RunID: [Tally]]) {
        let style = Date.ISO8601FormatStyle(timeZone: .current).year().month().day()
        var bars = days.map { Day(name: $0.formatted(style)) }
        for run in runs {
            let made = Date(timeIntervalSince1970: Double(run.createdAt) / 1_000)
            guard let index = days.lastIndex(where: { $0 <= made }) else { continue }
            for tally in counts[run.id] ?? [] {
                if tally.status.isAccepted {
                    bars[index].accepted += tally.rows
                } else {
                    bars[index].others += tally.rows
                }
            }
        }
        self.days = bars
    }

    /// The begins of the last fourteen days, today's last.
    static func days(before now: Date, in zone: TimeZone) -> [Date] {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let today = calendar.startOfDay(for: now)
        return (0..<14).reversed().compactMap { calendar.date(byAdding: .day, value: -$0, to: today) }
    }

    var view: View {
        let most = Double(max(1, days.map { $0.accepted + $0.others }.max() ?? 1))
        let bars: [View] = days.enumerated().map { index, day in
            // What is there at all is seen.
            let accepted = day.accepted == 0 ? 0 : max(2, Double(day.accepted) / most * Self.height)
            let others = day.others == 0 ? 0 : max(2, Double(day.others) / most * Self.height)
            let top = max(0, Self.height - accepted - others)
            return [
                "x": Self.text(Double(index) * Self.step + 1), "day": day.name,
                "goodY": Self.text(Self.height - accepted), "goodHeight": Self.text(accepted),
                "badY": Self.text(top), "badHeight": Self.text(others),
                "words": "\(day.name): \(day.accepted.counted("row")) accepted, \(day.others) not",
            ]
        }
        let (accepted, others) = days.reduce(into: (0, 0)) { $0 = ($0.0 + $1.accepted, $0.1 + $1.others) }
        return [
            "bars": bars,
            "words": "Last two weeks: \(accepted.counted("row")) accepted, \(others.grouped) not accepted.",
        ]
    }

    private static func text(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }
}
