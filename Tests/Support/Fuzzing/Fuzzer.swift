import Foundation
public import SeededRandom

/// Repeatable fuzzing: the files of a kept corpus are tried as they are, then damaged in thousands of ways, each from a seed.
///
/// A bounded number of rounds is run with a fixed seed, and as many with the seed of the environment's `DROPLINE_FUZZ_SEED`, where it is set;
/// `DROPLINE_FUZZ_ROUNDS` sets how many. The input that is tried lies in a file `dropline-fuzz-…` of the folder for temporary files, where a
/// trap leaves it.
public struct Fuzzer {
    /// What a property is tried on.
    public struct Input {
        /// The damaged bytes.
        public let bytes: [UInt8]
        /// What else a property chooses, such as chunks and limits; the same for the same round.
        public var random: SplitMix64
    }

    private let name: String
    private let folder: URL
    private let corpus: [(name: String, bytes: [UInt8])]
    private let damage: Damage

    /// Reads a corpus: the files of `Corpus/NAME` beside a test's file, or above it.
    ///
    /// `words` are pieces that mean something to the reader; they are put in more often than any bytes.
    public init(_ name: String, of file: String = #filePath, words: [String]) throws {
        self.name = name
        var parent = URL(fileURLWithPath: file).deletingLastPathComponent()
        while parent.lastPathComponent != "Tests",
            !FileManager.default.fileExists(atPath: parent.appendingPathComponent("Corpus/\(name)").path)
        {
            parent.deleteLastPathComponent()
        }
        let folder = parent.appendingPathComponent("Corpus/\(name)")
        self.folder = folder
        corpus = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
            (name, Array(try Data(contentsOf: folder.appendingPathComponent(name))))
        }
        damage = Damage(words: words.map { Array($0.utf8) }, corpus: corpus.map(\.bytes))
    }

    /// Tries a property, which gives what is wrong, on the corpus and on what becomes of it; returns the first failure, made small.
    ///
    /// For a reader that takes longer, only that share of the rounds is run.
    public func firstFailure(share: Int = 1, _ property: (inout Input) throws -> String?) throws -> Failure? {
        precondition(!corpus.isEmpty, "the corpus \(name) has no file")
        let trace = try Trace(of: name)
        func fault(_ bytes: [UInt8], _ seed: UInt64) throws -> String? {
            trace.keep(bytes)
            var input = Input(bytes: bytes, random: SplitMix64(seed: seed))
            do { return try property(&input) } catch { return "threw \(error)" }
        }
        for file in corpus {
            for seed in 0..<16 as Range<UInt64> {
                guard let fault = try fault(file.bytes, seed) else { continue }
                return Failure(
                    fault: fault,
                    place: "the file \(file.name), seed \(seed)",
                    bytes: file.bytes,
                    folder: folder
                )
            }
        }
        for seed in Self.seeds {
            var random = SplitMix64(seed: seed)
            for round in 0..<max(1, Self.rounds / share) {
                let (bytes, own) = (damage.input(&random), random.next())
                guard try fault(bytes, own) != nil else { continue }
                let small = try Self.shrunk(bytes) { try fault($0, own) != nil }
                let words = try fault(small, own) ?? ""
                return Failure(fault: words, place: "seed \(seed), round \(round)", bytes: small, folder: folder)
            }
        }
        return nil
    }

    /// The fixed seed, and that of the environment.
    private static var seeds: [UInt64] {
        [1] + (ProcessInfo.processInfo.environment["DROPLINE_FUZZ_SEED"].flatMap(UInt64.init).map { [$0] } ?? [])
    }

    private static var rounds: Int {
        ProcessInfo.processInfo.environment["DROPLINE_FUZZ_ROUNDS"].flatMap(Int.init) ?? 10_000
    }

    /// Takes pieces out as long as what is left still fails.
    private static func shrunk(_ bytes: [UInt8], stillFails: ([UInt8]) throws -> Bool) rethrows -> [UInt8] {
        var (bytes, length, tries) = (bytes, max(1, bytes.count / 2), 0)
        while tries < 2_000 {
            var start = 0
            var hasShrunk = false
            while start < bytes.count, tries < 2_000 {
                var shorter = bytes
                shorter.removeSubrange(start..<min(bytes.count, start + length))
                tries += 1
                if try stillFails(shorter) { (bytes, hasShrunk) = (shorter, true) } else { start += length }
            }
            if length == 1, !hasShrunk { break }
            length = max(1, length / 2)
        }
        return bytes
    }
}

/// The file that holds the input of the moment; a trap leaves it behind, any other end removes it.
private final class Trace {
    private let path: String
    private let descriptor: Int32

    init(of name: String) throws {
        var template = Array((NSTemporaryDirectory() + "dropline-fuzz-\(name)-XXXXXX").utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    func keep(_ bytes: [UInt8]) {
        ftruncate(descriptor, 0)
        pwrite(descriptor, bytes, bytes.count, 0)
    }
}

/// An input that a property does not hold for.
public struct Failure: CustomStringConvertible {
    let fault: String
    let place: String
    let bytes: [UInt8]
    let folder: URL

    /// What is wrong, how to see it again, and the command that keeps the input in the corpus.
    public var description: String {
        """
        \(fault)
          found at   \(place)
          input      \(String(reflecting: String(decoding: bytes.prefix(600), as: UTF8.self)))
          keep it    echo \(Data(bytes).base64EncodedString()) | base64 -d > \(folder.path)/found-NAME
        """
    }
}
