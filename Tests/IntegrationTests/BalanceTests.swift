import CommandSupport
import Foundation
import Testing

/// What the ledger says of a file is held against the file itself before anything is called done.
@Suite struct BalanceTests {
    /// A row that vanished, one whose value is another one, and one too many.
    static let faults = [
        "DELETE FROM rows WHERE line = 3", "UPDATE rows SET value = value + 1 WHERE line = 3",
        "INSERT INTO rows (run, line, status, value) VALUES (1, 900, 'activated', 500)",
    ]

    @Test(arguments: faults)
    func `a run whose rows or money are not those of its source stops, says so, and puts nothing away`(
        _ fault: String
    ) async throws {
        try await withScene(fault) { scene in
            let source = SourceFile()
            try scene.drop(source)
            let killed = try await scene.installation.poll(
                "--wait",
                "40s",
                environment: ["DROPLINE_CRASH_AT": "reconcile.applied"]
            )
            #expect(killed.exit == -9, "\(killed)")
            let change =
                "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit(); c.close()"
            _ = try await python(change, scene.installation.folder + "/var/dropline.sqlite", fault)
            for _ in 1...2 {
                let poll = try await scene.installation.poll("--wait", "20s")
                #expect(poll.exit == 70, "\(poll)")
                #expect(poll.errors.contains("run 1 does not balance: the source has 14 rows"), "\(poll)")
            }
            #expect(try scene.installation.inbox() == [source.name])
            #expect(try scene.installation.archive().isEmpty)
            #expect(try scene.installation.results().isEmpty)
        }
    }
}
