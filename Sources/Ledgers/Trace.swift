import Commerce

/// What a text leads to that a person has in hand: the end of a code, an order, a card, a file, a run.
///
/// A text may mean several things at once, four digits say; all that fits is found, the newest run first.
public struct Trace: Sendable, Equatable {
    /// The rows, at most as many as were asked for.
    public var rows: [Lineage] = []
    /// How many more rows there are, as far as they were counted.
    public var more = 0
    /// Whether there are more rows still than were counted.
    public var isMoreUncounted = false

    /// Nothing was found.
    public init() {}

    /// Finds what a text leads to; with a line, only that line of the runs and files that it names.
    public init(_ text: String, line: Int? = nil, limit: Int, from ledger: any LedgerReader) throws {
        let words = TraceWords(text)
        var places = Set<RowPlace>()
        if line == nil { places.formUnion(try ledger.places(of: words.clues, limit: Self.mostCounted)) }
        var line = line
        var runs = Set<RunID>()
        if let run = words.run { runs.insert(run) }
        if let marker = words.marker { line = marker.line }
        if let digest = words.digest {
            var query = RunQuery()
            (query.digestPrefix, query.limit) = (digest, Self.mostRuns)
            runs.formUnion(try ledger.runs(query).map(\.id))
        }
        if let name = words.fileName {
            var query = RunQuery()
            (query.sourceName, query.limit) = (name, Self.mostRuns)
            runs.formUnion(try ledger.runs(query).map(\.id))
            for file in try ledger.files(named: name, limit: Self.mostRuns) {
                if let line, file.artifact.kind == .bulkFile {
                    places.formUnion(try Self.place(line, of: file, ledger))
                } else {
                    runs.insert(file.run)
                }
            }
            runs.formUnion(try ledger.operations(known: name, limit: Self.mostRuns).map(\.run))
        }
        for run in runs.sorted().reversed() where places.count <= Self.mostCounted {
            if let line {
                places.insert(RowPlace(run: run, line: line))
            } else {
                let rows = try ledger.rows(of: run, statuses: nil, after: 0, limit: Self.mostCounted)
                places.formUnion(rows.map { RowPlace(run: run, line: $0.line) })
            }
        }
        let newest = places.sorted { $0.run == $1.run ? $0.line < $1.line : $0.run > $1.run }
        rows = try newest.prefix(limit).compactMap { try Lineage(of: $0, from: ledger) }
        isMoreUncounted = newest.count >= Self.mostCounted
        more = max(0, min(newest.count, Self.mostCounted - 1) - limit)
    }

    /// The row that stands on a line of a bulk file, as an editor counts: from 1.
    private static func place(_ line: Int, of file: RunFile, _ ledger: any LedgerReader) throws -> [RowPlace] {
        let position = BulkPosition(attempt: file.artifact.attempt, part: file.artifact.part, line: line - 1)
        return try ledger.row(of: file.run, at: position).map { [RowPlace(run: file.run, line: $0.line)] } ?? []
    }

    /// One more than is counted.
    private static let mostCounted = 1_001
    private static let mostRuns = 100
}

/// What a text may mean.
struct TraceWords {
    var clues: [RowClue] = []
    var run: RunID?
    var marker: RowMarker?
    /// The first digits of a source's SHA-256.
    var digest: String?
    var fileName: String?

    init(_ text: String) {
        let text = String(text.trimming(while: \.isWhitespace))
        guard !text.isEmpty else { return }
        if let number = text.dropping("run:").flatMap(Int64.init) {
            run = RunID(number)
            return
        }
        if let marker = RowMarker(in: text) {
            (self.marker, digest) = (marker, marker.source.lowercased())
            return
        }
        let ending = text.lowercased().drop { Self.masks.contains($0) }
        if ending.count == 4 { clues.append(.masked("…" + ending)) }
        clues.append(.netSuiteOrder(text.dropping("NS") ?? text))
        clues.append(.shopifyOrder(text.dropping("gid://shopify/Order/") ?? text))
        let isNumber = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        clues.append(.cardID(isNumber ? "gid://shopify/GiftCard/" + text : text))
        if (8...64).contains(text.utf8.count), text.allSatisfy(\.isHexDigit), !isNumber { digest = text.lowercased() }
        fileName = text.hasPrefix("gid://") ? text : text.split(separator: "/").last.map(String.init)
    }

    /// What shops and mails put before the end of a code.
    private static let masks: Set<Character> = ["…", ".", "•", "*", "·", " ", "-"]
}

extension String {
    fileprivate func dropping(_ prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }

    fileprivate func trimming(while isBlank: (Character) -> Bool) -> Substring {
        var rest = drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }
}
