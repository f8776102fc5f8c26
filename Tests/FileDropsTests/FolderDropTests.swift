import Commerce
import Foundation
import Testing

@testable import FileDrops

@Suite struct FolderDropTests {
    let folder: TemporaryFolder
    let drop: FolderDrop

    init() throws {
        folder = try TemporaryFolder()
        drop = try FolderDrop(name: "local", root: folder.path)
    }

    // MARK: The root

    @Test func `the root may be a link`() async throws {
        let elsewhere = try TemporaryFolder()
        try elsewhere.link("root", to: folder.path)
        try folder.write("a.csv")
        let drop = try FolderDrop(name: "local", root: elsewhere.path + "/root")
        let names = try await drop.list(.root).map(\.path.text)
        #expect(names == ["a.csv"])
    }

    @Test func `a missing root is unreachable, and never absent or empty`() async throws {
        let drop = try FolderDrop(name: "local", root: folder.path + "/unmounted")
        for (name, call) in calls(on: drop) {
            let error = await fault(call)
            #expect(error?.code == .unreachable, "\(name)")
            #expect(error?.description.contains("unmounted") == true, "\(name)")
            #expect(error?.disposition == .retry(), "\(name)")
        }
        let names = try folder.names()
        #expect(names.isEmpty, "and it isn't made")
    }

    @Test func `a file as root is unreachable too`() async throws {
        try folder.write("file")
        let drop = try FolderDrop(name: "local", root: folder.path + "/file")
        let error = await fault { _ = try await drop.list(.root) }
        #expect(error?.code == .unreachable)
    }

    // MARK: Links and other things that aren't files

    @Test func `a link to a file is listed as a link and never read`() async throws {
        let outside = try TemporaryFolder()
        try outside.write("secret.csv", [9])
        try folder.makeDirectory("in")
        try folder.link("in/link.csv", to: outside.path + "/secret.csv")
        try folder.link("in/dangling.csv", to: "nowhere")
        let kinds = try await drop.list(DropPath("in")).map(\.kind)
        #expect(kinds == [.link, .link])
        let seen = try await drop.stat(DropPath("in/link.csv"))
        #expect(seen?.kind == .link)
        for name in ["in/link.csv", "in/dangling.csv"] {
            let error = await fault { try await drop.withFile(DropPath(name)) { _ in } }
            #expect(error?.code == .notAFile)
        }
    }

    @Test func `a directory that is a link is never entered`() async throws {
        let outside = try TemporaryFolder()
        try outside.write("a.csv", [9])
        try folder.write("b.csv")
        try folder.link("in", to: outside.path)
        let staged = try await drop.stage(as: "out", mode: nil) { _ in }
        let calls: [(String, () async throws -> Void)] = [
            ("list", { _ = try await drop.list(DropPath("in")) }),
            ("stat", { _ = try await drop.stat(DropPath("in/a.csv")) }),
            ("read", { try await drop.withFile(DropPath("in/a.csv")) { _ in } }),
            ("publish", { try await drop.publish(staged, to: DropPath("in/new.csv"), replacing: true) }),
            ("move in", { try await drop.move(DropPath("b.csv"), to: DropPath("in/b.csv")) }),
            ("move out", { try await drop.move(DropPath("in/a.csv"), to: DropPath("a.csv")) }),
            ("make", { try await drop.makeDirectory(DropPath("in/sub")) }),
            ("make over", { try await drop.makeDirectory(DropPath("in")) }),
            ("remove", { try await drop.remove(DropPath("in/a.csv")) }),
        ]
        for (name, call) in calls {
            let error = await fault(call)
            #expect(error?.code == .outsideRoot, "\(name)")
            #expect(error?.description.contains("in is a link") == true, "\(name)")
        }
        #expect(try outside.names() == ["a.csv"])
        #expect(try outside.read("a.csv") == [9])
    }

    @Test func `a staging directory that is a link is refused`() async throws {
        let outside = try TemporaryFolder()
        try folder.link(".dropline", to: outside.path)
        let error = await fault { _ = try await drop.stage(as: "out", mode: nil) { _ in } }
        #expect(error?.code == .outsideRoot)
        #expect(try outside.names().isEmpty)
    }

    @Test func `publishing over a link replaces the link and not what it leads to`() async throws {
        let outside = try TemporaryFolder()
        try outside.write("target", [9])
        try folder.link("out.csv", to: outside.path + "/target")
        let staged = try await drop.stage(as: "out", mode: nil) { try await $0.write([1]) }
        let error = await fault { try await drop.publish(staged, to: DropPath("out.csv"), replacing: false) }
        #expect(error?.code == .exists)
        try await drop.publish(staged, to: DropPath("out.csv"), replacing: true)
        #expect(try outside.read("target") == [9])
        #expect(try folder.read("out.csv") == [1])
        let seen = try await drop.stat(DropPath("out.csv"))
        #expect(seen?.kind == .file)
    }

    @Test(.timeLimit(.minutes(10)))
    func `a pipe is listed as other and reading it doesn't wait`() async throws {
        #expect(mkfifo(folder.path + "/pipe.csv", 0o600) == 0)
        let kinds = try await drop.list(.root).map(\.kind)
        #expect(kinds == [.other])
        let error = await fault { try await drop.withFile(DropPath("pipe.csv")) { _ in } }
        #expect(error?.code == .notAFile)
    }

    @Test func `a name that is no UTF-8 is listed escaped and as other, and nothing crashes`() async throws {
        let path = Array((folder.path + "/Gef").utf8) + [0xFC] + Array("hl-\u{E9}.csv".utf8) + [0]
        let descriptor = open(path.map { CChar(bitPattern: $0) }, O_CREAT | O_WRONLY, 0o600)
        #expect(descriptor >= 0)
        close(descriptor)
        let entries = try await drop.list(.root)
        #expect(entries.map(\.path.text) == ["Gef\\xFChl-\u{E9}.csv"])
        #expect(entries.map(\.kind) == [.other])
        let path2 = try #require(entries.first).path
        let seen = try await drop.stat(path2)
        #expect(seen == nil)
    }

    // MARK: The staging directory

    @Test func `the staging directory has mode 0700 and is made on first use only`() async throws {
        _ = try await drop.list(.root)
        #expect(try folder.names().isEmpty)
        _ = try await drop.stage(as: "out", mode: nil) { _ in }
        #expect(try folder.names() == [".dropline"])
        #expect(mode(".dropline") == 0o700)
    }

    @Test func `no path may lie in the staging directory`() async throws {
        let staged = try await drop.stage(as: "out", mode: nil) { _ in }
        try folder.write("a.csv")
        let calls: [(String, () async throws -> Void)] = [
            ("list", { _ = try await drop.list(DropPath(".dropline")) }),
            ("stat", { _ = try await drop.stat(DropPath(".dropline/out")) }),
            ("read", { try await drop.withFile(DropPath(".dropline/out")) { _ in } }),
            ("publish", { try await drop.publish(staged, to: DropPath(".dropline/x"), replacing: true) }),
            ("move in", { try await drop.move(DropPath("a.csv"), to: DropPath(".dropline/a.csv")) }),
            ("move out", { try await drop.move(DropPath(".dropline/out"), to: DropPath("out")) }),
            ("move it", { try await drop.move(DropPath(".dropline"), to: DropPath("out")) }),
            ("make", { try await drop.makeDirectory(DropPath(".dropline/sub")) }),
            ("remove", { try await drop.remove(DropPath(".dropline/out")) }),
        ]
        for (name, call) in calls {
            let error = await fault(call)
            #expect(error?.code == .nameRefused, "\(name)")
        }
        let names = try folder.names(in: ".dropline")
        #expect(names == ["out"])
    }

    @Test func `a staging directory elsewhere is used and hidden where it is`() async throws {
        let drop = try FolderDrop(name: "local", root: folder.path, staging: DropPath("work/tmp"))
        try folder.makeDirectory("work/done")
        let staged = try await drop.stage(as: "out", mode: nil) { _ in }
        let listed = try await drop.list(DropPath("work")).map(\.path.text)
        #expect(listed == ["work/done"])
        try await drop.publish(staged, to: DropPath("work/done/out"), replacing: false)
        #expect(try folder.names(in: "work/done") == ["out"])
        #expect(try folder.names() == ["work"])
    }

    @Test func `the root can't be the staging directory`() throws {
        #expect(throws: FileDropError.self) { try FolderDrop(name: "local", root: folder.path, staging: .root) }
    }

    @Test func `what a dead process left unfinished is removed, and what a living one writes is not`() async throws {
        try folder.makeDirectory(".dropline")
        try folder.write(".dropline/.part-folder-dead")
        try folder.write(".dropline/.part-of-a-server")
        try folder.write(".dropline/whole")
        let other = try FolderDrop(name: "local", root: folder.path)
        _ = try await drop.stage(as: "living", mode: nil) { writer in
            try await writer.write([1])
            _ = try await other.stage(as: "second", mode: nil) { _ in }
            try await writer.write([2])
        }
        #expect(try folder.names(in: ".dropline") == [".part-of-a-server", "living", "second", "whole"])
        #expect(try folder.read(".dropline/living") == [1, 2])
    }

    @Test func `a publish by link and unlink that was cut in two is completed`() async throws {
        let staged = try await drop.stage(as: "out", mode: nil) { try await $0.write([1]) }
        #expect(Glibc.link(folder.path + "/.dropline/out", folder.path + "/out.csv") == 0)
        for replacing in [false, true] {
            if replacing { #expect(Glibc.link(folder.path + "/out.csv", folder.path + "/.dropline/out") == 0) }
            try await drop.publish(staged, to: DropPath("out.csv"), replacing: replacing)
            #expect(try folder.names() == [".dropline", "out.csv"])
            #expect(try folder.names(in: ".dropline").isEmpty)
            #expect(try folder.read("out.csv") == [1])
        }
    }

    // MARK: Modes

    @Test func `a published file has the mode that the umask gives a new file`() async throws {
        try folder.write("plain.csv")
        let expected = try plainMode()
        let staged = try await drop.stage(as: "out", mode: nil) { _ in }
        #expect(mode(".dropline/out") == expected)
        try await drop.publish(staged, to: DropPath("out.csv"), replacing: false)
        #expect(mode("out.csv") == expected)
    }

    @Test func `a mode that is asked for holds before the file is published, whatever the umask`() async throws {
        let staged = try await drop.stage(as: "out", mode: FileMode("0666")) { writer in
            let part = try folder.names(in: ".dropline").first ?? ""
            #expect(mode(".dropline/" + part) == 0o666)
        }
        try await drop.publish(staged, to: DropPath("out.csv"), replacing: false)
        #expect(mode("out.csv") == 0o666)
        let seen = try await drop.stat(DropPath("out.csv"))
        #expect(seen?.mode == FileMode("0666"))
    }

    // MARK: Files that change

    @Test func `a file that shrinks while it is read ends early, and its stamp tells`() async throws {
        try folder.write("a.csv", [UInt8](repeating: 1, count: 600_000))
        let before = try #require(await drop.stat(DropPath("a.csv"))?.stamp)
        let (count, after) = try await drop.withFile(DropPath("a.csv")) { reader in
            var count = try await reader.read()?.count ?? 0
            #expect(truncate(folder.path + "/a.csv", 200_000) == 0)
            while let more = try await reader.read() { count += more.count }
            return (count, try await reader.stamp())
        }
        #expect(count == 200_000)
        #expect(!after.rests(since: before))
    }

    @Test func `a file that vanishes while it is read is read to its end`() async throws {
        try folder.write("a.csv", [UInt8](repeating: 1, count: 600_000))
        let count = try await drop.withFile(DropPath("a.csv")) { reader in
            var count = try await reader.read()?.count ?? 0
            try await drop.remove(DropPath("a.csv"))
            while let more = try await reader.read() { count += more.count }
            return count
        }
        #expect(count == 600_000)
    }

    @Test func `a replaced file of the same size and time has another id`() async throws {
        try folder.write("a.csv")
        try folder.write("b.csv")
        let times = [timespec(tv_sec: 1_700_000_000, tv_nsec: 5), timespec(tv_sec: 1_700_000_000, tv_nsec: 5)]
        for name in ["a.csv", "b.csv"] { utimensat(AT_FDCWD, folder.path + "/" + name, times, 0) }
        let before = try #require(await drop.stat(DropPath("a.csv"))?.stamp)
        #expect(rename(folder.path + "/b.csv", folder.path + "/a.csv") == 0)
        let after = try #require(await drop.stat(DropPath("a.csv"))?.stamp)
        #expect(after.rests(since: before))
        #expect(after != before)
        #expect(after.modified == 1_700_000_000_000_000_005)
    }

    @Test(arguments: [0, -86_400, 15_000_000_000, 1])
    func `times that anybody set don't crash`(_ seconds: Int) async throws {
        try folder.write("a.csv")
        let times = [timespec(tv_sec: seconds, tv_nsec: 7), timespec(tv_sec: seconds, tv_nsec: 7)]
        utimensat(AT_FDCWD, folder.path + "/a.csv", times, 0)
        let stamp = try #require(await drop.stat(DropPath("a.csv"))?.stamp)
        #expect(stamp.modified == (seconds == 15_000_000_000 ? .max : Int64(seconds) * 1_000_000_000 + 7))
    }

    // MARK: A full disk

    @Test func `a full disk is no space left, with what to do`() async throws {
        let error = await fault {
            let full = try Descriptor(path: "/dev/full", flags: O_WRONLY)
            try await drop.files.explaining("staging", DropPath("x")) { () throws(LinuxError) in try full.write([1]) }
        }
        #expect(error?.code == .noSpace)
        #expect(error?.disposition == .retry())
        #expect(error?.description.contains("free space") == true)
    }

    // MARK: Blocking

    @Test(.timeLimit(.minutes(10)))
    func `a folder that hangs holds up neither another folder nor the pool`() async throws {
        let other = try FolderDrop(name: "other", root: folder.path)
        let gate = Gate()
        async let stuck = drop.files.block(on: gate)
        await gate.isReached()
        for _ in 0..<50 { _ = try await other.list(.root) }
        gate.open()
        let wasOpened = await stuck
        #expect(wasOpened, "the other folder had to wait")
    }

    private func mode(_ name: String) -> UInt32 {
        let attributes = try? FileManager.default.attributesOfItem(atPath: folder.path + "/" + name)
        return (attributes?[.posixPermissions] as? NSNumber)?.uint32Value ?? 0
    }

    private func plainMode() throws -> UInt32 {
        let descriptor = open(folder.path + "/made", O_CREAT | O_WRONLY, 0o666)
        close(descriptor)
        return mode("made")
    }

    private func fault(_ body: () async throws -> Void) async -> FileDropError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? FileDropError
        }
    }

    private func calls(on drop: FolderDrop) -> [(String, () async throws -> Void)] {
        [
            ("list", { _ = try await drop.list(.root) }),
            ("list below", { _ = try await drop.list(DropPath("in")) }),
            ("stat", { _ = try await drop.stat(DropPath("a.csv")) }),
            ("read", { try await drop.withFile(DropPath("a.csv")) { _ in } }),
            ("stage", { _ = try await drop.stage(as: "out", mode: nil) { _ in } }),
            ("staged", { _ = try await drop.stagedFile(named: "out") }),
            ("all staged", { _ = try await drop.stagedFiles() }),
            ("publish", { try await drop.publish(StagedFile(name: "out"), to: DropPath("out"), replacing: true) }),
            ("discard", { try await drop.discard(StagedFile(name: "out")) }),
            ("move", { try await drop.move(DropPath("a"), to: DropPath("b")) }),
            ("make", { try await drop.makeDirectory(DropPath("in")) }),
            ("remove", { try await drop.remove(DropPath("a.csv")) }),
        ]
    }
}

/// Lets a blocking call wait for a test.
private final class Gate: Sendable {
    private let entered = DispatchSemaphore(value: 0)
    private let released = DispatchSemaphore(value: 0)

    /// - Returns: whether the gate was opened, and not given up after two minutes.
    func wait() -> Bool {
        entered.signal()
        return released.wait(timeout: .now() + 120) == .success
    }

    func isReached() async {
        while entered.wait(timeout: .now()) == .timedOut { try? await Task.sleep(for: .milliseconds(2)) }
    }

    func open() { released.signal() }
}

extension FolderFiles {
    fileprivate func block(on gate: Gate) -> Bool { gate.wait() }
}
