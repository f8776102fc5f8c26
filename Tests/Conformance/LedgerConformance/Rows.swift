import Ledgers
import Testing

let rows: [Check] = [
    Check("a row comes back with every field that it had, and replaces the one before it") { subject in
        let run = try await subject.addRun()
        for row in [Row.full(line: 2), Row(line: 2, status: .invalid), Row.full(line: 2)] {
            try await subject.put([row], of: run)
            #expect(try await subject.ledger.read { try $0.row(of: run.id, line: 2) } == row)
        }
        #expect(try await subject.lines(of: run) == [2])
    },
    Check("every status and doubt comes back") { subject in
        let run = try await subject.addRun()
        for status in RowStatus.allCases {
            try await subject.put([Row(line: 2, status: status)], of: run)
            #expect(try await subject.ledger.read { try $0.row(of: run.id, line: 2)?.status } == status)
        }
        for doubt in [Doubt.unanswered, .taken, .elsewhere] {
            var row = Row(line: 2, status: .unknown)
            row.doubt = doubt
            try await subject.put([row], of: run)
            #expect(try await subject.ledger.read { try $0.row(of: run.id, line: 2)?.doubt } == doubt)
        }
    },
    Check("a row's texts come back byte by byte") { subject in
        let run = try await subject.addRun()
        for text in oddTexts {
            var row = Row(
                line: 2,
                status: .invalid,
                masked: text,
                netSuiteOrder: text,
                shopifyOrder: text,
                reason: text
            )
            row.cardID = text
            try await subject.put([row], of: run)
            let read = try #require(try await subject.ledger.read { try $0.row(of: run.id, line: 2) })
            for field in [read.masked, read.netSuiteOrder, read.shopifyOrder, read.reason, read.cardID] {
                #expect(field.map { Array($0.utf8) } == Array(text.utf8))
            }
        }
    },
    Check("rows come in the order of their lines, whatever the order they were put in") { subject in
        let run = try await subject.addRun()
        try await subject.put([100, 3, 20, 2].map { Row(line: $0, status: .planned) }, of: run)
        #expect(try await subject.lines(of: run) == [2, 3, 20, 100])
    },
    Check("page by page every row comes once") { subject in
        let run = try await subject.addRun()
        try await subject.put((2...26).map { Row(line: $0, status: .planned) }, of: run)
        for size in [1, 7, 25, 26] {
            var (seen, last): ([Int], Int) = ([], 0)
            while case let page = try await subject.lines(of: run, after: last, limit: size), let end = page.last {
                #expect(page.count <= size)
                seen += page
                last = end
            }
            #expect(seen == Array(2...26), "pages of \(size)")
        }
    },
    Check("rows are narrowed to the statuses asked for") { subject in
        let run = try await subject.addRun()
        try await subject.put(RowStatus.allCases.enumerated().map { Row(line: $0 + 2, status: $1) }, of: run)
        for (index, status) in RowStatus.allCases.enumerated() {
            #expect(try await subject.lines(of: run, [status]) == [index + 2], "\(status)")
        }
        #expect(try await subject.lines(of: run, [.activated, .planned]) == [2, 4])
        #expect(try await subject.lines(of: run, Set(RowStatus.allCases)).count == RowStatus.allCases.count)
        #expect(try await subject.lines(of: run, []) == [])
    },
    Check("statuses, the line before and the limit hold at once") { subject in
        let run = try await subject.addRun()
        try await subject.put((2...21).map { Row(line: $0, status: $0.isMultiple(of: 2) ? .held : .planned) }, of: run)
        #expect(try await subject.lines(of: run, [.held], after: 4, limit: 3) == [6, 8, 10])
    },
    Check("rows of another run are not seen") { subject in
        let (run, other) = (try await subject.addRun(), try await subject.addRun())
        try await subject.put([.full(line: 2)], of: other)
        #expect(try await subject.lines(of: run) == [])
        let read = try await subject.ledger.read { ledger in
            (
                try ledger.row(of: run.id, line: 2),
                try ledger.row(of: run.id, at: BulkPosition(attempt: 2, part: 3, line: 4)),
                try ledger.tallies(of: run.id)
            )
        }
        #expect(read.0 == nil)
        #expect(read.1 == nil)
        #expect(read.2 == [])
    },
    Check("a row is found at the line of the bulk file that it was sent on, and at no other") { subject in
        let run = try await subject.addRun()
        try await subject.put([.full(line: 2), Row(line: 3, status: .planned)], of: run)
        let at = { @Sendable (position: BulkPosition) in
            try await subject.ledger.read { try $0.row(of: run.id, at: position)?.line }
        }
        #expect(try await at(BulkPosition(attempt: 2, part: 3, line: 4)) == 2)
        for (attempt, part, line) in [(1, 3, 4), (2, 4, 4), (2, 3, 5), (0, 0, 0)] {
            #expect(try await at(BulkPosition(attempt: attempt, part: part, line: line)) == nil)
        }
    },
    Check("a row that is sent again is found at its new line only") { subject in
        let run = try await subject.addRun()
        var row = Row.full(line: 2)
        try await subject.put([row], of: run)
        row.position = BulkPosition(attempt: 3, part: 1, line: 0)
        try await subject.put([row], of: run)
        let found = try await subject.ledger.read { ledger in
            (
                try ledger.row(of: run.id, at: BulkPosition(attempt: 2, part: 3, line: 4)),
                try ledger.row(of: run.id, at: BulkPosition(attempt: 3, part: 1, line: 0))?.line
            )
        }
        #expect(found.0 == nil)
        #expect(found.1 == 2)
    },
    Check("repeated rows are those that share a key with another line of their run") { subject in
        let (run, other) = (try await subject.addRun(), try await subject.addRun())
        let (one, two, three): ([UInt8], [UInt8], [UInt8]) = ([1, 1], [2, 2], [3, 3])
        try await subject.put(
            [
                Row(line: 9, status: .planned, key: one), Row(line: 2, status: .planned, key: two),
                Row(line: 3, status: .planned, key: one), Row(line: 4, status: .planned, key: three),
                Row(line: 5, status: .planned, key: two), Row(line: 6, status: .invalid),
                Row(line: 7, status: .invalid),
            ],
            of: run
        )
        try await subject.put([Row(line: 2, status: .planned, key: three)], of: other)
        let repeated = try await subject.ledger.read { try $0.repeatedKeys(of: run.id) }
        #expect(
            repeated.map { [$0.firstLine, $0.lastLine, $0.rows] }.sorted { $0[0] < $1[0] } == [[2, 5, 2], [3, 9, 2]]
        )
        #expect(try await subject.ledger.read { try $0.repeatedKeys(of: other.id) } == [])
    },
    Check("tallies count rows and add up values, and those without one apart") { subject in
        let run = try await subject.addRun()
        try await subject.put(
            [
                Row(line: 2, status: .invalid), Row(line: 3, status: .invalid, value: 100),
                Row(line: 4, status: .invalid),
                Row(line: 5, status: .activated, value: 2550),
                Row(line: 6, status: .activated, value: 3_000_000_000_000),
                Row(line: 7, status: .conflict),
            ],
            of: run
        )
        let tallies = try await subject.ledger.read { try $0.tallies(of: run.id) }
        #expect(
            tallies == [
                Tally(status: .activated, rows: 2, value: 3_000_000_002_550, withoutValue: 0),
                Tally(status: .invalid, rows: 3, value: 100, withoutValue: 2),
                Tally(status: .conflict, rows: 1, value: 0, withoutValue: 1),
            ]
        )
    },
    Check("tallies come in the order of the statuses") { subject in
        let run = try await subject.addRun()
        let rows = RowStatus.allCases.reversed().enumerated().map { Row(line: $0 + 2, status: $1) }
        try await subject.put(rows, of: run)
        #expect(try await subject.ledger.read { try $0.tallies(of: run.id).map(\.status) } == RowStatus.allCases)
    },
    Check("rows are forgotten as many at a time as asked, and no other run's") { subject in
        let (run, other) = (try await subject.addRun(), try await subject.addRun())
        for run in [run, other] { try await subject.put((2...6).map { Row(line: $0, status: .planned) }, of: run) }
        var removed: [Int] = []
        repeat {
            removed.append(try await subject.ledger.write { try $0.removeRows(of: run.id, limit: 2) })
        } while removed.last != 0 && removed.count < 10
        #expect(removed == [2, 2, 1, 0])
        #expect(try await subject.lines(of: run) == [])
        #expect(try await subject.lines(of: other).count == 5)
    },
]

extension Row {
    /// A row with every field.
    fileprivate static func full(line: Int) -> Row {
        var row = Row(
            line: line,
            status: .unknown,
            key: Array(0...15),
            value: 999_999_999_999,
            masked: "…x3w6",
            netSuiteOrder: "1200345",
            shopifyOrder: "5550000000101",
            reason: "no answer"
        )
        row.position = BulkPosition(attempt: 2, part: 3, line: 4)
        (row.cardID, row.doubt, row.unknownSince) = ("gid://shopify/GiftCard/1", .taken, 1_700_000_000_000)
        return row
    }
}
