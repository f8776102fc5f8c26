public import FileDrops
public import Testing

/// One thing that every file drop must do.
public struct Check: Sendable, CustomStringConvertible, CustomTestStringConvertible {
    /// The promise, as a sentence.
    public let name: String
    private let body: @Sendable (Subject) async throws -> Void

    init(_ name: String, _ body: @escaping @Sendable (Subject) async throws -> Void) {
        self.name = name
        self.body = body
    }

    /// Checks a drop; what fails is an issue of the running test.
    ///
    /// - Parameter open: connects to a drop whose root is empty at first; each call gives a drop of its own on the same root.
    /// - Throws: what a call of the drop threw that should have succeeded.
    public func run(_ open: @escaping @Sendable () async throws -> any FileDrop) async throws {
        try await body(Subject(drop: open(), open: open))
    }

    /// The promise.
    public var description: String { name }
    /// The promise.
    public var testDescription: String { name }
}

/// All checks: `@Test(arguments: FileDropConformance.checks)`, each on an empty root of its own.
public let checks: [Check] = listing + content + publishing + moving + refusals

/// What a check works on.
struct Subject: Sendable {
    let drop: any FileDrop
    /// The same root again, as a process that starts after a crash sees it.
    let open: @Sendable () async throws -> any FileDrop

    /// Whether the drop can rename over a file in one step.
    var replaces: Bool { get async throws { try await drop.capabilities().atomicReplace } }

    /// Puts a file there, in an older one's place too; a drop that can't replace loses the older one first.
    func put(_ path: String, _ bytes: [UInt8] = Array("content\n".utf8)) async throws {
        if try await !replaces, try await drop.stat(DropPath(path)) != nil { try await drop.remove(DropPath(path)) }
        let staged = try await drop.stage(as: "put-\(UInt64.random(in: .min ... .max))", mode: nil) {
            try await $0.write(bytes)
        }
        try await drop.publish(staged, to: DropPath(path), replacing: true)
    }

    func bytes(of path: String) async throws -> [UInt8] {
        try await drop.withFile(DropPath(path)) { reader in
            var bytes: [UInt8] = []
            while let more = try await reader.read() {
                #expect(!more.isEmpty, "a reader gave an empty piece")
                bytes += more
            }
            return bytes
        }
    }

    func names(in directory: DropPath = .root) async throws -> [String] {
        try await drop.list(directory).map(\.path.name)
    }

    /// Expects an error of this code which names the drop.
    func expect(
        _ code: FileDropError.Code,
        _ comment: Comment? = nil,
        at location: SourceLocation = #_sourceLocation,
        _ body: () async throws -> Void
    ) async {
        do {
            try await body()
            Issue.record(comment ?? "nothing was thrown, but \(code) was expected", sourceLocation: location)
        } catch let error as FileDropError {
            #expect(error.code == code, comment, sourceLocation: location)
            #expect(error.codeName == code.rawValue, sourceLocation: location)
        } catch {
            Issue.record(error, comment, sourceLocation: location)
        }
    }
}

/// Bytes that show a piece which is missing, doubled or in the wrong place.
func pattern(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<count).map { _ in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return UInt8(truncatingIfNeeded: state)
    }
}

/// Names as senders make them.
let oddNames: [String] = [
    "with space.csv", " leading and trailing ", "-leading-dash.csv", "--", ".hidden", "a:b;c.csv", "(1) copy [2].csv",
    "it's \"quoted\" `so`.csv", "100% $HOME *?.csv", "back\\slash.csv", "tab\there", "line\nbreak.csv",
    "escape\u{1B}[31m",
    "\u{E9}t\u{E9}.csv", "e\u{301}te\u{301}.csv", "日本語.csv", "🎁.csv", "...", "x..", "~", "#", "|", "<>&.csv", "null",
    "2026-11-20-GiftCardFulfillment.csv", String(repeating: "n", count: 255), String(repeating: "é", count: 127),
]
