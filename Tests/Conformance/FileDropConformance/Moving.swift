import FileDrops
import Testing

let moving: [Check] = [
    Check("a moved file has its content under the new name and nothing under the old") { subject in
        try await subject.drop.makeDirectory(DropPath("archive"))
        try await subject.put("a.csv", pattern(1000))
        try await subject.drop.move(DropPath("a.csv"), to: DropPath("archive/a.csv"))
        let old = try await subject.drop.stat(DropPath("a.csv"))
        #expect(old == nil)
        let bytes = try await subject.bytes(of: "archive/a.csv")
        #expect(bytes == pattern(1000))
    },
    Check("a move never overwrites, and both files stay as they were") { subject in
        try await subject.drop.makeDirectory(DropPath("archive/directory"))
        try await subject.put("a.csv", [1])
        try await subject.put("archive/a.csv", [2])
        for path in ["archive/a.csv", "archive/directory"] {
            await subject.expect(.exists, "\(path)") {
                try await subject.drop.move(DropPath("a.csv"), to: DropPath(path))
            }
        }
        let (old, new) = (try await subject.bytes(of: "a.csv"), try await subject.bytes(of: "archive/a.csv"))
        #expect(old == [1])
        #expect(new == [2])
    },
    Check("a file moved to its own name throws exists, and stays") { subject in
        try await subject.put("a.csv", [1])
        await subject.expect(.exists) { try await subject.drop.move(DropPath("a.csv"), to: DropPath("a.csv")) }
        let bytes = try await subject.bytes(of: "a.csv")
        #expect(bytes == [1])
    },
    Check("a move makes no directory, and moving what is missing throws not-found") { subject in
        try await subject.put("a.csv")
        await subject.expect(.notFound) { try await subject.drop.move(DropPath("a.csv"), to: DropPath("none/a.csv")) }
        await subject.expect(.notFound) { try await subject.drop.move(DropPath("gone.csv"), to: DropPath("b.csv")) }
        let names = try await subject.names()
        #expect(names == ["a.csv"])
    },
    Check("of many that move one file at once, one does and the others see it gone") { subject in
        try await subject.put("a.csv", [1])
        let moved = try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<10 {
                group.addTask {
                    do {
                        try await subject.open().move(DropPath("a.csv"), to: DropPath("a-\(index).csv"))
                        return true
                    } catch let error as FileDropError where error.code == .notFound {
                        return false
                    }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(moved == 1)
        let names = try await subject.names()
        #expect(names.count == 1)
    },
    Check("a directory is made with its parents, and making it again is fine") { subject in
        for _ in 1...2 {
            try await subject.drop.makeDirectory(DropPath("a/b/c"))
            let names = try await subject.names(in: DropPath("a/b"))
            #expect(names == ["c"])
        }
        try await subject.drop.makeDirectory(.root)
        try await subject.put("a/b/c/file.csv")
        try await subject.drop.makeDirectory(DropPath("a/b/c"))
        let names = try await subject.names(in: DropPath("a/b/c"))
        #expect(names == ["file.csv"])
    },
    Check("many can make one directory at once") { subject in
        try await withThrowingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask { try await subject.open().makeDirectory(DropPath("x/y/z")) }
            }
            try await group.waitForAll()
        }
        let entry = try await subject.drop.stat(DropPath("x/y/z"))
        #expect(entry?.kind == .directory)
    },
    Check("a directory can't be made where a file is, nor below one") { subject in
        try await subject.put("file.csv", [1])
        await subject.expect(.notADirectory) { try await subject.drop.makeDirectory(DropPath("file.csv")) }
        await subject.expect(.notADirectory) { try await subject.drop.makeDirectory(DropPath("file.csv/below")) }
        let bytes = try await subject.bytes(of: "file.csv")
        #expect(bytes == [1])
    },
    Check("a removed file is gone; removing what is missing throws not-found, a directory not-a-file") { subject in
        try await subject.drop.makeDirectory(DropPath("directory"))
        try await subject.put("a.csv")
        try await subject.drop.remove(DropPath("a.csv"))
        let names = try await subject.names()
        #expect(names == ["directory"])
        await subject.expect(.notFound) { try await subject.drop.remove(DropPath("a.csv")) }
        await subject.expect(.notFound) { try await subject.drop.remove(DropPath("none/a.csv")) }
        await subject.expect(.notAFile) { try await subject.drop.remove(DropPath("directory")) }
        let after = try await subject.names()
        #expect(after == ["directory"])
    },
]
