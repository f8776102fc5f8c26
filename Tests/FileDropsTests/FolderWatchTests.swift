import FileDrops
import Foundation
import Glibc
import Synchronization
import Testing

/// What wakes a folder's watch, on real directories.
@Suite(.timeLimit(.minutes(10))) struct FolderWatchTests {
    /// A drop's root in a folder of its own, and how often its watch has called.
    private final class Scene: Sendable {
        let folder = NSTemporaryDirectory() + "dropline-watch-" + UUID().uuidString.prefix(8).lowercased()
        let watcher: FolderWatcher
        let calls = Mutex(0)
        let failures = Mutex<[String]>([])
        var root: String { folder + "/drop" }
        var inbox: String { root + "/a/in" }

        init(makesInbox: Bool = true) throws {
            watcher = try FolderWatcher()
            try FileManager.default.createDirectory(
                atPath: makesInbox ? inbox : folder,
                withIntermediateDirectories: true
            )
        }

        deinit { try? FileManager.default.removeItem(atPath: folder) }

        func watch(_ directory: String = "a/in") throws -> FolderWatch {
            watcher.watch(
                try DropPath(directory),
                below: root,
                names: { $0.hasSuffix(".csv") },
                changed: { self.calls.withLock { $0 += 1 } },
                failed: { why in self.failures.withLock { $0.append(why) } }
            )
        }

        func write(_ path: String) throws { try Data("x\n".utf8).write(to: URL(fileURLWithPath: path)) }

        /// Waits for a call since the last one that was waited for.
        func isCalled() async throws -> Bool {
            for _ in 0..<400 {
                if calls.withLock({ $0 }) > 0 {
                    // What belongs to the same change comes at once.
                    try await Task.sleep(for: .milliseconds(50))
                    calls.withLock { $0 = 0 }
                    return true
                }
                try await Task.sleep(for: .milliseconds(5))
            }
            return false
        }

        /// Makes a change that matters to another watch, waits until that one is told, and says whether nothing was told here before.
        func staysQuiet() async throws -> Bool {
            let other = folder + "/other-" + UUID().uuidString
            try FileManager.default.createDirectory(atPath: other + "/in", withIntermediateDirectories: true)
            let told = Mutex(false)
            let watch = watcher.watch(
                try DropPath("in"),
                below: other,
                names: { _ in true },
                changed: { told.withLock { $0 = true } },
                failed: { _ in }
            )
            defer { watch.end() }
            try write(other + "/in/x")
            for _ in 0..<400 where !told.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(5)) }
            return told.withLock { $0 } && calls.withLock { $0 } == 0
        }
    }

    @Test func `a file that is written, moved in or linked wakes`() async throws {
        let scene = try Scene()
        let watch = try scene.watch()
        defer { watch.end() }
        try scene.write(scene.inbox + "/a.csv")
        #expect(try await scene.isCalled())
        try scene.write(scene.root + "/b")
        #expect(rename(scene.root + "/b", scene.inbox + "/b.csv") == 0)
        #expect(try await scene.isCalled())
        #expect(link(scene.inbox + "/b.csv", scene.inbox + "/c.csv") == 0)
        #expect(try await scene.isCalled())
    }

    @Test func `names that don't matter, directories, and what is taken away wake nobody`() async throws {
        let scene = try Scene()
        try scene.write(scene.inbox + "/old.csv")
        let watch = try scene.watch()
        defer { watch.end() }
        try scene.write(scene.inbox + "/a-Results.txt")
        try FileManager.default.createDirectory(
            atPath: scene.inbox + "/archive.csv",
            withIntermediateDirectories: false
        )
        try FileManager.default.createDirectory(atPath: scene.root + "/.dropline", withIntermediateDirectories: false)
        #expect(rename(scene.inbox + "/old.csv", scene.inbox + "/archive.csv/old.csv") == 0)
        try scene.write(scene.inbox + "/archive.csv/b.csv")
        #expect(try await scene.staysQuiet())
    }

    @Test func `a writer that never rests is told a few times a second, not each time`() async throws {
        let scene = try Scene()
        let watch = try scene.watch()
        defer { watch.end() }
        let begin = ContinuousClock.now
        var writes = 0
        while begin.duration(to: .now) < .milliseconds(500) {
            try scene.write(scene.inbox + "/a.csv")
            writes += 1
        }
        let calls = scene.calls.withLock { $0 }
        #expect(1...8 ~= calls && calls < writes, "\(calls) calls for \(writes) writes")
    }

    @Test func `a directory that is removed and made again is watched again`() async throws {
        let scene = try Scene()
        let watch = try scene.watch()
        defer { watch.end() }
        for _ in 0..<3 {
            try FileManager.default.removeItem(atPath: scene.inbox)
            #expect(try await scene.isCalled(), "that it is gone is told")
            try FileManager.default.createDirectory(atPath: scene.inbox, withIntermediateDirectories: false)
            #expect(try await scene.isCalled())
            try scene.write(scene.inbox + "/a.csv")
            #expect(try await scene.isCalled())
        }
    }

    @Test func `a directory above it that is moved away and made again is watched again`() async throws {
        let scene = try Scene()
        let watch = try scene.watch()
        defer { watch.end() }
        #expect(rename(scene.root, scene.folder + "/old") == 0)
        #expect(try await scene.isCalled())
        try FileManager.default.createDirectory(atPath: scene.inbox, withIntermediateDirectories: true)
        #expect(try await scene.isCalled())
        try scene.write(scene.inbox + "/a.csv")
        #expect(try await scene.isCalled())
        try scene.write(scene.folder + "/old/a/in/b.csv")
        #expect(try await scene.staysQuiet(), "the directory that was moved away is no longer it")
    }

    @Test func `a directory that is not there yet is watched as soon as it is`() async throws {
        let scene = try Scene(makesInbox: false)
        let watch = try scene.watch()
        defer { watch.end() }
        try FileManager.default.createDirectory(atPath: scene.inbox, withIntermediateDirectories: true)
        #expect(try await scene.isCalled())
        try scene.write(scene.inbox + "/a.csv")
        #expect(try await scene.isCalled())
    }

    @Test func `what is missing down to the root's own parent is found by a refresh`() async throws {
        let scene = try Scene(makesInbox: false)
        try FileManager.default.removeItem(atPath: scene.folder)
        let watch = try scene.watch()
        defer { watch.end() }
        try FileManager.default.createDirectory(atPath: scene.inbox, withIntermediateDirectories: true)
        watch.refresh()
        try scene.write(scene.inbox + "/a.csv")
        #expect(try await scene.isCalled())
        #expect(scene.failures.withLock { $0 }.isEmpty)
    }

    @Test func `what can't be watched is told once, with the reason`() async throws {
        let scene = try Scene(makesInbox: false)
        #expect(symlink(scene.root, scene.root) == 0)
        let watch = try scene.watch()
        defer { watch.end() }
        watch.refresh()
        let told = scene.failures.withLock { $0 }
        #expect(told.count == 1 && told[0].contains("symbolic links") && told[0].contains("by its schedule"), "\(told)")
    }

    @Test func `two watches of one chain don't disturb each other`() async throws {
        let scene = try Scene()
        let (above, below) = (try scene.watch("a"), try scene.watch("a/in"))
        try scene.write(scene.inbox + "/a.csv")
        #expect(try await scene.isCalled())
        above.end()
        try scene.write(scene.root + "/a/x.csv")
        #expect(try await scene.staysQuiet())
        try scene.write(scene.inbox + "/b.csv")
        #expect(try await scene.isCalled())
        below.end()
    }

    @Test func `a queue that ran over wakes everybody`() async throws {
        let limit = try String(contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
        let events = try #require(Int(limit.trimmingCharacters(in: .whitespacesAndNewlines)))
        let scene = try Scene()
        let busy = scene.folder + "/busy"
        try FileManager.default.createDirectory(atPath: busy + "/in", withIntermediateDirectories: true)
        let isHeld = DispatchSemaphore(value: 0)
        let noise = scene.watcher.watch(
            try DropPath("in"),
            below: busy,
            names: { _ in true },
            changed: { isHeld.wait() },
            failed: { _ in }
        )
        let watch = try scene.watch()
        defer {
            watch.end()
            noise.end()
        }
        // The first call holds the watcher's queue up while events come in.
        for index in 0..<events / 2 + 2_000 {
            close(open(busy + "/in/\(index % 2)", O_CREAT | O_WRONLY, 0o600))
            unlink(busy + "/in/\(index % 2)")
        }
        for _ in 0..<10 { isHeld.signal() }
        #expect(try await scene.isCalled())
    }
}
