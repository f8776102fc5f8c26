import Ledgers
import Testing

let passedOverFiles: [Check] = [
    Check("a file that was passed over is known to its pipeline until it is removed, with every field") { subject in
        let file = PassedOverFile(pipeline: "p", drop: "d", path: "in/A.CSV", reason: "its case", since: 5)
        try await subject.ledger.write { try $0.put(file) }
        #expect(try await subject.ledger.read { try $0.passedOverFiles(of: "p") } == [file])
        #expect(try await subject.ledger.read { try $0.passedOverFiles(of: "q") } == [])
        for (pipeline, drop, path) in [("q", "d", "in/A.CSV"), ("p", "e", "in/A.CSV"), ("p", "d", "in/a.csv")] {
            try await subject.ledger.write { try $0.removePassedOverFile(pipeline: pipeline, drop: drop, path: path) }
        }
        #expect(try await subject.ledger.read { try $0.passedOverFiles(of: "p") } == [file])
        try await subject.ledger.write { try $0.removePassedOverFile(pipeline: "p", drop: "d", path: "in/A.CSV") }
        #expect(try await subject.ledger.read { try $0.passedOverFiles(of: "p") } == [])
    },
    Check("a file that was passed over replaces itself, and stands beside those of other paths and drops") { subject in
        var file = PassedOverFile(pipeline: "p", drop: "d", path: "b", reason: "one", since: 1)
        try await subject.ledger.write { [file] in try $0.put(file) }
        (file.reason, file.since) = ("two", 2)
        let others = [
            PassedOverFile(pipeline: "p", drop: "d", path: "a", reason: "x", since: 1),
            PassedOverFile(pipeline: "p", drop: "c", path: "b", reason: "x", since: 1),
        ]
        try await subject.ledger.write { [file] ledger in
            for file in others + [file] { try ledger.put(file) }
        }
        #expect(try await subject.ledger.read { try $0.passedOverFiles(of: "p") } == [others[1], others[0], file])
    },
]
