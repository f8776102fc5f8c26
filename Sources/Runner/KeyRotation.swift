public import Ledgers
public import Pipelines
import Sealing

/// Gives a ledger a new sealing key, seals every file of the workspace with it, and forgets the old one.
///
/// Other processes may work meanwhile. Whoever claims something after the new key is in the ledger seals with it; those who claimed before are waited
/// for. After a crash, or when something could not be waited for, the next rotation goes on with the same new key.
public struct KeyRotation: Sendable {
    /// What a rotation did.
    public struct Report: Sendable {
        /// The id of the key that seals now.
        public var key: UInt32
        /// Whether an earlier rotation was ended.
        public var isContinued = false
        /// How many files were sealed again.
        public var files = 0
        /// Files that can't be opened with any key, each with the reason: they were lost before.
        public var unreadable: [String] = []
        /// What other processes still own; while there is anything, the old key stays.
        public var waitsFor: [ClaimKey] = []
    }

    private let installation: Installation
    private let claim: Claim
    private let deadline: BootTime
    private var report: Report

    /// Rotates the sealing key; told is how long other processes are waited for.
    ///
    /// Throws `LedgerError` with `.unavailable` while another process rotates, and `SealingError`.
    public static func rotate(
        _ installation: Installation,
        reason: String,
        who: String,
        wait: Duration
    ) async throws -> Report {
        guard let claim = try await installation.ledger.claim(.keys) else {
            throw LedgerError(.unavailable, "another process rotates the key at this moment; let it end")
        }
        let result: Result<Report, any Error>
        do {
            var rotation = try await begin(installation, claim: claim, audit: (reason, who), wait: wait)
            result = .success(try await rotation.run())
        } catch {
            result = .failure(error)
        }
        await installation.ledger.letGo(of: claim)
        return try result.get()
    }

    /// Records the new key, or finds the one of a rotation that did not come to its end.
    private static func begin(
        _ installation: Installation,
        claim: Claim,
        audit: (reason: String, who: String),
        wait: Duration
    ) async throws -> KeyRotation {
        let known = try await installation.withCurrentKeys()
        let isContinued = try await installation.ledger.read { try !($0.setting(setting) ?? []).isEmpty }
        let ring = isContinued ? known.keyring : try known.keyring.rotated()
        let entry = AuditEntry(
            at: installation.clock.now(),
            run: nil,
            event: isContinued ? "key-rotation-continued" : "key-rotation-begun",
            detail: "sealing key \(ring.sealingKeyID): \(audit.reason)",
            who: audit.who
        )
        try await installation.ledger.write(as: claim) { ledger in
            try LedgerKeys.write(ring.wrapped, to: ledger)
            try ledger.setSetting(setting, to: Array("\(ring.sealingKeyID)".utf8))
            try ledger.add(entry)
        }
        installation.crashPoints.reach("key-rotation.begun")
        return KeyRotation(
            installation: try await installation.withCurrentKeys(),
            claim: claim,
            deadline: installation.clock.boot().advanced(by: wait),
            report: Report(key: ring.sealingKeyID, isContinued: isContinued)
        )
    }

    private mutating func run() async throws -> Report {
        try await waitForEarlierOwners()
        if report.waitsFor.isEmpty { try await resealAll() }
        if report.waitsFor.isEmpty { try await resealLeftovers() }
        guard report.waitsFor.isEmpty else { return report }
        try await forgetOldKeys()
        return report
    }

    // MARK: - Steps

    /// Waits until everything that was owned as the new key came has been given back, or its owner is gone.
    private mutating func waitForEarlierOwners() async throws {
        var owned = try await installation.ledger.read { try $0.heldClaims() }.filter { $0 != .keys && $0 != .alerts }
        while true {
            var rest: [ClaimKey] = []
            for key in owned {
                guard let taken = try await installation.ledger.claim(key) else {
                    rest.append(key)
                    continue
                }
                try await installation.ledger.release(taken)
            }
            owned = rest
            report.waitsFor = rest
            guard !rest.isEmpty, try await pause() else { return }
        }
    }

    /// Seals the files of every run again, as each run's owner.
    private mutating func resealAll() async throws {
        var runs = try await installation.ledger.read { try $0.runs(RunQuery()).map(\.id) }
        let total = runs.count
        while true {
            var rest: [RunID] = []
            for run in runs where try await !reseal(run, total - runs.count, of: total) { rest.append(run) }
            runs = rest
            report.waitsFor = rest.map(ClaimKey.run)
            guard !rest.isEmpty, try await pause() else { return }
        }
    }

    /// Seals again what was fetched and what no run was made of: it may be the only copy of a file that its server hands out once.
    ///
    /// Whoever fetches by now seals with the new key. A copy that is thrown away at this very moment may come back; a purge removes it.
    private mutating func resealLeftovers() async throws {
        for file in installation.workspace.contents(of: Workspace.incoming) where file.path.hasSuffix(".sealed") {
            guard try installation.keyring.isOutdated(installation.place(file.path)) else { continue }
            try await installation.ledger.renew(claim)
            try reseal(file.path)
            installation.crashPoints.reach("key-rotation.resealed")
        }
    }

    /// Seals a run's files again; `false` while another process owns the run.
    private mutating func reseal(_ run: RunID, _ done: Int, of total: Int) async throws -> Bool {
        guard try await !outdatedFiles(of: run).isEmpty else { return true }
        installation.progress.report(run, "sealing again", done, total)
        guard let owned = try await installation.ledger.claim(.run(run)) else { return false }
        do {
            installation.workspace.removeUnfinished(in: installation.workspace.folder(of: run))
            for path in try await outdatedFiles(of: run) {
                try await installation.ledger.renew(claim)
                try await installation.ledger.renew(owned)
                try reseal(path)
                installation.crashPoints.reach("key-rotation.resealed")
            }
        } catch {
            try? await installation.ledger.release(owned)
            throw error
        }
        try await installation.ledger.release(owned)
        return true
    }

    /// What the file holds is not compared with what is recorded: that is for who uses it, and a stage that was killed may have written more than it
    /// could record.
    private mutating func reseal(_ path: String) throws {
        do {
            try installation.keyring.reseal(installation.place(path))
            report.files += 1
        } catch let error as SealingError where error.code == .sealMissing {
        } catch let error as SealingError where error.isOfContent {
            report.unreadable.append("\(error)")
        }
    }

    /// A run's files that the new key has not sealed: those of the ledger, and those of a stage that did not come to its end.
    private func outdatedFiles(of run: RunID) async throws -> [String] {
        let known = try await installation.ledger.read { try $0.artifacts(of: run).map(\.path) }
        let paths = Set(known + installation.workspace.files(of: run)).sorted()
        return try paths.filter { try installation.keyring.isOutdated(installation.place($0)) }
    }

    private func forgetOldKeys() async throws {
        let ring = try installation.keyring.retired()
        let detail = "sealing key \(ring.sealingKeyID), \(report.files) files sealed again"
        let entry = AuditEntry(at: installation.clock.now(), run: nil, event: "key-rotated", detail: detail)
        try await installation.ledger.write(as: claim) { ledger in
            try LedgerKeys.write(ring.wrapped, to: ledger)
            try ledger.add(entry)
        }
        installation.crashPoints.reach("key-rotation.retired")
        try await installation.ledger.scrub()
        installation.crashPoints.reach("key-rotation.scrubbed")
        try await installation.ledger.write(as: claim) { try $0.setSetting(Self.setting, to: []) }
    }

    /// Waits a moment; `false` once it has been waited long enough.
    private func pause() async throws -> Bool {
        guard installation.clock.boot().nanoseconds < deadline.nanoseconds else { return false }
        try await installation.ledger.renew(claim)
        try await installation.clock.sleep(.milliseconds(200))
        return true
    }

    /// Holds the new key's id while a rotation has not come to its end.
    private static let setting = "key-rotation"
}
