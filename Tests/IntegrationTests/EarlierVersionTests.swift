import CommandSupport
import Foundation
import Testing

/// A ledger and a workspace of 0.1.0, whose sealed files name no place: `Fixtures/sealed-1`, made by the script `make` in it.
///
/// Run 1 is done and has a rejected row, 2 and 3 are held, 4 waits for its bulk operation, and 5 was killed before its operation was asked for.
@Suite struct EarlierVersionTests {
    private static let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures/sealed-1").path
    private static let codes = [
        "b5n8r2t6y1u4i7o9", "c6m9s3u7z2v5j8p1", "d7q1t4w8a3x6k9r2", "e8r2v5y9c4z7m1s3", "k4m2p7q9x3w6t1v8",
    ]

    /// Lends the installation with the sandbox that knows the operation of run 4.
    private func withInstallation(_ body: (Installation, SandboxShop) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "dropline-earlier-" + UUID().uuidString.prefix(8).lowercased()
        try FileManager.default.copyItem(atPath: Self.fixture, toPath: folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await withSandbox(["--state", folder + "/shop.json"]) { shop in
            let installation = try await Installation(shop)
            for part in ["var", "drop"] {
                try? FileManager.default.removeItem(atPath: installation.folder + "/" + part)
                try FileManager.default.moveItem(atPath: folder + "/" + part, toPath: installation.folder + "/" + part)
            }
            chmod(installation.folder + "/var/dropline.key", 0o600)
            // A checkout keeps no times; these are the ones that the ledger knows.
            for name in try installation.inbox() {
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSince1970: 1_773_676_800)],
                    ofItemAtPath: installation.path(Installation.inbox + "/" + name)
                )
            }
            try await body(installation, shop)
        }
    }

    private func version(_ path: String, in installation: Installation) throws -> UInt8 {
        try installation.readSealed(path)[3]
    }

    private func states(_ installation: Installation) async throws -> [String] {
        try await installation.runs().map { $0["state"].string ?? "?" }
    }

    @Test func `runs that were open end right, each card once`() async throws {
        try await withInstallation { installation, shop in
            #expect(try await states(installation) == ["done", "held", "held", "waiting", "open"])
            let first = try await installation.poll("--wait", "40s")
            #expect(first.exit == 0, "\(first)")
            #expect(try await states(installation) == ["done", "held", "held", "done", "done"])
            for run in ["2", "3"] { _ = try await installation.run("approve", run, "--reason", "checked") }
            let second = try await installation.poll("--wait", "40s")
            #expect(second.exit == 0, "\(second)")
            #expect(try await states(installation) == Array(repeating: "done", count: 5))
            #expect(try await shop.codes() == Self.codes)
            for run in 1...5 {
                let balance = try await installation.balance(run)
                #expect(balance.isBalanced && balance.statuses["activated"]?.rows == 1, "run \(run): \(balance)")
            }
            #expect(try installation.inbox() == [] && installation.archive().count == 5)
            #expect(try version("runs/2/activation-feed-0-0.sealed", in: installation) == 1)
            #expect(try version("runs/2/bulk-file-1-1.sealed", in: installation) == 2)
            let idle = try await installation.poll()
            let said = try idle.json()
            #expect(idle.exit == 0 && said["runs"] == [], "\(idle)")
        }
    }

    @Test func `a file of another run is found by its digest`() async throws {
        try await withInstallation { installation, shop in
            let feed = "runs/2/activation-feed-0-0.sealed"
            try installation.writeSealed(feed, try installation.readSealed("runs/3/activation-feed-0-0.sealed"))
            _ = try await installation.run("approve", "2", "--reason", "checked")
            let poll = try await installation.poll("--wait", "40s")
            #expect(poll.exit == 70 && poll.errors.contains("the activation-feed of run 2 (\(feed))"), "\(poll)")
            #expect(try await states(installation) == ["done", "stopped", "held", "done", "done"])
            let codes = try await shop.codes()
            #expect(codes == Self.codes.filter { $0 != "b5n8r2t6y1u4i7o9" && $0 != "c6m9s3u7z2v5j8p1" })
        }
    }

    @Test func `what was done is written back, and runs again`() async throws {
        try await withInstallation { installation, shop in
            let output = installation.folder + "/rejects.csv"
            let rejects = try await installation.run(
                "rejects",
                "1",
                "--reveal",
                "--output",
                output,
                "--reason",
                "to be corrected"
            )
            #expect(rejects.exit == 0, "\(rejects)")
            #expect(try String(contentsOfFile: output, encoding: .utf8).contains("\ngd12,"))
            let rerun = try await installation.run("rerun", "1", "--reason", "once more")
            #expect(rerun.exit == 1, "its rejected row is still there: \(rerun)")
            #expect(try await installation.balance(1).statuses["activated"]?.rows == 1)
            #expect(try await shop.codes().filter { $0 == "k4m2p7q9x3w6t1v8" }.count == 1)
        }
    }

    @Test(arguments: [nil, "key-rotation.begun", "key-rotation.resealed:4", "key-rotation.retired"])
    func `a new key seals all of it again, each file bound to its place`(_ crash: String?) async throws {
        try await withInstallation { installation, shop in
            let rotate = ["key", "rotate", "--reason", "after the upgrade", "--json"]
            if let crash {
                let killed = try await installation.run(rotate, environment: ["DROPLINE_CRASH_AT": crash])
                #expect(killed.exit == -9, "\(killed)")
            }
            let rotated = try await installation.run(rotate)
            #expect(rotated.exit == 0, "\(rotated)")
            let report = try rotated.json()
            #expect(report["oldKeyGone"] == true && report["unreadable"] == [], "\(report)")
            let files = try installation.sealedFiles("runs") + installation.sealedFiles("incoming")
            #expect(files.count == 18)
            for file in files { #expect(try version(file, in: installation) == 2, "\(file)") }
            for run in ["2", "3"] { _ = try await installation.run("approve", run, "--reason", "checked") }
            let poll = try await installation.poll("--wait", "40s")
            #expect(poll.exit == 0, "\(poll)")
            #expect(try await states(installation) == Array(repeating: "done", count: 5))
            #expect(try await shop.codes() == Self.codes)
        }
    }
}
