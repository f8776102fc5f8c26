import FileDrops
import Ledgers
import Pipelines
import Testing

/// A feed is published once, also when the pipeline's places have changed since: its cards are activated by whoever takes it.
@Suite struct FormerPlaceTests {
    @Test func `a feed that was taken from its former place is not published in the new one`() async throws {
        let bench = try await DeliveryBench()
        try await bench.deliverFeed("cards", to: ["old"])
        try bench.take("old/a.json")
        for again in [nil, Republishing.present] {
            try await bench.deliverFeed("cards", to: ["new"], again: again)
            #expect(try await bench.deliveries() == ["old/a.json published"])
        }
        #expect(try await bench.trail().contains("not-published-again local:old/a.json"))
    }

    @Test func `it is published in the new place when a person asks for all once more, and once`() async throws {
        let bench = try await DeliveryBench()
        try await bench.deliverFeed("cards", to: ["old"])
        try await bench.deliverFeed("cards", to: ["new"], again: .all)
        #expect(try await bench.files(in: "new") == ["a.json": "cards"])
        try bench.take("new/a.json")
        try await bench.deliverFeed("cards", to: ["new"])
        #expect(try await bench.deliveries() == ["new/a.json published", "old/a.json published"])
        #expect(try await bench.files(in: "new") == [:])
    }

    @Test func `a place that is added gets it, while the first one stands`() async throws {
        let bench = try await DeliveryBench()
        try await bench.deliverFeed("cards", to: ["old"])
        try await bench.deliverFeed("cards", to: ["old", "new"])
        #expect(try await bench.files(in: "new") == ["a.json": "cards"])
    }

    @Test func `a file in the workspace that is not the one that was recorded is not published`() async throws {
        let bench = try await DeliveryBench()
        let error = await #expect(throws: StageError.self) {
            try await bench.deliverFeed("some", to: ["out"], recorded: "cards")
        }
        #expect(error?.code == .notAsRecorded)
        #expect(try await bench.deliveries() == [])
    }
}
