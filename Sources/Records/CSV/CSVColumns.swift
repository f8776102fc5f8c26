/// What a header asks of each record after it.
struct CSVColumns: Sendable {
    /// How many columns there are.
    let count: Int
    /// The positions of those without a name; there are none in nearly every file.
    private let nameless: [Int]

    init(_ header: CSVRecord) {
        count = header.count
        nameless = (0..<header.count).filter(header.isEmpty)
    }

    /// What is wrong with a record's fields.
    func issue(of record: CSVRecord, _ emptyFields: CSVFormat.EmptyFields) -> CSVIssue? {
        guard record.count == count || (record.count > count && emptyFields == .nothing) else {
            return .fieldCount(expected: count, found: record.count)
        }
        guard emptyFields == .nothing else { return nil }
        if record.count > count, !(count..<record.count).allSatisfy(record.isEmpty) {
            return .fieldCount(expected: count, found: record.count)
        }
        return nameless.first { !record.isEmpty($0) }.map { .textWithoutColumn($0 + 1) }
    }
}
