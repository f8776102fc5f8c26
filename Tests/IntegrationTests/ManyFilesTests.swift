import CommandSupport
import Foundation
import SSHServers
import Testing

/// What must not grow with what an installation has done before, or with what lies in its source.
@Suite struct ManyFilesTests {
    @Test func `to take a file nobody looks through the sources that are kept`() async throws {
        try await withScene("kept sources") { scene in
            let installation = scene.installation
            try scene.drop(SourceFile())
            let log = installation.folder + "/trace"
            let tracing = ["strace", "-f", "-yy", "-z", "-qq", "-o", log, "-e", "trace=getdents64", "--"]
            let poll = try await CommandWrapper.$words.withValue(tracing) { try await installation.poll() }
            #expect(poll.exit == 1, "\(poll)")
            let lists = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
            #expect(lists.contains { $0.contains(Installation.inbox + ">") }, "the source is listed: \(lists)")
            #expect(!lists.contains { $0.contains("/workspace/incoming>") }, "\(lists)")
        }
    }

    @Test func `of many files on a server the first are done before the last are taken, and each once`() async throws {
        try await withServer(OpenSSHServer()) { server in
            try await withScene("many files", on: server.place()) { scene in
                let count = 120
                for number in 1...count {
                    let name = "file-\(number)-GiftCardFulfillment.csv"
                    let text = "giftCardNumber,shippedDate,price,orderId,shopifyOrderNumber,shopifyCustomerNumber\n"
                    try scene.installation.drop(name, text + "many\(100_000 + number),3/16/2026,25.00,\(number),,\n")
                }
                let poll = try await scene.installation.poll("--wait", "600s")
                #expect(poll.exit == 0, "\(poll)")
                let runs = try await scene.installation.runs()
                #expect(runs.count == count)
                #expect(runs.allSatisfy { $0["state"].string == "done" })
                #expect(try await scene.shop.cards().count == count)
                let isEarlier = "SELECT min(finished_at) < max(created_at) FROM runs"
                let answer = try await python(
                    "import sqlite3,sys; print(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone()[0])",
                    scene.installation.folder + "/var/dropline.sqlite",
                    isEarlier
                )
                expectSame(answer, "1", "the first run ended before the last one began")
            }
        }
    }
}
