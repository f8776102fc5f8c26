import Commerce
import FileDrops
import Testing

let refusals: [Check] = [
    Check("the root itself can't be read, moved, removed or published over") { subject in
        let staged = try await subject.drop.stage(as: "out", mode: nil) { _ in }
        try await subject.put("a.csv")
        await subject.expect(.notAFile) { _ = try await subject.bytes(of: "") }
        await subject.expect(.notAFile) { try await subject.drop.remove(.root) }
        await subject.expect(.notAFile) { try await subject.drop.move(.root, to: DropPath("b")) }
        await subject.expect(.notAFile) { try await subject.drop.move(DropPath("a.csv"), to: .root) }
        await subject.expect(.notAFile) { try await subject.drop.publish(staged, to: .root, replacing: true) }
    },
    Check("names that aren't one component are refused for staged files") { subject in
        for name in ["", ".", "..", "a/b", "/a", "a\0b", ".part-1", String(repeating: "n", count: 256)] {
            await #expect(throws: FileDropError.self, "\(name)") {
                _ = try await subject.drop.stage(as: name, mode: nil) { _ in }
            }
            await #expect(throws: FileDropError.self, "\(name)") {
                _ = try await subject.drop.stagedFile(named: name)
            }
        }
    },
    Check("errors name drop, path and what was being done, with control characters escaped") { subject in
        do {
            _ = try await subject.bytes(of: "no\nsuch\u{1B}[2Jfile")
            Issue.record("nothing was thrown")
        } catch let error as FileDropError {
            #expect(error.drop == subject.drop.name)
            #expect(error.path == "no\nsuch\u{1B}[2Jfile")
            #expect(error.side == .remote)
            let text = error.description
            #expect(text.contains("reading no\\nsuch\\u{1B}[2Jfile on drop \(subject.drop.name): it isn't there"))
            #expect(!text.unicodeScalars.contains { $0.value < 32 })
        }
    },
    Check("the drop tells what it can do, and does that") { subject in
        let can = try await subject.drop.capabilities()
        try await subject.put("a.csv", [1])
        let stamp = try #require(await subject.drop.stat(DropPath("a.csv"))?.stamp)
        #expect((stamp.fileID != nil) == can.fileIDs)
        if !can.subsecondTimes { #expect(stamp.modified.isMultiple(of: 1_000_000_000)) }
    },
]
