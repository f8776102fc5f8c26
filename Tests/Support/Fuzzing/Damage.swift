import SeededRandom

/// What is done to a file of a corpus.
struct Damage {
    let words: [[UInt8]]
    let corpus: [[UInt8]]

    /// Inputs are kept so short that thousands of them are read in a second.
    private static let longest = 600

    /// A file of the corpus, damaged in one to six places.
    func input(_ random: inout SplitMix64) -> [UInt8] {
        var bytes = any(&random)
        for _ in 0...random.below(6) { damage(&bytes, &random) }
        return Array(bytes.prefix(Self.longest))
    }

    private func any(_ random: inout SplitMix64) -> [UInt8] { corpus[random.below(corpus.count)] }

    private func damage(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        let place = random.below(bytes.count + 1)
        switch random.below(12) {
        case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(random.below(8))
        case 1 where place < bytes.count: bytes[place] = UInt8(random.below(256))
        case 2: bytes.insert(UInt8(random.below(256)), at: place)
        case 3, 4, 5: bytes.insert(contentsOf: words[random.below(words.count)], at: place)
        case 6: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(20)))
        case 7: bytes.removeSubrange(place...)
        case 8: bytes.insert(contentsOf: piece(of: bytes, &random), at: place)
        case 9: bytes.insert(contentsOf: piece(of: any(&random), &random), at: place)
        case 10: bytes = bytes[..<place] + any(&random).suffix(random.below(200))
        case 11 where place < bytes.count:
            bytes.insert(contentsOf: [UInt8](repeating: bytes[place], count: random.below(80)), at: place)
        default: break
        }
    }

    private func piece(of bytes: [UInt8], _ random: inout SplitMix64) -> ArraySlice<UInt8> {
        let start = random.below(bytes.count + 1)
        return bytes[start..<min(bytes.count, start + random.below(60))]
    }
}
