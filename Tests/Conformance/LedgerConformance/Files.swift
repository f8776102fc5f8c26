import Ledgers
import Testing

let files: [Check] = [
    Check("an artifact comes back with every field, and replaces the one before it") { subject in
        let run = try await subject.addRun()
        var artifact = Artifact.sample(.bulkFile, attempt: 2, part: 3)
        try await subject.put([artifact], of: run)
        artifact.attributes = [:]
        (artifact.fileName, artifact.path, artifact.digest, artifact.size) = ("b", "c", "d", .max)
        (artifact.mediaType, artifact.count) = ("text/csv", 9)
        try await subject.put([artifact], of: run)
        #expect(try await subject.ledger.read { try $0.artifacts(of: run.id) } == [artifact])
    },
    Check("an artifact's attributes come back as they were") { subject in
        let run = try await subject.addRun()
        var artifact = Artifact.sample(.source)
        artifact.attributes = Dictionary(oddTexts.map { ("key " + $0, $0) }) { first, _ in first }
        try await subject.put([artifact], of: run)
        #expect(try await subject.ledger.read { try $0.artifacts(of: run.id).first?.attributes } == artifact.attributes)
    },
    Check("artifacts of other kinds, attempts, parts and runs stand beside each other") { subject in
        let (run, other) = (try await subject.addRun(), try await subject.addRun())
        let all: [Artifact] = [
            .sample(.source), .sample(.bulkFile, attempt: 1, part: 1), .sample(.bulkFile, attempt: 1, part: 2),
            .sample(.bulkFile, attempt: 2, part: 1),
        ]
        try await subject.put(all, of: run)
        try await subject.put([.sample(.results)], of: other)
        let read = try await subject.ledger.read { try $0.artifacts(of: run.id) }
        #expect(read.count == 4 && all.allSatisfy(read.contains))
        let parts = read.filter { $0.kind == .bulkFile }.map { [$0.attempt, $0.part] }
        #expect(parts == [[1, 1], [1, 2], [2, 1]], "attempts and parts in their order")
    },
    Check("removing an artifact removes just this one of this run") { subject in
        let (run, other) = (try await subject.addRun(), try await subject.addRun())
        for run in [run, other] {
            try await subject.put(
                [.sample(.source), .sample(.rejects, attempt: 1), .sample(.rejects, attempt: 2)],
                of: run
            )
        }
        for _ in 1...2 {
            try await subject.ledger.write {
                try $0.removeArtifact(kind: .rejects, attempt: 1, part: 0, of: run.id)
                try $0.removeArtifact(kind: .rejects, attempt: 2, part: 1, of: run.id)
            }
        }
        let left = try await subject.ledger.read { try $0.artifacts(of: run.id) }
        #expect(left == [.sample(.rejects, attempt: 2), .sample(.source)])
        #expect(try await subject.ledger.read { try $0.artifacts(of: other.id).count } == 3)
    },
    Check("a delivery comes back with every field, and replaces the one to the same place") { subject in
        let run = try await subject.addRun()
        var delivery = Delivery.sample(run.id)
        try await subject.ledger.write { [delivery] in try $0.put(delivery) }
        #expect(try await subject.ledger.read { try $0.deliveries(of: run.id) } == [delivery])
        (delivery.state, delivery.digest, delivery.stagedName) = (.published, "ff", "s2")
        (delivery.replaces, delivery.updatedAt) = (true, 99)
        try await subject.ledger.write { [delivery] in try $0.put(delivery) }
        #expect(try await subject.ledger.read { try $0.deliveries(of: run.id) } == [delivery])
    },
    Check("deliveries of one output to several places stand beside each other") { subject in
        let run = try await subject.addRun()
        var (second, third) = (Delivery.sample(run.id), Delivery.sample(run.id))
        second.drop = "other"
        third.path = "elsewhere/a.json"
        try await subject.ledger.write { [second, third] ledger in
            for delivery in [Delivery.sample(run.id), second, third] { try ledger.put(delivery) }
        }
        #expect(try await subject.ledger.read { try $0.deliveries(of: run.id).count } == 3)
    },
    Check("a look comes back with every field, and replaces the one at the same path") { subject in
        var look = Look.sample("in/a.csv")
        try await subject.ledger.write { [look] in try $0.put(look) }
        #expect(try await subject.looks() == [look])
        (look.size, look.modified, look.seen) = (9, .min, BootTime(boot: "b2", nanoseconds: .max))
        try await subject.ledger.write { [look] in try $0.put(look) }
        #expect(try await subject.looks() == [look])
    },
    Check("a pipeline sees its own looks at its own drop only") { subject in
        var (other, elsewhere) = (Look.sample("in/a.csv"), Look.sample("in/a.csv"))
        other.pipeline = "other"
        elsewhere.drop = "other"
        try await subject.ledger.write { [other, elsewhere] ledger in
            for look in [other, elsewhere, Look.sample("in/a.csv")] { try ledger.put(look) }
        }
        #expect(try await subject.looks() == [.sample("in/a.csv")])
        #expect(try await subject.ledger.read { try $0.looks() }.count == 3, "all of them are known too")
    },
    Check("a look is forgotten by its path, byte by byte") { subject in
        try await subject.ledger.write { ledger in
            for path in oddTexts { try ledger.put(Look.sample(path)) }
            for path in oddTexts where !path.utf8.elementsEqual("\u{E9}".utf8) {
                try ledger.removeLook(pipeline: "p", drop: "d", path: path)
            }
            try ledger.removeLook(pipeline: "p", drop: "d", path: "not there")
        }
        #expect(try await subject.looks().map { Array($0.path.utf8) } == [Array("\u{E9}".utf8)])
    },
]

extension Artifact {
    static func sample(_ kind: ArtifactKind, attempt: Int = 0, part: Int = 0) -> Artifact {
        Artifact(
            kind: kind,
            attempt: attempt,
            part: part,
            fileName: "a.json",
            path: "1/a.json",
            digest: "ab",
            size: 5_000_000_000,
            mediaType: "application/json",
            count: 12,
            attributes: ["api_version": "2026-07", "shop": "main"]
        )
    }
}

extension Delivery {
    static func sample(_ run: RunID) -> Delivery {
        Delivery(
            run: run,
            kind: .activationFeed,
            attempt: 1,
            part: 2,
            drop: "netsuite",
            path: "out/a.json",
            stagedName: "staged-1",
            digest: "ab",
            state: .staged,
            updatedAt: 1_700_000_000_000
        )
    }
}

extension Look {
    fileprivate static func sample(_ path: String) -> Look {
        Look(pipeline: "p", drop: "d", path: path, size: 1, modified: 2, seen: BootTime(boot: "b", nanoseconds: 3))
    }
}

extension Subject {
    fileprivate func looks() async throws -> [Look] { try await ledger.read { try $0.looks(pipeline: "p", drop: "d") } }

    fileprivate func put(_ artifacts: [Artifact], of run: Run) async throws {
        try await ledger.write { ledger in
            for artifact in artifacts { try ledger.put(artifact, of: run.id) }
        }
    }
}
