import FileDrops
import Testing

let listing: [Check] = [
    Check("an empty root lists nothing") { subject in
        let entries = try await subject.drop.list(.root)
        #expect(entries.isEmpty)
    },
    Check("a listing has files and directories with their sizes, in the order of their bytes") { subject in
        try await subject.drop.makeDirectory(DropPath("in/sub"))
        try await subject.put("in/b.csv", pattern(10))
        try await subject.put("in/B.csv", [])
        try await subject.put("in/a.csv", pattern(3))
        try await subject.put("in/sub/deeper.csv")
        let entries = try await subject.drop.list(DropPath("in"))
        #expect(entries.map(\.path.text) == ["in/B.csv", "in/a.csv", "in/b.csv", "in/sub"])
        #expect(entries.map(\.kind) == [.file, .file, .file, .directory])
        #expect(entries.prefix(3).map(\.stamp.size) == [0, 3, 10])
        #expect(entries.allSatisfy { $0.stamp.modified > 1_500_000_000_000_000_000 }, "in nanoseconds since 1970")
    },
    Check("listing a directory that is missing throws not-found") { subject in
        await subject.expect(.notFound) { _ = try await subject.drop.list(DropPath("missing")) }
        await subject.expect(.notFound) { _ = try await subject.drop.list(DropPath("missing/too")) }
    },
    Check("listing a file throws not-a-directory") { subject in
        try await subject.put("file.csv")
        await subject.expect(.notADirectory) { _ = try await subject.drop.list(DropPath("file.csv")) }
    },
    Check("stat of what is absent is nil, below a missing directory and below a file too") { subject in
        try await subject.put("file.csv")
        for path in ["absent", "missing/absent", "file.csv/absent"] {
            let entry = try await subject.drop.stat(DropPath(path))
            #expect(entry == nil, "\(path)")
        }
    },
    Check("stat agrees with the listing") { subject in
        try await subject.drop.makeDirectory(DropPath("in"))
        try await subject.put("in/a.csv", pattern(1234))
        let listed = try await subject.drop.list(DropPath("in"))
        let seen = try await subject.drop.stat(DropPath("in/a.csv"))
        #expect(listed == [try #require(seen)])
        #expect(seen?.stamp.size == 1234)
        let directory = try await subject.drop.stat(DropPath("in"))
        #expect(directory?.kind == .directory)
        let root = try await subject.drop.stat(.root)
        #expect(root?.kind == .directory)
    },
    Check("a stamp changes when a file is replaced by one of another size") { subject in
        try await subject.put("a.csv", pattern(5))
        let before = try #require(await subject.drop.stat(DropPath("a.csv"))?.stamp)
        try await subject.put("a.csv", pattern(6))
        let after = try #require(await subject.drop.stat(DropPath("a.csv"))?.stamp)
        #expect(!after.rests(since: before))
        let again = try #require(await subject.drop.stat(DropPath("a.csv"))?.stamp)
        #expect(again.rests(since: after))
    },
    Check("odd names go round: written, listed, seen, read, moved and removed byte for byte") { subject in
        let here = try DropPath("odd")
        try await subject.drop.makeDirectory(here)
        try await subject.drop.makeDirectory(DropPath("moved"))
        for (index, name) in oddNames.enumerated() {
            let path = try here.appending(name)
            let bytes = pattern(index + 1, seed: UInt64(index))
            let staged = try await subject.drop.stage(as: "odd-\(index)", mode: nil) { try await $0.write(bytes) }
            try await subject.drop.publish(staged, to: path, replacing: false)
            let entry = try await subject.drop.stat(path)
            #expect(entry?.stamp.size == Int64(index + 1), "\(path)")
            let read = try await subject.bytes(of: path.text)
            #expect(read == bytes, "\(path)")
        }
        let listed = Set(try await subject.drop.list(here).map(\.path))
        #expect(listed == Set(try oddNames.map { try here.appending($0) }))
        for name in oddNames {
            let (from, to) = (try here.appending(name), try DropPath("moved").appending(name))
            try await subject.drop.move(from, to: to)
            try await subject.drop.remove(to)
        }
        let left = try await subject.drop.list(here) + subject.drop.list(DropPath("moved"))
        #expect(left.isEmpty)
    },
    Check("odd names serve as names of staged files") { subject in
        for name in oddNames where !name.utf8.starts(with: ".part-".utf8) {
            let staged = try await subject.drop.stage(as: name, mode: nil) { try await $0.write([1, 2, 3]) }
            let entry = try await subject.drop.stagedFile(named: name)
            #expect(entry?.stamp.size == 3, "\(staged)")
            try await subject.drop.publish(staged, to: DropPath.root.appending(name), replacing: false)
        }
        let names = try await subject.names()
        #expect(names.count == oddNames.count)
    },
    Check("2,000 files are listed, each once") { subject in
        let here = try DropPath("many")
        try await subject.drop.makeDirectory(here)
        for index in 0..<2000 {
            let staged = try await subject.drop.stage(as: "many", mode: nil) {
                try await $0.write([UInt8(index & 255)])
            }
            try await subject.drop.publish(staged, to: here.appending("file-\(index).csv"), replacing: false)
        }
        let names = try await subject.names(in: here)
        #expect(names == (0..<2000).map { "file-\($0).csv" }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    },
]
