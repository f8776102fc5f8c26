import Records

/// A record as tests compare it.
struct Row: Equatable, Sendable {
    var line: Int
    var fields: [String] = []
    var issue: CSVIssue?
}

/// Everything that comes of reading a file.
struct CSVOutcome: Equatable, Sendable {
    var header: [String] = []
    var rows: [Row] = []
    var endsWithLineBreak: Bool?
    var error: CSVError?

    init() {}

    init(_ bytes: [UInt8], format: CSVFormat = CSVFormat(), chunk: Int = 65536) {
        do {
            var reader = try CSVReader(BytesSource(bytes, chunk: chunk), format: format)
            header = reader.header
            while let record = try reader.next() {
                rows.append(Row(line: record.line, fields: record.texts, issue: record.issue))
            }
            endsWithLineBreak = reader.endsWithLineBreak
        } catch {
            self.error = error as? CSVError
        }
    }

    init(_ text: String, format: CSVFormat = CSVFormat(), chunk: Int = 65536) {
        self.init(Array(text.utf8), format: format, chunk: chunk)
    }
}

/// Chunk sizes at which every boundary of a small file is met.
let chunkSizes = [1, 2, 3, 7, 64, 65536]

extension CSVFormat {
    static let singleLine = CSVFormat(quoting: .singleLine)
}
