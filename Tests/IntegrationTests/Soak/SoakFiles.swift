import SeededRandom

/// Files as a partner drops them over a day, one kind after another as chance has it.
struct SoakFiles {
    /// What is dropped at once.
    struct Drop: Sendable {
        var kind: String
        var files: [SourceFile]
        /// Whether which of the files has a code first depends on which is taken first; then their outputs are not compared.
        var isRace = false
    }

    /// A file whose value is above this is held until a person approves it.
    static let limit = 2_000
    private static let seeds = Array("abcdefghijklmnopqrstuvwxyz")

    private var random: SplitMix64
    private var made = 0
    private var plain: [SourceFile] = []

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// The next drop; `isDone` tells whether a file has come to its end, so that others may speak of its codes.
    mutating func next(isDone: (SourceFile) -> Bool) -> Drop {
        let known = plain.filter(isDone).randomElement(using: &random)
        switch random.below(12) {
        case 0:
            let pair = [file(cards: 10), file(cards: 3)]
            return Drop(
                kind: "two files with the same codes",
                files: [pair[0], pair[0].joined(to: pair[1])],
                isRace: true
            )
        case 1: return Drop(kind: "file above a limit", files: [file(cards: 9, value: 300)])
        case 2:
            return Drop(kind: "file without a column", files: [damaged()])
        case 3 where known != nil:
            let copy = known?.named(damaged().name)
            return Drop(kind: "file dropped twice", files: [copy ?? file(cards: 1)])
        case 4 where known != nil:
            let own = file(cards: 4)
            return Drop(kind: "file with codes of an earlier one", files: [known?.joined(to: own) ?? own])
        case 5: return Drop(kind: "file of 130 cards", files: [kept(file(cards: 130, bad: true))])
        default: return Drop(kind: "file", files: [kept(file(cards: 3 + random.below(12), bad: random.chance(0.5)))])
        }
    }

    private mutating func kept(_ file: SourceFile) -> SourceFile {
        plain.append(file)
        return file
    }

    private mutating func file(cards: Int, bad: Bool = false, value: Int? = nil) -> SourceFile {
        // Codes are told apart by seed and index, 1,000 indices a file.
        let (seed, first) = (Self.seeds[made % Self.seeds.count], made / Self.seeds.count * 1_000)
        return SourceFile(cards: cards, from: first, seed: seed, bad: bad, value: value, time: time())
    }

    /// A file that lacks columns.
    private mutating func damaged() -> SourceFile {
        let time = time()
        var file = SourceFile(codes: [], value: 0, time: time)
        file.content = "giftCardNumber\nat \(time)\n"
        return file
    }

    /// The time in the next file's name; no two files have the same one.
    private mutating func time() -> String {
        defer { made += 1 }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(made / 3_600)):\(two(made / 60 % 60)):\(two(made % 60))"
    }
}

extension SourceFile {
    /// Another file with the good rows of this one above its own.
    fileprivate func joined(to other: SourceFile) -> SourceFile { SourceFile(good + other.good, name: other.name) }
}
