import Commerce
import Foundation
public import Ledgers
public import Pipelines
import Records
import Sealing

/// The rejected rows of a run, as they were written to a file.
public struct RejectedRows: Sendable {
    /// How many rows the file holds.
    public var count = 0
    /// The first of them, with their reasons.
    public var first: [Row] = []
}

extension SourceForm {
    /// Writes a run's rejected rows to a local file that is not there yet, in the form of their source, so that they can be corrected and dropped again.
    ///
    /// Codes are masked unless `reveal`. The audit trail gets its entry before the file is made. Throws `Refusal` when there is nothing to write
    /// or the file can't be made; a file that was begun is removed again when it can't be ended.
    public func writeRejectedRows(
        of id: RunID,
        to path: String,
        reveal: Bool,
        _ decision: Decision,
        in installation: Installation
    ) async throws -> RejectedRows {
        let run = try await installation.ledger.knownRun(id)
        try await installation.ledger.read { try $0.requireUnpurged(id, [.workspace]) }
        let pages = RowReading(ledger: installation.ledger, run: id, statuses: [.invalid, .refused, .conflict])
        guard let first = try await pages.page(after: 0).first else {
            throw Refusal(.wrongUsage, "run \(id) has no rejected rows")
        }
        guard let source = try await installation.ledger.read({ try $0.artifacts(of: id).first { $0.kind == .source } })
        else { throw Refusal(.wrongUsage, "run \(id) has no source: it was never read") }
        let current = try await installation.withCurrentKeys()
        // A file that is not what was recorded is found before anything is said to be written.
        _ = try current.open(source, of: id)
        let file = try NewFile(path)
        do {
            let facts = "rejected rows of \(run.source.name) to \(path), codes \(reveal ? "in clear" : "masked")"
            let event = reveal ? "rejects-revealed" : "rejects-written"
            try await installation.ledger.write { try $0.add(decision.entry(event, facts, run: id)) }
            installation.crashPoints.reach("rejects.recorded")
            var rejects = try self.file(file, of: { try current.open(source, of: id) }, reveal: reveal)
            var written = RejectedRows()
            var page = try await pages.page(after: first.line - 1)
            while let last = page.last {
                for row in page {
                    try rejects.write(line: row.line)
                    if written.first.count < 20 { written.first.append(row) }
                }
                written.count += page.count
                page = try await pages.page(after: last.line)
            }
            try rejects.finish()
            try file.close()
            return written
        } catch {
            file.discard()
            throw error
        }
    }
}

/// The rows of a run with some statuses, page by page.
private struct RowReading {
    let ledger: any Ledger
    let run: RunID
    let statuses: Set<RowStatus>

    func page(after line: Int) async throws -> [Row] {
        try await ledger.read { [run, statuses] in try $0.rows(of: run, statuses: statuses, after: line, limit: 2_000) }
    }
}

/// A local file for its owner only, that was not there before.
private struct NewFile: ByteSink {
    private let path: String
    private let handle: FileHandle

    init(_ path: String) throws {
        let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let why =
                errno == EEXIST ? "it is there already, and nothing is overwritten" : String(cString: strerror(errno))
            throw Refusal(.wrongUsage, "can't make \(path): \(why)")
        }
        self.path = path
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    func write(_ bytes: [UInt8]) throws { try handle.write(contentsOf: Data(bytes)) }

    func close() throws {
        try handle.synchronize()
        try handle.close()
    }

    func discard() { unlink(path) }
}
