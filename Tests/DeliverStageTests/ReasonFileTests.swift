import DropDoubles
import FileDrops
import Ledgers
import Testing

/// The reason beside a file that was put aside, on drops that can't rename over a file.
struct ReasonFileTests {
    private let reason = "a.csv: it is no CSV file\n"

    private func bench() async throws -> DeliveryBench {
        let bench = try await DeliveryBench(verdict: (.quarantined, "it is no CSV file"))
        try bench.write("in/a.csv", "x\n")
        return bench
    }

    @Test func `it is written beside the file, and again not after a crash`() async throws {
        let bench = try await bench()
        let drop = DropWithoutReplace(bench.folder)
        await #expect(throws: CrashingDrop.Crash.self) {
            try await bench.putAway(on: CrashingDrop(drop: drop, moment: .after))
        }
        for _ in 1...2 { try await bench.putAway(on: drop) }
        #expect(try await bench.files(in: "in/error") == ["a.csv.reason.txt": reason])
        #expect(try await bench.folder.stagedFiles().isEmpty)
    }

    @Test func `an older reason of that name stays, and the new one has a number`() async throws {
        let bench = try await bench()
        try bench.write("in/error/a.csv.reason.txt", "an older one\n")
        let drop = DropWithoutReplace(bench.folder)
        for _ in 1...2 { try await bench.putAway(on: drop) }
        #expect(
            try await bench.files(in: "in/error") == [
                "a.csv.reason.txt": "an older one\n", "a.csv.reason.2.txt": reason,
            ]
        )
    }

    @Test func `where the drop can replace, an older reason is replaced`() async throws {
        let bench = try await bench()
        try bench.write("in/error/a.csv.reason.txt", "an older one\n")
        try await bench.putAway(on: bench.folder)
        #expect(try await bench.files(in: "in/error") == ["a.csv.reason.txt": reason])
    }
}
