/// Rows and money of a run.
public struct Balance: Sendable, Equatable {
    /// What stands under one status.
    public struct Entry: Sendable, Equatable, CustomStringConvertible {
        /// How many rows.
        public var rows: Int
        /// Their value in hundredths.
        public var hundredths: Int
        /// How many of them have no readable value.
        public var withoutValue: Int

        /// Describes an entry.
        public init(rows: Int, hundredths: Int, withoutValue: Int = 0) {
            (self.rows, self.hundredths, self.withoutValue) = (rows, hundredths, withoutValue)
        }

        /// `3 rows, 175.50`.
        public var description: String { "\(rows) rows, \(hundredths) hundredths, \(withoutValue) without value" }
    }

    /// What the run says of all its rows.
    public var total: Entry
    /// By status.
    public var statuses: [String: Entry]

    /// Whether rows in = the sum over the statuses, and value in = the sum over the statuses.
    public var isBalanced: Bool {
        total.rows == statuses.values.reduce(0) { $0 + $1.rows }
            && total.hundredths == statuses.values.reduce(0) { $0 + $1.hundredths }
    }

    /// Reads it from a run as `--json` prints it.
    public init(_ run: JSON) throws {
        guard let rows = run["rows"].int, let members = run["statuses"].object else {
            throw SupportError("this is no run: \(run)")
        }
        statuses = try members.mapValues { entry in
            Entry(
                rows: entry["rows"].int ?? -1,
                hundredths: try Self.hundredths(entry["value"].string ?? "0"),
                withoutValue: entry["withoutValue"].int ?? -1
            )
        }
        total = Entry(
            rows: rows,
            hundredths: try Self.hundredths(run["value"].string ?? "0"),
            withoutValue: statuses.values.reduce(0) { $0 + $1.withoutValue }
        )
    }

    /// Adds up a results file.
    public init(_ results: CSVTable) throws {
        statuses = [:]
        for row in results.rows {
            let value = row["value"] ?? ""
            var entry = statuses[row["status"] ?? "?"] ?? Entry(rows: 0, hundredths: 0)
            entry.rows += 1
            entry.hundredths += value.isEmpty ? 0 : try Self.hundredths(value)
            entry.withoutValue += value.isEmpty ? 1 : 0
            statuses[row["status"] ?? "?"] = entry
        }
        total = Entry(rows: 0, hundredths: 0)
        for entry in statuses.values {
            total.rows += entry.rows
            total.hundredths += entry.hundredths
            total.withoutValue += entry.withoutValue
        }
    }

    /// `25.50` gives 2550, `1200` gives 120000.
    public static func hundredths(_ text: String) throws -> Int {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let decimals = parts.count == 2 ? parts[1] : "00"
        guard parts.count <= 2, let whole = Int(parts[0]), decimals.count == 2, let rest = Int(decimals) else {
            throw SupportError("'\(text)' is no amount as Dropline writes them")
        }
        return whole * 100 + rest
    }
}
