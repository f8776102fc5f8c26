import DropDoubles
import FileDrops
import Foundation
import Testing

@testable import Assembly

/// What `check --connect` does on a drop, and that it leaves nothing there.
struct DropProbeTests {
    private let folder: TemporaryFolder
    private let drop: FolderDrop

    init() throws {
        folder = try TemporaryFolder()
        drop = try FolderDrop(name: "local", root: folder.path)
    }

    private func probe(_ drop: any FileDrop, _ places: [DropPath] = [.root]) -> DropProbe {
        DropProbe(drop: drop, staging: FolderDrop.defaultStaging, places: places)
    }

    /// Every file below the root, staged ones too.
    private func files() -> [String] {
        let walk = FileManager.default.enumerator(atPath: folder.path)
        var files: [String] = []
        while let path = walk?.nextObject() as? String {
            if walk?.fileAttributes?[.type] as? FileAttributeType != .typeDirectory { files.append(path) }
        }
        return files
    }

    @Test func `a sound drop is told with all that it can do, and nothing stays behind`() async throws {
        let shown = try await probe(drop).run()
        #expect(
            shown.words
                == "lists, writes and renames, replaces in one step, syncs to the disk, moves without overwriting"
        )
        #expect(shown.notes == [])
        #expect(files() == [])
    }

    @Test func `a drop that can't replace is told so, and tried without`() async throws {
        let shown = try await probe(DropWithoutReplace(drop)).run()
        #expect(shown.words.contains("renames, can't replace in one step: changed outputs get new names"))
        #expect(files() == [])
    }

    @Test func `where nothing may be written beside the staging directory the archive is tried`() async throws {
        try await drop.makeDirectory(DropPath("archive"))
        let guarded = GuardedDrop(drop: drop, open: [try DropPath("archive")])
        let shown = try await probe(guarded, [.root, try DropPath("archive")]).run()
        #expect(shown.words.hasPrefix("lists, writes and renames") && shown.notes == [])
        #expect(files() == [])
    }

    @Test func `where renaming is permitted nowhere it is told what was not tried`() async throws {
        let shown = try await probe(GuardedDrop(drop: drop, open: [])).run()
        #expect(shown.words.hasPrefix("lists and writes,"))
        #expect(shown.notes.first?.contains("renaming was tried in .dropline alone") == true)
        #expect(files() == [])
    }

    @Test func `a drop that moves one file over another is a fault: files could be lost`() async throws {
        await #expect(throws: ProbeFault.self) { try await probe(OverwritingDrop(drop: drop)).run() }
        #expect(files() == [])
    }

    @Test(arguments: FailingDrop.Call.allCases)
    func `whatever fails on the way is thrown, and what was written is removed`(_ call: FailingDrop.Call) async throws {
        await #expect(throws: FileDropError.self) { try await probe(FailingDrop(drop: drop, call: call)).run() }
        #expect(files() == [])
    }

    @Test func `two probes at once don't meet`() async throws {
        try await withThrowingTaskGroup { group in
            for _ in 1...8 { group.addTask { [probe = probe(drop)] in _ = try await probe.run() } }
            try await group.waitForAll()
        }
        #expect(files() == [])
    }
}

/// A drop that permits files in some directories alone.
private struct GuardedDrop: FileDropWrapper {
    let drop: any FileDrop
    let open: [DropPath]

    func publish(_ staged: StagedFile, to path: DropPath, replacing: Bool) async throws {
        guard open.contains(path.parent) else {
            throw FileDropError(.permissionDenied, doing: "publishing", path: path.text, drop: name)
        }
        try await drop.publish(staged, to: path, replacing: replacing)
    }
}

/// A drop whose moves overwrite.
private struct OverwritingDrop: FileDropWrapper {
    let drop: any FileDrop

    func move(_ from: DropPath, to: DropPath) async throws {
        if try await drop.stat(to) != nil { try await drop.remove(to) }
        try await drop.move(from, to: to)
    }
}

/// A drop on which one kind of call fails.
struct FailingDrop: FileDropWrapper {
    enum Call: CaseIterable { case list, stage, publish, replace, move, read }

    let drop: any FileDrop
    let call: Call

    private func fail(_ call: Call) throws {
        if call == self.call { throw FileDropError(.io, doing: "trying", drop: name) }
    }

    func list(_ directory: DropPath) async throws -> [DropEntry] {
        try fail(.list)
        return try await drop.list(directory)
    }

    func stage(
        as name: String,
        mode: FileMode?,
        _ body: (any DropFileWriter) async throws -> Void
    ) async throws -> StagedFile {
        try fail(.stage)
        return try await drop.stage(as: name, mode: mode, body)
    }

    func publish(_ staged: StagedFile, to path: DropPath, replacing: Bool) async throws {
        try fail(replacing ? .replace : .publish)
        try await drop.publish(staged, to: path, replacing: replacing)
    }

    func move(_ from: DropPath, to: DropPath) async throws {
        try fail(.move)
        try await drop.move(from, to: to)
    }

    func withFile<R: Sendable>(
        _ path: DropPath,
        _ body: (any DropFileReader) async throws -> R
    ) async throws -> R {
        try fail(.read)
        return try await drop.withFile(path, body)
    }
}
