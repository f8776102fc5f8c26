import Foundation
import Ledgers
import Logging
import Pipelines
import Runner
import SQLiteLedger
import Sealing
import Testing

/// Whom a rotation waits for, seen from within.
@Suite struct FencingTests {
    private let folder = NSTemporaryDirectory() + "dropline-rotation-\(UUID().uuidString)"

    private func withInstallation(_ body: (Installation) async throws -> Void) async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let ledger = try SQLiteLedger(path: folder + "/ledger.sqlite")
        let ring = try Keyring.create(.random())
        try await ledger.write { try LedgerKeys.write(ring.wrapped, to: $0) }
        let installation = Installation(
            name: "0000abcd",
            ledger: ledger,
            workspace: try Workspace(root: folder + "/workspace"),
            keyring: ring,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        try await body(installation)
    }

    private func rotate(_ installation: Installation) async throws -> KeyRotation.Report {
        try await KeyRotation.rotate(installation, reason: "a test", who: "me", wait: .zero)
    }

    private func keyIDs(_ installation: Installation) async throws -> [UInt32] {
        try await installation.ledger.read { try LedgerKeys.read($0) ?? [] }.map(\.id)
    }

    @Test func `a file that is being fetched under the old key holds the rotation up`() async throws {
        try await withInstallation { installation in
            let other = try SQLiteLedger(path: folder + "/ledger.sqlite")
            let key = ClaimKey.file(pipeline: "p", drop: "d", path: "a.csv")
            let fetching = try #require(try await other.claim(key))
            let early = try await rotate(installation)
            #expect(early.waitsFor == [key])
            #expect(try await keyIDs(installation) == [1, 2, 3])
            try await other.release(fetching)
            let late = try await rotate(installation)
            #expect(late.waitsFor.isEmpty && late.isContinued && late.key == 3)
            #expect(try await keyIDs(installation) == [1, 3])
        }
    }

    @Test func `who claims after the new key seals with it`() async throws {
        try await withInstallation { installation in
            _ = try await rotate(installation)
            #expect(installation.keyring.sealingKeyID == 2)
            let current = try await installation.withCurrentKeys()
            #expect(current.keyring.sealingKeyID == 3)
        }
    }

    @Test func `two rotations at once are one`() async throws {
        try await withInstallation { installation in
            let other = try SQLiteLedger(path: folder + "/ledger.sqlite")
            let rotating = try #require(try await other.claim(.keys))
            await #expect(throws: LedgerError.self) { try await rotate(installation) }
            #expect(try await keyIDs(installation) == [1, 2])
            try await other.release(rotating)
        }
    }

    @Test func `begin and end are in the audit trail, with who and why`() async throws {
        try await withInstallation { installation in
            _ = try await rotate(installation)
            let entries = try await installation.ledger.read { try $0.audit(of: nil) }
            #expect(entries.map(\.event) == ["key-rotation-begun", "key-rotated"])
            #expect(entries.first?.who == "me" && entries.first?.detail == "sealing key 3: a test")
        }
    }
    @Test func `a copy that no run was made of yet is sealed again too`() async throws {
        try await withInstallation { installation in
            let key = ClaimKey.file(pipeline: "p", drop: "d", path: "a.csv")
            let fetching = try #require(try await installation.ledger.claim(key))
            let path = installation.workspace.incomingPath(fetching)
            let writer = try installation.create(path)
            try writer.write(Array("the only copy".utf8))
            _ = try writer.finish()
            try await installation.ledger.release(fetching)
            let report = try await rotate(installation)
            #expect(report.files == 1 && report.unreadable.isEmpty, "\(report)")
            let keyring = try await installation.withCurrentKeys().keyring
            let reader = try SealedFileReader(unrecorded: installation.place(path), keyring: keyring)
            #expect(try reader.next() == Array("the only copy".utf8))
        }
    }
}
