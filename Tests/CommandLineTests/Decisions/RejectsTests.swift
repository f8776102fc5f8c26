import CommandSupport
import Foundation
import Testing

/// `dropline rejects`: rejected rows come back as a file that can be corrected and dropped again.
@Suite struct RejectsTests {
    private let source = """
        giftCardNumber,price,orderId
        dlrejects001,5,11
        dlrejects002,x,12
        dlrejects003,1,000.00,13
        dlrejects001,5,=14

        """

    private func withRejects(_ body: (Installation, SandboxShop) async throws -> Void) async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(DecisionFile.name(1), source)
            let poll = try await installation.poll()
            #expect(poll.exit == 1, "\(poll)")
            try await body(installation, shop)
        }
    }

    @Test func `revealed rows are the source's own, and go once they are corrected and dropped`() async throws {
        try await withRejects { installation, shop in
            let path = installation.folder + "/again.csv"
            let result = try await installation.run(
                "rejects",
                "1",
                "--reveal",
                "--output",
                path,
                "--reason",
                "to fix them"
            )
            #expect(result.exit == 0, "\(result)")
            #expect(result.output.contains("line 3  invalid  the value is not"), "\(result)")
            #expect(result.output.contains("3 rows written to") && !result.output.contains("dlrejects"), "\(result)")
            let text = try String(contentsOfFile: path, encoding: .utf8)
            expectSame(
                text,
                "giftCardNumber,price,orderId\ndlrejects002,x,12\ndlrejects003,1,000.00,13\ndlrejects001,5,=14\n"
            )
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            expectSame(mode, 0o600)
            let decisions = try await installation.decisions(1)
            expectSame(decisions.map(\.event), ["rejects-revealed"])
            #expect(decisions[0].detail.contains("codes in clear: to fix them"), "\(decisions)")

            let fixed = text.replacing(",x,", with: ",7,").replacing("1,000.00", with: "10")
            try installation.drop(DecisionFile.name(2), fixed)
            _ = try await installation.poll()
            let codes = try await shop.codes()
            expectSame(codes, ["dlrejects001", "dlrejects002", "dlrejects003"])
            let results = try installation.results(of: DecisionFile.name(2))
            expectSame(results.column("status"), ["activated", "activated", "already-active"])
        }
    }

    @Test func `without reveal no code is in the file, and it says that it can't be dropped`() async throws {
        try await withRejects { installation, _ in
            let path = installation.folder + "/look.csv"
            let result = try await installation.run("rejects", "1", "--output", path, "--reason", "to see them")
            #expect(result.exit == 0 && result.output.contains("this can't be dropped again"), "\(result)")
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(!text.contains("dlrejects"), "\(text)")
            expectSame(text, "giftCardNumber,price,orderId\n…s002,x,12\n,,\n…s001,5,'=14\n")
            let decisions = try await installation.decisions(1)
            expectSame(decisions.map(\.event), ["rejects-written"])
        }
    }

    @Test func `no file is overwritten, and nothing is audited that was not written`() async throws {
        try await withRejects { installation, _ in
            let path = installation.folder + "/there.csv"
            try "mine".write(toFile: path, atomically: true, encoding: .utf8)
            for output in [path, installation.folder + "/no/folder.csv"] {
                let result = try await installation.run(
                    "rejects",
                    "1",
                    "--reveal",
                    "--output",
                    output,
                    "--reason",
                    "r"
                )
                #expect(result.exit == 64 && result.errors.contains("can't make \(output)"), "\(result)")
            }
            let text = try String(contentsOfFile: path, encoding: .utf8)
            expectSame(text, "mine")
            let decisions = try await installation.decisions(1)
            #expect(decisions.isEmpty, "\(decisions)")
        }
    }

    @Test func `a run without rejected rows writes no file`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(DecisionFile.name(1), DecisionFile.text(("dlrejects009", "5")))
            _ = try await installation.poll()
            let path = installation.folder + "/none.csv"
            let result = try await installation.run("rejects", "1", "--output", path, "--reason", "r", "--json")
            #expect(result.exit == 64 && result.errors.contains("run 1 has no rejected rows"), "\(result)")
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }
}
