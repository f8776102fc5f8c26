import Commerce
import FileDrops
import Ledgers
import Logging
import Pipelines
import Sealing

/// Puts a source file away: into the archive, or with its reason into the quarantine, never over another file.
///
/// What has the source's name by now need not be what was fetched. A changed file is a new one: it stays, and the workspace's copy is put away instead.
struct SourceArchiving {
    let run: Run
    /// What was fetched; `nil` for a file that was never read.
    let copy: Artifact?
    let source: Source
    let context: StageContext
    /// Whether the run came to its end before: then its marker is put away too, and one that is there now is another file's.
    let hasEnded: Bool

    func away() async throws {
        let isQuarantined = run.verdict == .quarantined || run.verdict == .incomplete
        let directory = isQuarantined ? source.quarantine : source.archive
        var moved = try await earlierMove()
        if moved == nil { moved = try await moveOfAnother(into: directory) }
        if let moved {
            if !hasEnded { try await moveMarker(to: directory) }
            try await writeReason(beside: moved, isQuarantined)
            return
        }
        try await source.drop.makeDirectory(directory)
        let target = try await freePlace(in: directory)
        try await record(target, as: .staged)
        try await context.renew()
        context.reach("before-archive")
        try await put(into: target)
        context.reach("archived")
        try await record(target, as: .published)
        try await moveMarker(to: directory)
        try await writeReason(beside: target, isQuarantined)
        context.logger.info("source put away", metadata: ["run": "\(run.id)", "path": "\(target)"])
    }

    /// Where the source was moved before a crash; `nil` when it was not.
    private func earlierMove() async throws -> DropPath? {
        let id = run.id
        guard let earlier = try await context.read({ try $0.deliveries(of: id).last { $0.kind == .source } }) else {
            return nil
        }
        let target = try DropPath(earlier.path)
        if earlier.state == .published { return target }
        guard try await isFetchedFile(at: target) else {
            try await giveBack(target)
            return nil
        }
        try await record(target, as: .published)
        return target
    }

    /// Where another installation on this drop has put the very file, by its name, size and time; `nil` when none has.
    private func moveOfAnother(into directory: DropPath) async throws -> DropPath? {
        guard copy != nil, !run.source.vanished, try await source.drop.stat(DropPath(run.source.path)) == nil else {
            return nil
        }
        let place = try directory.appending(run.source.name)
        guard let present = try await source.drop.stat(place), isSame(present.stamp) else { return nil }
        context.logger.notice(
            "the source was put away by another installation; this one has processed it too",
            metadata: ["path": "\(place)"]
        )
        try await record(place, as: .published)
        return place
    }

    private func put(into target: DropPath) async throws {
        let path = try DropPath(run.source.path)
        guard !run.source.vanished, let present = try await source.drop.stat(path), isSame(present.stamp) else {
            return try await writeCopy(to: target)
        }
        try await restrict(path, present)
        do {
            try await source.drop.move(path, to: target)
        } catch let error as FileDropError where error.code == .exists {
            try await settle(error, at: target)
        }
        context.reach("moved")
        guard try await !isFetchedFile(at: target) else { return }
        try await giveBack(target)
        try await writeCopy(to: target)
    }

    /// What was fetched may hold codes: whoever wrote it may have let everybody read it, and the archive keeps it for long.
    private func restrict(_ path: DropPath, _ present: DropEntry) async throws {
        guard present.mode.map({ $0 != $0.intersection(.ofCodes) }) ?? true else { return }
        do {
            try await source.drop.restrict(path, to: .ofCodes)
        } catch let error as FileDropError where !error.isOfConnection {
            context.logger.info(
                "the source's mode can't be changed, so that others may be able to read it in the archive",
                metadata: ["path": "\(path)", "error": "\(error)"]
            )
        }
    }

    /// Another installation has put something there at this moment: the very file, or another one, and then the next try takes another name.
    private func settle(_ error: FileDropError, at target: DropPath) async throws {
        if try await source.drop.stat(DropPath(run.source.path)) == nil, try await isFetchedFile(at: target) { return }
        throw FileDropError(
            error.code,
            doing: error.doing,
            path: error.path,
            drop: error.drop,
            cause: error.cause,
            disposition: .retry()
        )
    }

    /// Moves a file that was moved for the fetched one, and is another, back to where it will be taken.
    private func giveBack(_ target: DropPath) async throws {
        let path = try DropPath(run.source.path)
        guard try await source.drop.stat(target) != nil, try await source.drop.stat(path) == nil else { return }
        context.logger.warning(
            "the source was replaced while it was processed; it is a new file",
            metadata: ["path": "\(path)"]
        )
        try await source.drop.move(target, to: path)
    }

    private func isSame(_ stamp: FileStamp) -> Bool {
        stamp.size == run.source.size && stamp.modified == run.source.modified
    }

    /// Whether what was fetched lies there: by size and time, or else by content.
    private func isFetchedFile(at path: DropPath) async throws -> Bool {
        guard let present = try await source.drop.stat(path) else { return false }
        if isSame(present.stamp) { return true }
        guard copy != nil, present.stamp.size == run.source.size else { return false }
        return try await source.drop.digest(of: path) == run.digest
    }

    private func writeCopy(to target: DropPath) async throws {
        guard let copy else { return }
        let name = "\(context.installation.name)-\(run.id)-source"
        let staged = try await source.drop.stageCodes(as: name, withoutMode: {}) { writer in
            let plaintext = try context.open(copy)
            while let bytes = try plaintext.next() { try await writer.write(bytes) }
        }
        try await source.drop.publish(staged, to: target, replacing: false)
    }

    /// The source's own name, or one with its digest where that is taken: `‹name›.‹8 hex›`, then `….2` and so on, and at last with the run's number,
    /// so that a file that comes again and again does not try all names of the ones before it.
    private func freePlace(in directory: DropPath) async throws -> DropPath {
        let plain = run.source.name
        let version = run.digest.isEmpty ? "" : ".\(run.digest.prefix(8))"
        let numbers = [""] + (2...9).map { ".\($0)" }
        var suffixes = [""]
        if !version.isEmpty { suffixes += numbers.map { version + $0 } }
        suffixes += numbers.map { "\(version).run-\(run.id)\($0)" }
        for suffix in suffixes {
            let place = try directory.appending(fittingName(plain, suffix: suffix))
            if try await source.drop.stat(place) == nil { return place }
        }
        throw FileDropError.noFreeName(try directory.appending(plain), on: source.drop, tries: suffixes.count)
    }

    private func moveMarker(to directory: DropPath) async throws {
        guard let suffix = source.doneMarker else { return }
        let marker = try source.directory.appending(run.source.name + suffix)
        guard try await source.drop.stat(marker) != nil else { return }
        let target = try directory.appending(run.source.name + suffix)
        guard try await source.drop.stat(target) == nil else { return try await source.drop.remove(marker) }
        try await source.drop.move(marker, to: target)
    }

    private func writeReason(beside target: DropPath, _ isQuarantined: Bool) async throws {
        guard isQuarantined, let reason = run.reason else { return }
        let text = Array("\(run.source.name): \(reason)\n".utf8)
        let replaces = try await source.drop.capabilities().atomicReplace
        guard let path = try await reasonPlace(beside: target, for: text, replaces) else { return }
        let name = "\(context.installation.name)-\(run.id)-reason"
        let staged = try await source.drop.stage(as: name, mode: nil) { try await $0.write(text) }
        try await source.drop.publish(staged, to: path, replacing: replaces)
    }

    /// Where the reason goes, or `nil` when it stands there already.
    ///
    /// `‹name›.reason.txt`; where that can't be replaced and holds another reason, `‹name›.reason.2.txt` and so on.
    private func reasonPlace(beside target: DropPath, for text: [UInt8], _ replaces: Bool) async throws -> DropPath? {
        var path = try target.parent.appending(fittingName(target.name, suffix: ".reason.txt"))
        var number = 1
        while !replaces, try await source.drop.stat(path) != nil {
            let digest = try await source.drop.digest(of: path)
            if digest == SHA256Digest(of: text).hex { return nil }
            guard number < mostNameTries else { throw FileDropError.noFreeName(path, on: source.drop, tries: number) }
            number += 1
            path = try target.parent.appending(fittingName(target.name, suffix: ".reason.\(number).txt"))
        }
        return path
    }

    private func record(_ target: DropPath, as state: DeliveryState) async throws {
        let delivery = Delivery(
            run: run.id,
            kind: .source,
            attempt: 0,
            part: 0,
            drop: source.drop.name,
            path: target.text,
            stagedName: "",
            digest: run.digest,
            state: state,
            updatedAt: context.now()
        )
        let event = run.verdict == .quarantined ? "quarantined" : "archived"
        try await context.write { ledger in
            try ledger.put(delivery)
            guard state == .published else { return }
            try ledger.add(
                AuditEntry(at: delivery.updatedAt, run: delivery.run, event: event, detail: delivery.path)
            )
        }
    }
}
