import Ledgers
import Testing

let purges: [Check] = [
    Check("what was removed of a run comes back, and each part once") { subject in
        let (run, other) = (try await subject.addRun(), try await subject.addRun())
        var purge = Purge(run: run.id, part: .workspace, begunAt: 5)
        try await subject.ledger.write { [purge] in try $0.put(purge) }
        #expect(try await subject.ledger.read { try $0.purges(of: run.id) } == [purge])
        purge.doneAt = 7
        let archive = Purge(run: run.id, part: .archive, begunAt: 6)
        try await subject.ledger.write { [purge] ledger in
            try ledger.put(purge)
            try ledger.put(archive)
        }
        #expect(try await subject.ledger.read { try $0.purges(of: run.id) } == [archive, purge])
        #expect(try await subject.ledger.read { try $0.purges(of: other.id) } == [])
    },
    Check("only what ended before the moment, and is final, may go") { subject in
        for state in RunState.allCases {
            for finishedAt in [nil, 99, 100, 101] as [Int64?] {
                let run = try await subject.finished(state, at: finishedAt)
                let isDue = try await subject.purgeable(.workspace, 100) == [run.id]
                #expect(isDue == (state.isFinal && finishedAt == 99), "\(state) \(String(describing: finishedAt))")
                try await subject.ledger.write { ledger in
                    try ledger.put(Purge(run: run.id, part: .workspace, begunAt: 200, doneAt: 200))
                }
            }
        }
    },
    Check("a run with a row whose outcome is open keeps everything") { subject in
        let open: Set<RowStatus> = [.planned, .submitted, .held, .unknown]
        for status in RowStatus.allCases {
            let run = try await subject.finished(at: 1)
            try await subject.put([Row(line: 2, status: .activated), Row(line: 3, status: status)], of: run)
            #expect(try await subject.purgeable(.archive).contains(run.id) == !open.contains(status), "\(status)")
        }
    },
    Check("a part that is gone is not gone about again, until the run has ended anew") { subject in
        var run = try await subject.finished(at: 10)
        try await subject.ledger.write { [run] in try $0.put(Purge(run: run.id, part: .ledger, begunAt: 20)) }
        #expect(try await subject.purgeable(.ledger) == [run.id], "begun and not done")
        try await subject.ledger.write { [run] ledger in
            try ledger.put(Purge(run: run.id, part: .ledger, begunAt: 20, doneAt: 21))
        }
        #expect(try await subject.purgeable(.ledger) == [])
        #expect(try await subject.purgeable(.workspace) == [run.id], "another part")
        run.finishedAt = 30
        try await subject.ledger.write { [run] in try $0.put(run) }
        #expect(try await subject.purgeable(.ledger) == [run.id])
    },
    Check("runs that may go come by their numbers, behind one, no more than asked for") { subject in
        var ids: [RunID] = []
        for _ in 0..<4 { ids.append(try await subject.finished(at: 1).id) }
        #expect(try await subject.purgeable(.ledger) == ids)
        let some = try await subject.ledger.read { [ids] in
            try $0.purgeable(.ledger, finishedBefore: 100, after: ids[0], limit: 2)
        }
        #expect(some == [ids[1], ids[2]])
    },
    Check("of forgotten rows line, status, key and value stay, and other runs' rows stay whole") { subject in
        let (run, other) = (try await subject.addRun(), try await subject.addRun())
        var full = Row(
            line: 2,
            status: .activated,
            key: [1, 2],
            value: 500,
            masked: "…x3w6",
            netSuiteOrder: "NS1",
            shopifyOrder: "SH1",
            reason: "why"
        )
        (full.position, full.cardID) = (BulkPosition(attempt: 1, part: 1, line: 0), "gid://shopify/GiftCard/1")
        let rows = (2...6).map { line in
            var row = full
            (row.line, row.position) = (line, BulkPosition(attempt: 1, part: 1, line: line))
            return row
        }
        try await subject.put(rows, of: run)
        try await subject.put(rows, of: other)
        #expect(try await subject.ledger.read { try $0.detailedRows(of: run.id) } == 5)
        var pages: [Int?] = []
        for behind in [0, 3, 5, 6] {
            pages.append(
                try await subject.ledger.write { try $0.forgetDetails(of: run.id, after: behind, limit: 2) }
            )
            if behind == 0 { #expect(try await subject.ledger.read { try $0.detailedRows(of: run.id) } == 3) }
        }
        #expect(pages == [3, 5, 6, nil])
        #expect(try await subject.ledger.read { try $0.detailedRows(of: run.id) } == 0)
        let bare = (2...6).map { Row(line: $0, status: .activated, key: [1, 2], value: 500) }
        let left = try await subject.ledger.read { try $0.rows(of: run.id, statuses: nil, after: 0, limit: 9) }
        #expect(left == bare)
        let untouched = try await subject.ledger.read { try $0.rows(of: other.id, statuses: nil, after: 0, limit: 9) }
        #expect(untouched == rows)
        let found = try await subject.ledger.read { try $0.places(of: [.netSuiteOrder("NS1")], limit: 9).map(\.run) }
        #expect(Set(found) == [other.id])
    },
    Check("the history of one run is forgotten, and no other's") { subject in
        let (run, other) = (try await subject.addRun(), try await subject.addRun())
        for id in [run.id, other.id] {
            let record = StageRecord(
                run: id,
                attempt: 1,
                stage: "s",
                outcome: "finished",
                detail: nil,
                startedAt: 1,
                endedAt: 2
            )
            try await subject.ledger.write { ledger in
                try ledger.add(record)
                try ledger.put(Operation(run: id, attempt: 1, part: 1, name: "n", total: 1, sentAt: 1))
            }
        }
        try await subject.ledger.write { try $0.removeHistory(of: run.id) }
        for (id, count) in [(run.id, 0), (other.id, 1)] {
            #expect(try await subject.ledger.read { try $0.stageRecords(of: id).count } == count)
            #expect(try await subject.ledger.read { try $0.operations(of: id).count } == count)
        }
    },
    Check("what other runs delivered to a place is told by drop and path") { subject in
        let (run, later, last) = (try await subject.addRun(), try await subject.addRun(), try await subject.addRun())
        let delivery = Delivery(
            run: later.id,
            kind: .source,
            attempt: 0,
            part: 0,
            drop: "d",
            path: "in/a.csv",
            stagedName: "",
            digest: "ab",
            state: .staged,
            updatedAt: 1
        )
        try await subject.ledger.write { try $0.put(delivery) }
        let others = { @Sendable (path: String, drop: String, run: RunID) in
            try await subject.ledger.read { try $0.deliveries(to: path, on: drop, besides: run) }
        }
        #expect(try await others("in/a.csv", "d", run.id) == [delivery], "a later run's")
        #expect(try await others("in/a.csv", "d", last.id) == [delivery], "an earlier run's")
        #expect(try await others("in/a.csv", "d", later.id) == [], "its own")
        #expect(try await others("in/a.csv", "e", run.id) == [])
        #expect(try await others("in/A.csv", "d", run.id) == [])
    },
    Check("the places of artifacts are told by their beginning") { subject in
        let run = try await subject.addRun()
        for (part, path) in ["incoming/a.sealed", "incoming/é%.sealed", "runs/1/a.sealed"].enumerated() {
            let artifact = Artifact(
                kind: .bulkFile,
                part: part,
                fileName: "a",
                path: path,
                digest: "",
                size: 1,
                mediaType: "",
                count: 0
            )
            try await subject.ledger.write { try $0.put(artifact, of: run.id) }
        }
        let found = try await subject.ledger.read { try $0.artifactPaths(beginning: "incoming/") }
        #expect(found == ["incoming/a.sealed", "incoming/é%.sealed"])
        #expect(try await subject.ledger.read { try $0.artifactPaths(beginning: "incoming/_") } == [])
    },
]

extension Subject {
    /// A run that has ended.
    fileprivate func finished(_ state: RunState = .done, at moment: Int64?) async throws -> Run {
        let run = try await addRun { run in (run.state, run.finishedAt) = (state, moment) }
        return run
    }

    fileprivate func purgeable(_ part: PurgePart, _ moment: Int64 = 100) async throws -> [RunID] {
        try await ledger.read { try $0.purgeable(part, finishedBefore: moment, after: RunID(0), limit: 100) }
    }
}
