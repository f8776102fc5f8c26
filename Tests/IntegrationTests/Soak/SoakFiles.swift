import SeededRandom

/// Files as a partner drops them over a day, NetSuite's or activation feeds, one kind after another as chance has it.
struct SoakFiles {
    /// What is dropped at once.
    struct Drop: Sendable {
        var kind: String
        var files: [SourceFile]
        /// Whether which of the files has a code first depends on which is taken first; then their outputs are not compared.
        var isRace = false
    }

    /// A file whose value is above this is held until a person approves or refuses it.
    static let limit = 2_000
    private static let seeds = Array("abcdefghijklmnopqrstuvwxyz")

    private let areFeeds: Bool
    private var random: SplitMix64
    /// Which kinds come next; shuffled anew when all have come, so that a short soak has most of them.
    private var kinds: [Int] = []
    private var made = 0
    private var plain: [SourceFile] = []

    init(seed: UInt64, areFeeds: Bool) {
        random = SplitMix64(seed: seed)
        self.areFeeds = areFeeds
    }

    /// The next drop; `isDone` tells whether a file has come to its end, so that others may speak of its codes.
    mutating func next(isDone: (SourceFile) -> Bool) -> Drop {
        let known = plain.filter(isDone).randomElement(using: &random)
        if kinds.isEmpty { kinds = (0..<12).shuffled(using: &random) }
        switch kinds.removeLast() {
        case 0:
            let pair = [file(cards: 10), file(cards: 3)]
            return Drop(
                kind: "two files with the same codes",
                files: [pair[0], joined(pair[0], to: pair[1])],
                isRace: true
            )
        case 1: return Drop(kind: "file above a limit", files: [file(cards: 9, value: 300)])
        case 2: return Drop(kind: "file that is put aside", files: [damaged()])
        case 3 where known != nil:
            let own = file(cards: 1)
            return Drop(kind: "file dropped twice", files: [known?.named(own.name) ?? own])
        case 4 where known != nil:
            let own = file(cards: 4)
            return Drop(
                kind: "file with codes of an earlier one",
                files: [known.map { joined($0, to: own) } ?? own]
            )
        case 5: return Drop(kind: "file of 130 cards", files: [kept(file(cards: 130, bad: true))])
        default: return Drop(kind: "file", files: [kept(file(cards: 3 + random.below(12), bad: random.chance(0.5)))])
        }
    }

    /// The file that comes in the place of one that a person refused: its cards with a tenth of their values.
    mutating func correction(of refused: SourceFile) -> Drop {
        let name = "corrected \(made) " + refused.name
        made += 1
        return Drop(kind: "file corrected after a refusal", files: [formed(refused.corrected(named: name))])
    }

    private mutating func kept(_ file: SourceFile) -> SourceFile {
        plain.append(file)
        return file
    }

    private mutating func file(cards: Int, bad: Bool = false, value: Int? = nil) -> SourceFile {
        // Codes are told apart by seed and index, 1,000 indices a file.
        let (seed, first) = (Self.seeds[made % Self.seeds.count], made / Self.seeds.count * 1_000)
        return formed(SourceFile(cards: cards, from: first, seed: seed, bad: bad, value: value, time: time()))
    }

    /// A file of NetSuite's that lacks columns, or a feed that lacks a card of its totals.
    private mutating func damaged() -> SourceFile {
        var file = file(cards: 1)
        file.content =
            areFeeds
            ? file.text.replacing("\"giftCards\":1", with: "\"giftCards\":2")
            : "giftCardNumber\n" + file.codes.joined() + "\n"
        file.rows = []
        return file
    }

    /// A file with the good rows of an earlier one above its own.
    private func joined(_ earlier: SourceFile, to own: SourceFile) -> SourceFile {
        formed(SourceFile(earlier.good + own.good, name: own.name))
    }

    private func formed(_ file: SourceFile) -> SourceFile { areFeeds ? file.asFeed() : file }

    /// The time in the next file's name; no two files have the same one.
    private mutating func time() -> String {
        defer { made += 1 }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(made / 3_600)):\(two(made / 60 % 60)):\(two(made % 60))"
    }
}
