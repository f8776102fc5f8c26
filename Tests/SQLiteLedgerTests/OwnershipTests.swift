import Foundation
import GRDB
import Glibc
import Ledgers
import Testing

@testable import SQLiteLedger

/// How a claim passes from an owner that is gone, and from no other.
@Suite struct OwnershipTests {
    private let folder: LedgerFolder
    private let key = ClaimKey.run(RunID(1))

    init() throws { folder = try LedgerFolder() }

    @Test func `the claim of a living owner is not taken over`() async throws {
        let (first, second) = (try folder.open(), try folder.open())
        #expect(try await first.claim(key) != nil)
        #expect(try await second.claim(key) == nil)
    }

    @Test func `a claim that was not renewed in time passes on, with a higher epoch`() async throws {
        let (slow, other) = (try folder.open(lease: .zero), try folder.open())
        let late = try #require(try await slow.claim(key))
        let claim = try #require(try await other.claim(key))
        #expect(claim.epoch > late.epoch)
        #expect(try await slow.claim(key) == nil)
        await expectLost { try await slow.write(as: late) { try $0.setSetting("name", to: [1]) } }
        await expectLost { try await slow.renew(late) }
    }

    @Test func `a claim that this very process did not renew in time passes on within it`() async throws {
        let ledger = try folder.open(lease: .zero)
        let late = try #require(try await ledger.claim(key))
        let claim = try #require(try await ledger.claim(key))
        #expect(claim.epoch > late.epoch)
        await expectLost { try await ledger.write(as: late) { _ in } }
    }

    @Test func `an owner whose lease ran out writes and renews as long as nobody followed`() async throws {
        let slow = try folder.open(lease: .zero)
        let claim = try #require(try await slow.claim(key))
        try await slow.write(as: claim) { try $0.setSetting("name", to: [1]) }
        try await slow.renew(claim)
        #expect(try await slow.read { try $0.setting("name") } == [1])
    }

    @Test func `renewing begins another lease`() async throws {
        let (first, other) = (try folder.open(), try folder.open())
        let claim = try #require(try await first.claim(key))
        try await setExpiry(0, in: first)
        try await first.renew(claim)
        #expect(try await other.claim(key) == nil)
    }

    @Test func `a claim of an earlier boot passes on, whatever its clock said`() async throws {
        let (first, other) = (try folder.open(), try folder.open())
        _ = try #require(try await first.claim(key))
        try await first.pool.write {
            try $0.execute(sql: "UPDATE claims SET boot = 'an earlier one', expires = ?", arguments: [Int64.max])
        }
        #expect(try await other.claim(key) != nil)
    }

    @Test func `the claim of an owner that closed its ledger passes on at once`() async throws {
        let late = try await {
            let ledger = try folder.open()
            return try #require(try await ledger.claim(key))
        }()
        let claim = try #require(try await folder.open().claim(key))
        #expect(claim.epoch > late.epoch)
    }

    @Test func `a claim whose owner left no trace passes on at once`() async throws {
        let ledger = try folder.open()
        try await own("an-owner-without-a-file", in: ledger)
        #expect(try await ledger.claim(key) != nil)
    }

    @Test func `the claim of another process passes on when it is killed, and not before`() async throws {
        let ledger = try folder.open()
        let process = try LockingProcess(path: folder.ledger + ".owners/another")
        defer { process.kill() }
        try await own("another", in: ledger)
        #expect(try await ledger.claim(key) == nil)
        process.kill()
        #expect(try await ledger.claim(key) != nil)
        // Its file tells who opens the ledger next that it was not closed.
        #expect(FileManager.default.fileExists(atPath: folder.ledger + ".owners/another"))
        _ = try folder.open()
        #expect(!FileManager.default.fileExists(atPath: folder.ledger + ".owners/another"))
    }

    @Test func `the claim of another process that hangs passes on when its lease is over`() async throws {
        let ledger = try folder.open()
        let process = try LockingProcess(path: folder.ledger + ".owners/another")
        defer { process.kill() }
        try await own("another", in: ledger)
        try await setExpiry(0, in: ledger)
        #expect(try await ledger.claim(key) != nil)
    }

    @Test func `a ledger that was closed leaves no file of an owner`() async throws {
        for _ in 1...2 { _ = try await folder.open().claim(key) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.ledger + ".owners") == ["closed"])
    }

    // MARK: -

    /// Writes a claim as another process would have.
    private func own(_ owner: String, in ledger: SQLiteLedger) async throws {
        let now = BootTime.now()
        try await ledger.pool.write { [key] db in
            try db.execute(
                sql: "INSERT INTO claims (key, epoch, owner, boot, expires) VALUES (?, 5, ?, ?, ?)",
                arguments: [key.text, owner, now.boot, now.nanoseconds + 3_600_000_000_000]
            )
        }
    }

    private func setExpiry(_ nanoseconds: Int64, in ledger: SQLiteLedger) async throws {
        try await ledger.pool.write { try $0.execute(sql: "UPDATE claims SET expires = ?", arguments: [nanoseconds]) }
    }

    private func expectLost(at location: SourceLocation = #_sourceLocation, _ body: () async throws -> Void) async {
        let error = await #expect(throws: LedgerError.self, sourceLocation: location) { try await body() }
        #expect(error?.code == .claimLost, sourceLocation: location)
    }
}

/// A process that keeps a file locked until it is killed, as an owner of claims does.
private final class LockingProcess {
    private let process = Process()
    private let input = Pipe()

    /// Returns once the file is locked.
    init(path: String) throws {
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        process.arguments = ["--no-fork", "--exclusive", path, "/bin/sh", "-c", "echo locked; exec cat"]
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        let word = output.fileHandleForReading.availableData
        try #require(word == Data("locked\n".utf8))
    }

    /// Kills it with SIGKILL and waits for its end.
    func kill() {
        guard process.isRunning else { return }
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
