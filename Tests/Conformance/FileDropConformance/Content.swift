import FileDrops
import Testing

let content: [Check] = [
    Check("an empty file is read as nothing") { subject in
        try await subject.put("empty.csv", [])
        let bytes = try await subject.bytes(of: "empty.csv")
        #expect(bytes.isEmpty)
    },
    Check("files around the sizes of buffers are read as they were written") { subject in
        for size in [1, 4095, 4096, 32_768, 65_535, 65_536, 65_537, 131_072, 131_073, 261_121] {
            let bytes = pattern(size, seed: UInt64(size))
            try await subject.put("sized.bin", bytes)
            let read = try await subject.bytes(of: "sized.bin")
            #expect(read == bytes, "\(size) bytes")
        }
    },
    Check("a file of several megabytes that is written in uneven pieces is read as it was written") { subject in
        let bytes = pattern(5_000_003)
        let staged = try await subject.drop.stage(as: "large", mode: nil) { writer in
            var rest = bytes[...]
            var length = 1
            while !rest.isEmpty {
                try await writer.write(Array(rest.prefix(length)))
                rest = rest.dropFirst(length)
                length = (length * 3 + 1) % 900_001
            }
            try await writer.write([])
        }
        try await subject.drop.publish(staged, to: DropPath("large.bin"), replacing: false)
        let read = try await subject.bytes(of: "large.bin")
        #expect(read == bytes)
        let entry = try await subject.drop.stat(DropPath("large.bin"))
        #expect(entry?.stamp.size == 5_000_003)
    },
    Check("a file need not be read to its end") { subject in
        try await subject.put("large.bin", pattern(2_000_000))
        let first = try await subject.drop.withFile(DropPath("large.bin")) { try await $0.read() }
        #expect(first?.first == pattern(1).first)
        let none = try await subject.drop.withFile(DropPath("large.bin")) { _ in 7 }
        #expect(none == 7)
    },
    Check("two files can be read at once") { subject in
        let (one, other) = (pattern(400_000, seed: 1), pattern(500_000, seed: 2))
        try await subject.put("one.bin", one)
        try await subject.put("other.bin", other)
        async let first = subject.bytes(of: "one.bin")
        async let second = subject.bytes(of: "other.bin")
        let read = try await (first, second)
        #expect(read.0 == one)
        #expect(read.1 == other)
    },
    Check("a reader goes on with the file it opened when another takes the name") { subject in
        let bytes = pattern(1_000_000, seed: 1)
        try await subject.put("a.bin", bytes)
        let read = try await subject.drop.withFile(DropPath("a.bin")) { reader in
            var read = try await reader.read() ?? []
            try await subject.put("a.bin", pattern(10, seed: 2))
            while let more = try await reader.read() { read += more }
            let stamp = try await reader.stamp()
            #expect(stamp.size == 1_000_000)
            return read
        }
        #expect(read == bytes)
        let now = try await subject.bytes(of: "a.bin")
        #expect(now == pattern(10, seed: 2))
    },
    Check("an error of the closure comes through, and the drop works on") { subject in
        try await subject.put("a.csv", pattern(300_000))
        await #expect(throws: OwnError.self) {
            try await subject.drop.withFile(DropPath("a.csv")) { _ in throw OwnError() }
        }
        await #expect(throws: OwnError.self) {
            _ = try await subject.drop.stage(as: "broken", mode: nil) { writer in
                try await writer.write(pattern(300_000))
                throw OwnError()
            }
        }
        let staged = try await subject.drop.stagedFiles()
        #expect(staged.isEmpty, "what was begun is gone")
        let bytes = try await subject.bytes(of: "a.csv")
        #expect(bytes.count == 300_000)
    },
    Check("a reader and a writer that outlive their closures throw") { subject in
        try await subject.put("a.csv")
        let reader = try await subject.drop.withFile(DropPath("a.csv")) { $0 }
        await #expect(throws: FileDropError.self) { _ = try await reader.read() }
        let kept = Kept()
        _ = try await subject.drop.stage(as: "kept", mode: nil) { await kept.keep($0) }
        await #expect(throws: FileDropError.self) { try await kept.writer?.write([1]) }
    },
    Check("reading what is missing throws not-found, and a directory not-a-file") { subject in
        try await subject.drop.makeDirectory(DropPath("directory"))
        await subject.expect(.notFound) { _ = try await subject.bytes(of: "missing.csv") }
        await subject.expect(.notFound) { _ = try await subject.bytes(of: "missing/missing.csv") }
        await subject.expect(.notAFile) { _ = try await subject.bytes(of: "directory") }
        await subject.expect(.notAFile) { _ = try await subject.bytes(of: "") }
    },
]

private struct OwnError: Error {}

private actor Kept {
    var writer: (any DropFileWriter)?
    func keep(_ writer: any DropFileWriter) { self.writer = writer }
}
