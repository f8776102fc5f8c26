import Ledgers
import Testing

let lineage: [Check] = [
    Check("a row is found by each thing that is known of it, and by nothing else") { subject in
        let run = try await subject.addRun()
        try await subject.put([.card(2, "…x3w6", card: "gid://shopify/GiftCard/1"), .card(3, "…x3w7")], of: run)
        let places = { @Sendable (clue: RowClue) in
            try await subject.ledger.read { try $0.places(of: [clue], limit: 9).map(\.line) }
        }
        #expect(try await places(.masked("…x3w6")) == [2])
        #expect(try await places(.netSuiteOrder("NS2")) == [2])
        #expect(try await places(.shopifyOrder("SH3")) == [3])
        #expect(try await places(.cardID("gid://shopify/GiftCard/1")) == [2])
        for text in ["", "x3w6", "…x3w", "…x3w66", "…X3W6", "NS", "%", "…____"] {
            for clue in [RowClue.masked(text), .netSuiteOrder(text), .shopifyOrder(text), .cardID(text)] {
                #expect(try await places(clue) == [], "\(clue)")
            }
        }
        #expect(try await subject.ledger.read { try $0.places(of: [], limit: 9) } == [])
    },
    Check("places come newest run first, each once, and no more than asked for") { subject in
        let (run, other) = (try await subject.addRun(), try await subject.addRun())
        for run in [run, other] { try await subject.put((2...4).map { .card($0, "…x3w6") }, of: run) }
        let clues = [RowClue.masked("…x3w6"), .netSuiteOrder("NS3"), .shopifyOrder("SH3")]
        let all = [other, run].flatMap { run in [4, 3, 2].map { RowPlace(run: run.id, line: $0) } }
        #expect(try await subject.ledger.read { try $0.places(of: clues, limit: 100) } == all)
        #expect(try await subject.ledger.read { try $0.places(of: clues, limit: 4) } == Array(all.prefix(4)))
    },
    Check("a row that changed is found by what it became, and by what its source said") { subject in
        let run = try await subject.addRun()
        let row = Row.card(2, "…x3w6")
        try await subject.put([row], of: run)
        var changed = row
        (changed.status, changed.cardID, changed.reason) = (.activated, "gid://shopify/GiftCard/7", "why")
        changed.position = BulkPosition(attempt: 1, part: 1, line: 0)
        (changed.doubt, changed.unknownSince) = (.taken, 5)
        try await subject.ledger.write { [changed] in try $0.update(changed, of: run.id) }
        #expect(try await subject.ledger.read { try $0.row(of: run.id, line: 2) } == changed)
        for clue in [RowClue.masked("…x3w6"), .cardID("gid://shopify/GiftCard/7")] {
            #expect(try await subject.ledger.read { try $0.places(of: [clue], limit: 9).count } == 1, "\(clue)")
        }
        let position = try await subject.ledger.read {
            try $0.row(of: run.id, at: BulkPosition(attempt: 1, part: 1, line: 0))
        }
        #expect(position == changed)
    },
    Check("a row that was never recorded can't be changed") { subject in
        let run = try await subject.addRun()
        try await subject.put([.card(2, "…x3w6")], of: run)
        await subject.expect(.inconsistent) {
            try await subject.ledger.write { try $0.update(.card(3, "…x3w6"), of: run.id) }
        }
    },
    Check("files are found by their names, and operations by their names and ids") { subject in
        let (run, other) = (try await subject.addRun(), try await subject.addRun())
        let file = Artifact(
            kind: .bulkFile,
            attempt: 1,
            part: 2,
            fileName: "a-1-2.jsonl",
            path: "runs/1/x",
            digest: "ab",
            size: 1,
            mediaType: "text/jsonl",
            count: 1
        )
        for run in [run, other] {
            try await subject.ledger.write { ledger in
                try ledger.put(file, of: run.id)
                var operation = Operation(run: run.id, attempt: 1, part: 2, name: "N\(run.id)", total: 1, sentAt: 1)
                operation.remoteID = "gid://shopify/BulkOperation/\(run.id)"
                try ledger.put(operation)
            }
        }
        let found = try await subject.ledger.read { ledger in
            (
                try ledger.files(named: "a-1-2.jsonl", limit: 9), try ledger.files(named: "a-1-2.jsonl", limit: 1),
                try ledger.files(named: "a-1", limit: 9),
                try ledger.operations(known: "N\(run.id)", limit: 9).map(\.run),
                try ledger.operations(known: "gid://shopify/BulkOperation/\(other.id)", limit: 9).map(\.run),
                try ledger.operations(known: "N", limit: 9)
            )
        }
        #expect(found.0 == [RunFile(run: other.id, artifact: file), RunFile(run: run.id, artifact: file)])
        #expect(found.1 == [RunFile(run: other.id, artifact: file)])
        #expect(found.2 == [])
        #expect(found.3 == [run.id])
        #expect(found.4 == [other.id])
        #expect(found.5 == [])
    },
    Check("runs are found by the beginning of their digest") { subject in
        let digests = ["aa" + String(repeating: "f", count: 62), "ab" + String(repeating: "0", count: 62)]
        for digest in digests { _ = try await subject.addRun { $0.digest = digest } }
        for (prefix, expected) in [("a", digests), ("aa", [digests[0]]), (digests[1], [digests[1]]), ("b", [])] {
            var query = RunQuery()
            query.digestPrefix = prefix
            let found = try await subject.ledger.read { [query] in try $0.runs(query).map(\.digest) }
            #expect(found == expected, "\(prefix)")
        }
    },
]

extension Row {
    /// A row whose orders tell its line.
    fileprivate static func card(_ line: Int, _ masked: String, card: String? = nil) -> Row {
        var row = Row(
            line: line,
            status: .planned,
            key: Array(repeating: UInt8(line), count: 16),
            value: 100,
            masked: masked,
            netSuiteOrder: "NS\(line)",
            shopifyOrder: "SH\(line)"
        )
        row.cardID = card
        return row
    }
}
