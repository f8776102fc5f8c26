import CommandSupport

/// What was done to a pipeline, and what came of it.
struct SoakReport: Sendable {
    let pipeline: String
    /// Faults injected, by kind, as far as they struck.
    var faults: [String: Int] = [:]
    /// Drops by kind.
    var drops: [String: Int] = [:]
    var sweeps = 0
    /// Held runs by what a person decided.
    var decisions: [String: Int] = [:]
    var files = 0
    var rows = 0
    var cards = 0
    var violations: [String] = []

    init(_ pipeline: String) { self.pipeline = pipeline }

    mutating func add(_ other: SoakReport) {
        faults.merge(other.faults, uniquingKeysWith: +)
        drops.merge(other.drops, uniquingKeysWith: +)
        decisions.merge(other.decisions, uniquingKeysWith: +)
        sweeps += other.sweeps
        files += other.files
        rows += other.rows
        cards += other.cards
        violations += other.violations
    }

    /// A table of Markdown: a column for each pipeline, one for all.
    static func table(_ reports: [SoakReport]) -> String {
        var all = SoakReport("all")
        for report in reports { all.add(report) }
        let columns = reports + [all]
        var lines = [[""] + columns.map(\.pipeline)]
        func add(_ name: String, _ value: (SoakReport) -> Int) { lines.append([name] + columns.map { "\(value($0))" }) }
        add("sweeps", \.sweeps)
        for kind in all.faults.keys.sorted() { add("fault: \(kind)") { $0.faults[kind] ?? 0 } }
        add("faults in all") { $0.faults.values.reduce(0, +) }
        for kind in all.drops.keys.sorted() { add("dropped: \(kind)") { $0.drops[kind] ?? 0 } }
        for decision in all.decisions.keys.sorted() { add("held, then \(decision)") { $0.decisions[decision] ?? 0 } }
        add("files", \.files)
        add("rows", \.rows)
        add("cards", \.cards)
        add("violations") { $0.violations.count }
        let widths = columns.indices.map { column in lines.map { $0[column + 1].count }.max() ?? 0 }
        let first = lines.map { $0[0].count }.max() ?? 0
        var text = lines.map { line in
            let cells = zip(line.dropFirst(), widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }
            let name = line[0] + String(repeating: " ", count: first - line[0].count)
            return "| " + ([name] + cells).joined(separator: " | ") + " |"
        }
        let rule = [String(repeating: "-", count: first)] + widths.map { String(repeating: "-", count: $0 - 1) + ":" }
        text.insert("| " + rule.joined(separator: " | ") + " |", at: 1)
        return text.joined(separator: "\n")
    }
}
