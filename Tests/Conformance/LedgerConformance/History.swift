import Ledgers
import Testing

let history: [Check] = [
    Check("an operation comes back with every field, and replaces the one of the same part") { subject in
        let run = try await subject.addRun()
        var operation = Operation(run: run.id, attempt: 1, part: 2, name: "Dropline_1_1_2", total: 10, sentAt: 5)
        for state in [OperationState.intended, .unanswered, .started, .ended, .single] {
            operation.state = state
            try await subject.ledger.write { [operation] in try $0.put(operation) }
            #expect(try await subject.ledger.read { try $0.operations(of: run.id) } == [operation])
        }
        (operation.name, operation.remoteID, operation.status) = ("other", "gid://shopify/BulkOperation/1", "RUNNING")
        (operation.progress, operation.total, operation.sends) = (7, 11, 3)
        (operation.looks, operation.sentAt) = (4, 1_700_000_000_000)
        (operation.errorCode, operation.askedAt, operation.slotSince) = ("TIMEOUT", 21, 22)
        (operation.cancelAskedAt, operation.endedAt) = (23, 24)
        operation.failedTries = .after(nil, attempt: 1, at: 25, because: "it's \"so\"", stage: "s", stops: true)
        try await subject.ledger.write { [operation] in try $0.put(operation) }
        #expect(try await subject.ledger.read { try $0.operations(of: run.id) } == [operation])
    },
    Check("operations come by attempt and then by part, of their own run only") { subject in
        let (run, other) = (try await subject.addRun(), try await subject.addRun())
        try await subject.ledger.write { ledger in
            for (attempt, part) in [(2, 1), (1, 10), (1, 2)] {
                try ledger.put(Operation(run: run.id, attempt: attempt, part: part, name: "n", total: 1, sentAt: 1))
            }
            try ledger.put(Operation(run: other.id, attempt: 1, part: 1, name: "n", total: 1, sentAt: 1))
        }
        let read = try await subject.ledger.read { try $0.operations(of: run.id).map { [$0.attempt, $0.part] } }
        #expect(read == [[1, 2], [1, 10], [2, 1]])
    },
    Check("stage records come back in the order they were added, twice the same too") { subject in
        let (run, other) = (try await subject.addRun(), try await subject.addRun())
        let records = [
            StageRecord(
                run: run.id,
                attempt: 2,
                stage: "b",
                outcome: "failed",
                detail: "why",
                startedAt: 9,
                endedAt: 10
            ),
            StageRecord(
                run: run.id,
                attempt: 1,
                stage: "a",
                outcome: "finished",
                detail: nil,
                startedAt: 1,
                endedAt: 2
            ),
            StageRecord(
                run: run.id,
                attempt: 1,
                stage: "a",
                outcome: "finished",
                detail: nil,
                startedAt: 1,
                endedAt: 2
            ),
        ]
        try await subject.ledger.write { ledger in
            for record in records { try ledger.add(record) }
            try ledger.add(
                StageRecord(run: other.id, attempt: 1, stage: "a", outcome: "o", detail: nil, startedAt: 1, endedAt: 2)
            )
        }
        #expect(try await subject.ledger.read { try $0.stageRecords(of: run.id) } == records)
    },
    Check("the audit trail comes back in the order it was written, whatever the clock said") { subject in
        let (run, other) = (try await subject.addRun(), try await subject.addRun())
        let entries = [
            AuditEntry(at: 9, run: run.id, event: "taken", detail: "a.csv"),
            AuditEntry(at: 1, run: run.id, event: "approved", detail: "it's \"fine\"", who: "ann"),
            AuditEntry(at: 9, run: run.id, event: "taken", detail: "a.csv"),
        ]
        try await subject.ledger.write { ledger in
            for entry in entries { try ledger.add(entry) }
            try ledger.add(AuditEntry(at: 2, run: other.id, event: "taken", detail: "b.csv"))
            try ledger.add(AuditEntry(at: 3, run: nil, event: "paused", detail: "", who: "bob"))
        }
        #expect(try await subject.ledger.read { try $0.audit(of: run.id) } == entries)
    },
    Check("a setting comes back byte by byte, and the last one stays") { subject in
        let values: [[UInt8]] = [Array(0...255), [], [0], Array("text".utf8), [0xFF, 0xFE]]
        for value in values {
            try await subject.ledger.write { try $0.setSetting("keys", to: value) }
            #expect(try await subject.setting("keys") == value)
        }
        #expect(try await subject.setting("Keys") == nil)
        #expect(try await subject.setting("") == nil)
    },
]
