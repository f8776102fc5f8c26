import Commerce
import Foundation
import Ledgers

extension Int64 {
    /// Milliseconds since 1970 as `2026-03-10T19:39:39Z`.
    var isoMoment: String { Date(timeIntervalSince1970: Double(self) / 1_000).formatted(.iso8601) }

    /// The moment for a template: for machines, as it is first shown, and as it stays on hover.
    var momentView: View {
        let date = Date(timeIntervalSince1970: Double(self) / 1_000)
        let style = Date.VerbatimFormatStyle(
            format:
                "\(year: .defaultDigits)-\(month: .twoDigits)-\(day: .twoDigits) \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\(second: .twoDigits)",
            timeZone: .current,
            calendar: Calendar(identifier: .gregorian)
        )
        let text = date.formatted(style)
        let zone = TimeZone.current.abbreviation(for: date) ?? "UTC"
        return ["iso": isoMoment, "text": String(text.dropLast(3)), "server": "\(text) \(zone), the server's time"]
    }

    /// So many milliseconds: `40 ms`, `1.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`.
    var lengthText: String {
        let seconds = self / 1_000
        if self < 1_000 { return "\(self) ms" }
        if self < 10_000 { return "\(Double(self / 100) / 10) s" }
        if seconds < 60 { return "\(seconds) s" }
        if seconds < 3_600 { return "\(seconds / 60) min \(seconds % 60) s" }
        return "\(seconds / 3_600) h \(seconds % 3_600 / 60) min"
    }

    /// So many bytes.
    var bytesText: String {
        if self < 10_000 { return "\(self) bytes" }
        return self < 10_000_000 ? "\(self / 1_000) KB" : "\(self / 1_000_000) MB"
    }
}

extension Int {
    /// `1 row`, `2 rows`, with spaces between thousands.
    func counted(_ noun: String) -> String { "\(grouped) \(noun)\(self == 1 ? "" : "s")" }

    /// The number with narrow spaces between thousands.
    var grouped: String {
        let digits = Array(String(self))
        var text = ""
        for (index, digit) in digits.enumerated() {
            let rest = digits.count - index
            if index > 0, rest.isMultiple(of: 3), digits[index - 1] != "-" { text += "\u{202F}" }
            text.append(digit)
        }
        return text
    }
}

/// Sums of money by currency.
struct Sums {
    private var units: [String: Int64] = [:]

    mutating func add(_ value: Int64, _ currency: String?) {
        guard let currency else { return }
        units[currency, default: 0] += value
    }

    /// `425.50 USD`; `nil` for no money at all.
    var text: String? {
        let parts = units.sorted { $0.key < $1.key }.map { money($0.value, $0.key) }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}

/// An amount for people.
func money(_ units: Int64, _ currency: String?) -> String {
    guard let currency = currency.flatMap(Currency.init) else { return "\(units)" }
    return "\(Money(minorUnits: units, currency: currency))"
}

extension RunState {
    /// How it is coloured: the word itself always stands beside.
    var tone: String {
        switch self {
        case .done: "good"
        case .open, .waiting: "busy"
        case .held: "warn"
        case .stopped, .quarantined, .incomplete: "bad"
        case .empty, .duplicate: "quiet"
        }
    }
}

extension RowStatus {
    /// How it is coloured.
    var tone: String {
        switch self {
        case .activated, .alreadyActive, .inFeed, .alreadyInFeed: "good"
        case .planned, .submitted: "busy"
        case .held, .unknown: "warn"
        case .invalid, .refused, .conflict: "bad"
        }
    }
}
