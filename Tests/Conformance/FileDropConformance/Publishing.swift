import FileDrops
import Testing

let publishing: [Check] = [
    Check("a mode that is asked for is there, and a file can be restricted, which gives it no right") { subject in
        let staged = try await subject.drop.stage(as: "out", mode: FileMode(bits: 0o604)) { try await $0.write([1]) }
        try await subject.drop.publish(staged, to: DropPath("out.csv"), replacing: false)
        try await subject.drop.restrict(DropPath("out.csv"), to: FileMode(bits: 0o640))
        let restricted = try await subject.drop.stat(DropPath("out.csv"))
        #expect(restricted?.mode == FileMode(bits: 0o600))
        let bytes = try await subject.bytes(of: "out.csv")
        #expect(bytes == [1])
        await subject.expect(.notFound) {
            try await subject.drop.restrict(DropPath("missing.csv"), to: FileMode(bits: 0o640))
        }
    },
    Check("a staged file is nowhere to be seen until it is published") { subject in
        let staged = try await subject.drop.stage(as: "out.json", mode: nil) { try await $0.write([1, 2]) }
        let before = try await subject.names()
        #expect(before.isEmpty)
        try await subject.drop.publish(staged, to: DropPath("out.json"), replacing: false)
        let after = try await subject.names()
        #expect(after == ["out.json"])
        let left = try await subject.drop.stagedFile(named: "out.json")
        #expect(left == nil)
    },
    Check("an unfinished file isn't found among the staged ones") { subject in
        _ = try await subject.drop.stage(as: "slow", mode: nil) { writer in
            try await writer.write(pattern(200_000))
            let staged = try await subject.drop.stagedFile(named: "slow")
            #expect(staged == nil)
            let all = try await subject.drop.stagedFiles()
            #expect(all.isEmpty)
        }
        let staged = try await subject.drop.stagedFile(named: "slow")
        #expect(staged?.stamp.size == 200_000)
    },
    Check("after a crash the staged file is found, whole, and can be published") { subject in
        _ = try await subject.drop.stage(as: "out.json", mode: nil) { try await $0.write(pattern(70_000)) }
        let next = try await subject.open()
        let entry = try await next.stagedFile(named: "out.json")
        #expect(entry?.path.text == "out.json")
        #expect(entry?.kind == .file)
        #expect(entry?.stamp.size == 70_000)
        let all = try await next.stagedFiles()
        #expect(all.map(\.path.text) == ["out.json"])
        try await next.publish(StagedFile(name: "out.json"), to: DropPath("out.json"), replacing: false)
        let bytes = try await subject.bytes(of: "out.json")
        #expect(bytes == pattern(70_000))
    },
    Check("staging a name again replaces the older file whole") { subject in
        _ = try await subject.drop.stage(as: "out", mode: nil) { try await $0.write(pattern(100_000, seed: 1)) }
        let staged = try await subject.drop.stage(as: "out", mode: nil) { try await $0.write(pattern(10, seed: 2)) }
        try await subject.drop.publish(staged, to: DropPath("out.csv"), replacing: false)
        let bytes = try await subject.bytes(of: "out.csv")
        #expect(bytes == pattern(10, seed: 2))
    },
    Check("a stage that fails leaves the older staged file of that name") { subject in
        _ = try await subject.drop.stage(as: "out", mode: nil) { try await $0.write([1]) }
        _ = try? await subject.drop.stage(as: "out", mode: nil) { _ in throw CancellationError() }
        let entry = try await subject.drop.stagedFile(named: "out")
        #expect(entry?.stamp.size == 1)
    },
    Check("publishing without replacing never overwrites, and the staged file stays") { subject in
        try await subject.put("out.csv", [1])
        try await subject.drop.makeDirectory(DropPath("taken"))
        let staged = try await subject.drop.stage(as: "out", mode: nil) { try await $0.write([2]) }
        for path in ["out.csv", "taken"] {
            await subject.expect(.exists, "\(path)") {
                try await subject.drop.publish(staged, to: DropPath(path), replacing: false)
            }
        }
        let bytes = try await subject.bytes(of: "out.csv")
        #expect(bytes == [1])
        let entry = try await subject.drop.stagedFile(named: "out")
        #expect(entry != nil)
    },
    Check("publishing with replacing replaces the whole file, a longer one too") { subject in
        guard try await subject.replaces else { return }
        try await subject.put("out.csv", pattern(100_000))
        let staged = try await subject.drop.stage(as: "out", mode: nil) { try await $0.write([2]) }
        try await subject.drop.publish(staged, to: DropPath("out.csv"), replacing: true)
        let bytes = try await subject.bytes(of: "out.csv")
        #expect(bytes == [2])
        let names = try await subject.names()
        #expect(names == ["out.csv"])
    },
    Check("a drop that can't replace in one step refuses to, and both files stay as they were") { subject in
        guard try await !subject.replaces else { return }
        try await subject.put("out.csv", pattern(100_000))
        let staged = try await subject.drop.stage(as: "out", mode: nil) { try await $0.write([2]) }
        await subject.expect(.notSupported) {
            try await subject.drop.publish(staged, to: DropPath("out.csv"), replacing: true)
        }
        let bytes = try await subject.bytes(of: "out.csv")
        #expect(bytes == pattern(100_000))
        let left = try await subject.drop.stagedFile(named: "out")
        #expect(left?.stamp.size == 1)
        try await subject.drop.publish(staged, to: DropPath("out.2.csv"), replacing: true)
        let names = try await subject.names()
        #expect(names == ["out.2.csv", "out.csv"])
    },
    Check("publishing with replacing works where nothing has the name") { subject in
        let staged = try await subject.drop.stage(as: "out", mode: nil) { try await $0.write([2]) }
        try await subject.drop.publish(staged, to: DropPath("new.csv"), replacing: true)
        let bytes = try await subject.bytes(of: "new.csv")
        #expect(bytes == [2])
    },
    Check("no reader sees the name missing or half a file while it is replaced") { subject in
        guard try await subject.replaces else { return }
        try await subject.put("out.csv", pattern(50_000, seed: 0))
        let other = try await subject.open()
        try await withThrowingTaskGroup { group in
            group.addTask {
                for round in 1...40 {
                    let staged = try await subject.drop.stage(as: "out", mode: nil) {
                        try await $0.write(pattern(50_000, seed: UInt64(round)))
                    }
                    try await subject.drop.publish(staged, to: DropPath("out.csv"), replacing: true)
                }
            }
            group.addTask {
                for _ in 1...80 {
                    let bytes = try await Subject(drop: other, open: subject.open).bytes(of: "out.csv")
                    #expect(bytes.count == 50_000)
                }
            }
            try await group.waitForAll()
        }
    },
    Check("of many that publish one name at once, one wins where moves are exclusive, and a winner's file is whole") {
        subject in
        let winners = try await withThrowingTaskGroup(of: Int?.self) { group in
            for index in 0..<12 {
                group.addTask {
                    let drop = try await subject.open()
                    let staged = try await drop.stage(as: "one-\(index)", mode: nil) {
                        try await $0.write(pattern(100_000 + index, seed: UInt64(index)))
                    }
                    do {
                        try await drop.publish(staged, to: DropPath("one.bin"), replacing: false)
                        return index
                    } catch let error as FileDropError where error.code == .exists {
                        try await drop.discard(staged)
                        return nil
                    }
                }
            }
            return try await group.reduce(into: [Int]()) { winners, index in
                if let index { winners.append(index) }
            }
        }
        let isExclusive = try await subject.drop.capabilities().exclusiveMove
        #expect(isExclusive ? winners.count == 1 : !winners.isEmpty)
        let bytes = try await subject.bytes(of: "one.bin")
        let winner = bytes.count - 100_000
        #expect(winners.contains(winner))
        #expect(bytes == pattern(100_000 + winner, seed: UInt64(winner)))
        let left = try await subject.drop.stagedFiles()
        #expect(left.isEmpty)
    },
    Check("of many that stage and replace one name at once, one whole file remains") { subject in
        let replaces = try await subject.replaces
        try await withThrowingTaskGroup { group in
            for index in 0..<12 {
                group.addTask {
                    let staged = try await subject.drop.stage(as: "own-\(index)", mode: nil) {
                        try await $0.write(pattern(100_000 + index, seed: UInt64(index)))
                    }
                    do {
                        try await subject.drop.publish(staged, to: DropPath("one.bin"), replacing: true)
                    } catch let error as FileDropError where error.code == .notSupported && !replaces {
                        try await subject.drop.discard(staged)
                    }
                }
            }
            try await group.waitForAll()
        }
        let bytes = try await subject.bytes(of: "one.bin")
        #expect(bytes == pattern(bytes.count, seed: UInt64(bytes.count - 100_000)))
    },
    Check("publishing a staged file that isn't there, or into a missing directory, throws not-found") { subject in
        try await subject.put("here.csv")
        await subject.expect(.notFound) {
            try await subject.drop.publish(StagedFile(name: "gone"), to: DropPath("out.csv"), replacing: true)
        }
        let staged = try await subject.drop.stage(as: "out", mode: nil) { _ in }
        await subject.expect(.notFound) {
            try await subject.drop.publish(staged, to: DropPath("missing/out.csv"), replacing: true)
        }
        let entry = try await subject.drop.stagedFile(named: "out")
        #expect(entry != nil)
    },
    Check("a discarded file is gone, and discarding it again is no error") { subject in
        let staged = try await subject.drop.stage(as: "out", mode: nil) { _ in }
        try await subject.drop.discard(staged)
        try await subject.drop.discard(staged)
        let entry = try await subject.drop.stagedFile(named: "out")
        #expect(entry == nil)
    },
    Check("asking for staged files makes no error before anything was staged") { subject in
        let entry = try await subject.drop.stagedFile(named: "never")
        #expect(entry == nil)
        let all = try await subject.drop.stagedFiles()
        #expect(all.isEmpty)
        try await subject.drop.discard(StagedFile(name: "never"))
    },
    Check("a mode that is asked for is the published file's") { subject in
        for text in ["0600", "0640", "0664"] {
            let mode = try #require(FileMode(text))
            let staged = try await subject.drop.stage(as: "mode", mode: mode) { try await $0.write([1]) }
            try await subject.drop.publish(staged, to: DropPath("\(text).csv"), replacing: false)
            let entry = try await subject.drop.stat(DropPath("\(text).csv"))
            #expect(entry?.mode == nil || entry?.mode == mode)
        }
    },
]
