import GRDB
import Ledgers

extension RunQuery {
    /// The query in SQL, with what fills its question marks.
    var statement: (sql: String, arguments: StatementArguments) {
        let columns = lookedUpBy
        var conditions: [String] = []
        var arguments: StatementArguments = []
        func narrow(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
            guard let value else { return }
            conditions.append(condition)
            arguments += [value]
        }
        narrow("\(columns.pipeline) = ?", pipeline)
        narrow("id > ?", after?.number)
        narrow("created_at >= ?", since)
        // A drop alone has nearly all runs.
        narrow(sourcePath == nil ? "+source_drop = ?" : "source_drop = ?", sourceDrop)
        narrow("source_path = ?", sourcePath)
        narrow("source_name = ?", sourceName)
        narrow("digest = ?", digest)
        narrow("digest >= ?", digestPrefix)
        narrow("digest < ?", digestPrefix.map { $0 + "g" })
        if let states {
            conditions.append("\(columns.state) IN (\(states.map { _ in "?" }.joined(separator: ",")))")
            for state in states { arguments += [state.rawValue] }
        }
        let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        let limit = limit.map { "LIMIT \($0)" } ?? ""
        let newest = "SELECT * FROM runs \(filter) ORDER BY \(columns.id) DESC \(limit)"
        return ("SELECT * FROM (\(newest)) ORDER BY id", arguments)
    }

    /// The columns as the statement names them; one with a plus sign is not looked up by (https://www.sqlite.org/optoverview.html#uplus).
    ///
    /// SQLite has no statistics here, and takes any index that spares it a sort: for a handful of runs it would walk through all that there ever were.
    private var lookedUpBy: (pipeline: String, state: String, id: String) {
        // One file, or one time.
        if digest != nil || digestPrefix != nil { return ("+pipeline", "+state", "+id") }
        if sourceName != nil || sourcePath != nil || since != nil { return ("pipeline", "+state", "+id") }
        // Those that are not at their end are few; of others the newest are taken, from the end of the list.
        if let states, states.allSatisfy({ !$0.isFinal }) { return ("+pipeline", "state", "+id") }
        return ("pipeline", "+state", "id")
    }
}
