import Commerce
import FileDrops

/// Tries what delivery and archive will do on a drop: write, rename into place, replace, move, remove.
///
/// It uses two names of its own, `.dropline-check-‹8 hex›` with `-a` or `-b`, files of a few bytes that are there for a moment; whatever happens, it
/// removes them.
struct DropProbe {
    let drop: any FileDrop
    let staging: DropPath
    /// Where a file may lie for a moment, best first.
    let places: [DropPath]

    /// What the drop does.
    struct Shown {
        /// `lists, writes and renames, replaces in one step`.
        let words: String
        /// What could not be tried, and why.
        let notes: [String]
    }

    func run() async throws -> Shown {
        let abilities = try await drop.capabilities()
        var notes: [String] = []
        do {
            _ = try await drop.list(.root)
        } catch let error as FileDropError where error.code == .permissionDenied {
            // Nothing needs it: what is read and written lies below.
            notes.append("the root itself may not be listed")
        }
        let drawn = String(UInt32.random(in: 0x1000_0000 ... .max), radix: 16)
        let name = ".dropline-check-" + drawn
        let files = try places.map { (one: try $0.appending(name + "-a"), other: try $0.appending(name + "-b")) }
        let place: DropPath?
        do {
            place = try await renames(files, named: "dropline-check-" + drawn, abilities)
        } catch {
            await cleanUp(files.flatMap { [$0.one, $0.other] }, named: "dropline-check-" + drawn)
            throw error
        }
        let words = [
            place == nil ? "lists and writes" : "lists, writes and renames",
            abilities.atomicReplace
                ? "replaces in one step" : "can't replace in one step: changed outputs get new names",
            abilities.fsync ? "syncs to the disk" : "does not sync",
            abilities.exclusiveMove ? "moves without overwriting" : "looks before it moves, so as not to overwrite",
        ]
        if place == nil {
            notes.append(
                "renaming was tried in \(staging) alone: beside it nothing may be written, and no pipeline has an archive yet"
            )
        }
        return Shown(words: words.joined(separator: ", "), notes: notes)
    }

    /// Tries it where it is permitted first; `nil` where it is permitted nowhere.
    private func renames(
        _ files: [(one: DropPath, other: DropPath)],
        named name: String,
        _ abilities: DropCapabilities
    ) async throws -> DropPath? {
        // Twice: the second one is renamed over the first within the staging directory.
        _ = try await stage(name, Self.first)
        let staged = try await stage(name, Self.first)
        for (one, other) in files {
            do {
                try await drop.publish(staged, to: one, replacing: false)
            } catch let error as FileDropError where error.code == .permissionDenied {
                continue
            }
            try await tryAll(one, other, named: name, abilities)
            return one.parent
        }
        try await drop.discard(staged)
        return nil
    }

    private func tryAll(
        _ one: DropPath,
        _ other: DropPath,
        named name: String,
        _ abilities: DropCapabilities
    ) async throws {
        let staged = try await stage(name, Self.second)
        try await mustRefuse("renaming a new file over") { try await drop.publish(staged, to: one, replacing: false) }
        if abilities.atomicReplace {
            try await drop.publish(staged, to: one, replacing: true)
            try await expect(Self.second, at: one)
            _ = try await stage(name, Self.first)
        }
        try await drop.publish(try StagedFile(name: name), to: other, replacing: false)
        try await mustRefuse("moving a file over") { try await drop.move(one, to: other) }
        try await drop.remove(other)
        try await drop.move(one, to: other)
        try await expect(abilities.atomicReplace ? Self.second : Self.first, at: other)
        try await drop.remove(other)
    }

    private func stage(_ name: String, _ content: String) async throws -> StagedFile {
        try await drop.stage(as: name, mode: nil) { try await $0.write(Array(content.utf8)) }
    }

    /// What the drop must not do: it would lose a file.
    private func mustRefuse(_ doing: String, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as FileDropError where error.code == .exists {
            return
        }
        throw ProbeFault(words: "\(doing) another was not refused: files put away here could be lost")
    }

    private func expect(_ content: String, at path: DropPath) async throws {
        var bytes: [UInt8] = []
        let isWhole = try await drop.read(path, upTo: Int64(content.utf8.count)) { bytes += $0 }
        guard isWhole, bytes == Array(content.utf8) else {
            throw ProbeFault(words: "a file that was renamed to \(path) holds something else than was written")
        }
    }

    /// Removes what a failure left; what can't be removed is named by the failure's own words.
    private func cleanUp(_ paths: [DropPath], named name: String) async {
        if let staged = try? StagedFile(name: name) { try? await drop.discard(staged) }
        for path in paths { try? await drop.remove(path) }
    }

    private static let first = "check\n"
    private static let second = "check again\n"
}

/// A drop that does something else than it says.
struct ProbeFault: ClassifiedError {
    let words: String
    var disposition: Disposition { .stop }
    var side: FaultSide { .remote }
    var codeName: String { "drop-unsound" }
    var description: String { words + "; use another server, or tell its owner" }
}
