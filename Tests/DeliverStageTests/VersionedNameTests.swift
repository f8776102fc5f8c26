import DeliverStage
import DropDoubles
import FileDrops
import Testing

/// Changed outputs on drops that can, and can't, rename over a file in one step.
struct VersionedNameTests {
    @Test func `changed results replace the published ones in place where the drop can`() async throws {
        let bench = try await DeliveryBench()
        for content in ["one", "two", "three"] { try await bench.deliver(content, to: bench.folder) }
        #expect(try await bench.files() == ["a-Results.csv": "three"])
        #expect(try await bench.deliveries() == ["out/a-Results.csv published"])
    }

    @Test func `where the drop can't, each change gets the next number and nothing is lost`() async throws {
        let bench = try await DeliveryBench()
        let drop = DropWithoutReplace(bench.folder)
        for number in 1...11 { try await bench.deliver("\(number)", to: drop) }
        var expected = ["a-Results.csv": "1"]
        for number in 2...11 { expected["a-Results.\(number).csv"] = "\(number)" }
        #expect(try await bench.files() == expected)
        #expect(try await bench.folder.stagedFiles().isEmpty)
    }

    @Test func `what is published is not published again, also once a reader took it away`() async throws {
        let bench = try await DeliveryBench()
        let drop = DropWithoutReplace(bench.folder)
        try await bench.deliver("one", to: drop)
        try await bench.deliver("two", to: drop)
        try await bench.deliver("two", to: drop)
        try bench.take("out/a-Results.csv")
        try bench.take("out/a-Results.2.csv")
        try await bench.deliver("two", to: drop)
        #expect(try await bench.files() == [:])
        try await bench.deliver("three", to: drop)
        #expect(try await bench.files() == ["a-Results.3.csv": "three"])
    }

    @Test func `results that become again what they were get a new number: the highest one holds`() async throws {
        let bench = try await DeliveryBench()
        let drop = DropWithoutReplace(bench.folder)
        for content in ["one", "two", "one"] { try await bench.deliver(content, to: drop) }
        #expect(
            try await bench.files() == ["a-Results.csv": "one", "a-Results.2.csv": "two", "a-Results.3.csv": "one"]
        )
    }

    @Test func `a number that another file has is left out`() async throws {
        let bench = try await DeliveryBench()
        let drop = DropWithoutReplace(bench.folder)
        try bench.write("out/a-Results.2.csv", "somebody else's")
        try await bench.deliver("one", to: drop)
        try await bench.deliver("two", to: drop)
        #expect(
            try await bench.files()
                == ["a-Results.csv": "one", "a-Results.2.csv": "somebody else's", "a-Results.3.csv": "two"]
        )
    }

    @Test func `numbers follow a first name that carries the digest`() async throws {
        let bench = try await DeliveryBench()
        let drop = DropWithoutReplace(bench.folder)
        try bench.write("out/a-Results.csv", "an earlier file's")
        for content in ["one", "two"] { try await bench.deliver(content, to: drop) }
        #expect(
            try await bench.files() == [
                "a-Results.csv": "an earlier file's", "a-Results.dddddddd.csv": "one",
                "a-Results.dddddddd.2.csv": "two",
            ]
        )
    }

    @Test(arguments: CrashingDrop.Moment.allCases, ["first", "second"])
    func `after a crash around the rename the file is there once, under its one name`(
        _ moment: CrashingDrop.Moment,
        _ which: String
    ) async throws {
        let bench = try await DeliveryBench()
        let drop = DropWithoutReplace(bench.folder)
        if which == "second" { try await bench.deliver("one", to: drop) }
        await #expect(throws: CrashingDrop.Crash.self) {
            try await bench.deliver("two", to: CrashingDrop(drop: drop, moment: moment))
        }
        for _ in 1...2 { try await bench.deliver("two", to: drop) }
        let expected =
            which == "second" ? ["a-Results.csv": "one", "a-Results.2.csv": "two"] : ["a-Results.csv": "two"]
        #expect(try await bench.files() == expected)
        #expect(try await bench.folder.stagedFiles().isEmpty)
        #expect(try await bench.deliveries().allSatisfy { $0.hasSuffix(" published") })
    }

    @Test func `what was renamed before a crash and taken by a reader is not published again`() async throws {
        let bench = try await DeliveryBench()
        let drop = DropWithoutReplace(bench.folder)
        try await bench.deliver("one", to: drop)
        try? await bench.deliver("two", to: CrashingDrop(drop: drop, moment: .after))
        try bench.take("out/a-Results.2.csv")
        try await bench.deliver("two", to: drop)
        #expect(try await bench.files() == ["a-Results.csv": "one"])
    }

    @Test func `content that changed over a crash follows under the next number`() async throws {
        let bench = try await DeliveryBench()
        let drop = DropWithoutReplace(bench.folder)
        try? await bench.deliver("one", to: CrashingDrop(drop: drop, moment: .before))
        try await bench.deliver("two", to: drop)
        #expect(try await bench.files() == ["a-Results.csv": "one", "a-Results.2.csv": "two"])
    }

    @Test func `a drop that learns to replace goes on with the newest name`() async throws {
        let bench = try await DeliveryBench()
        for content in ["one", "two"] { try await bench.deliver(content, to: DropWithoutReplace(bench.folder)) }
        try await bench.deliver("three", to: bench.folder)
        #expect(try await bench.files() == ["a-Results.csv": "one", "a-Results.2.csv": "three"])
        try await bench.deliver("four", to: DropWithoutReplace(bench.folder))
        #expect(
            try await bench.files()
                == ["a-Results.csv": "one", "a-Results.2.csv": "three", "a-Results.3.csv": "four"]
        )
    }
}
