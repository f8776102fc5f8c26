import Ledgers
import Records
import Runner

/// What a purge removed, or would remove.
struct PurgeOutput {
    let report: PurgeReport
    let isDryRun: Bool

    /// Prints it, and returns how the command ends.
    func print(json: Bool) -> Exit {
        if json { printJSON(self.json) } else { Swift.print(text) }
        for file in report.left { complain("error: stays: \(file.place.shown): \(file.reason.shown)") }
        for fault in report.faults { complain("error: \(fault.message)") }
        let faults = report.faults.map { Exit($0.side) }.max() ?? .done
        return report.left.isEmpty ? faults : max(faults, .needsPerson)
    }

    /// For people.
    private var text: String {
        var lines = isDryRun ? ["A dry run: nothing is removed."] : []
        for entry in report.gone {
            let run = entry.run.map { "run \($0)" } ?? "no run"
            lines.append("\(entry.part.rawValue.padded(to: 9))  \(run)  \(entry.what.shown)")
        }
        for run in report.busy { lines.append("run \(run) is worked on at this moment; a later purge sees to it") }
        let totals = PurgePart.allCases.compactMap { total(of: $0) }
        let verb = isDryRun ? "would go: " : "removed: "
        lines.append(totals.isEmpty ? "nothing to remove" : verb + totals.joined(separator: "; "))
        return lines.joined(separator: "\n")
    }

    /// `workspace 6 files, 4096 bytes`; `nil` when nothing of the part went.
    private func total(of part: PurgePart) -> String? {
        let (count, size) = sum(of: part)
        guard count > 0 else { return nil }
        guard part != .ledger else { return "texts of \(size) \(size == 1 ? "row" : "rows") in the ledger" }
        return "\(part.rawValue) \(count) \(count == 1 ? "file" : "files"), \(size) bytes"
    }

    private func sum(of part: PurgePart) -> (count: Int, size: Int64) {
        report.gone.reduce((0, 0)) { $1.part == part ? ($0.0 + 1, $0.1 + $1.size) : $0 }
    }

    /// For scripts.
    private var json: JSONValue {
        func number(_ run: RunID?) -> JSONValue { run.map { .number("\($0)") } ?? .null }
        func files(_ part: PurgePart) -> JSONValue {
            let (count, size) = sum(of: part)
            return jsonObject(("files", .number("\(count)")), ("bytes", .number("\(size)")))
        }
        return jsonObject(
            ("dryRun", .bool(isDryRun)),
            (
                "removed",
                .array(
                    report.gone.map { entry in
                        jsonObject(
                            ("part", .string(entry.part.rawValue)),
                            ("run", number(entry.run)),
                            ("file", entry.place.map { .string($0) } ?? .null),
                            (entry.part == .ledger ? "rows" : "bytes", .number("\(entry.size)"))
                        )
                    }
                )
            ),
            (
                "totals",
                jsonObject(
                    ("archive", files(.archive)),
                    ("workspace", files(.workspace)),
                    ("ledger", jsonObject(("rows", .number("\(sum(of: .ledger).size)"))))
                )
            ),
            (
                "left",
                .array(
                    report.left.map { file in
                        jsonObject(
                            ("run", number(file.run)),
                            ("file", .string(file.place)),
                            ("reason", .string(file.reason))
                        )
                    }
                )
            ),
            ("busy", .array(report.busy.map { .number("\($0)") })),
            ("faults", .array(report.faults.map { .string($0.message) }))
        )
    }
}

extension PurgeReport.Entry {
    /// What it is, and how much.
    fileprivate var what: String {
        place.map { "\($0)  \(size) bytes" } ?? "\(size) \(size == 1 ? "row" : "rows")"
    }
}
