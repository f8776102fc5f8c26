import Records
import SeededRandom
import Testing

struct JSONPropertyTests {
    static let seeds = Array(UInt64(1)...100)

    @Test(arguments: seeds)
    func `any value reads back equal under any chunking`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let value = random.value(depth: 5)
        let bytes = value.encoded()
        #expect(try JSONValue(parsing: bytes).encoded() == bytes, "seed \(seed)")
        for chunk in [1, 2, 3, 1 + random.below(40), 65536] {
            var reader = JSONReader(BytesSource(bytes, chunk: chunk))
            let (read, rest) = (try reader.readValue(), try reader.next())
            #expect(read == value && read?.encoded() == bytes && rest == nil, "seed \(seed), chunk \(chunk)")
        }
    }

    @Test(arguments: seeds)
    func `any values written as lines read back equal`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let values = (0..<random.below(10)).map { _ in random.value(depth: 3) }
        var writer = JSONLinesWriter(BytesSink())
        for value in values { try writer.write(value) }
        var reader = JSONLinesReader(BytesSource(try writer.finish().bytes, chunk: 1 + random.below(20)))
        for (index, value) in values.enumerated() {
            let line = try #require(try reader.next(), "seed \(seed)")
            #expect(try line.value() == value, "seed \(seed)")
            #expect(line.number == index + 1 && line.isTerminated, "seed \(seed)")
        }
    }

    @Test(arguments: seeds)
    func `the streaming reader and the whole one accept and refuse the same`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<20 {
            let bytes = Self.nearlyJSON(&random)
            let limits = JSONLimits(
                maximumDepth: 1 + random.below(6),
                maximumTokenBytes: 1 + random.below(30),
                maximumKeyBytes: 40 + random.below(200)
            )
            var error: JSONError?
            do throws(JSONError) { _ = try JSONValue(parsing: bytes, limits: limits) } catch let found { error = found }
            let whole = JSONOutcome(bytes, limits: limits)
            #expect(whole.error == error, "seed \(seed), \(bytes)")
            for chunk in [1, 2, 3, 1 + random.below(20)] {
                #expect(JSONOutcome(bytes, limits: limits, chunk: chunk) == whole, "seed \(seed), \(chunk), \(bytes)")
            }
        }
    }

    /// The bytes of a value, mostly with some of them changed, moved or lost.
    static func nearlyJSON(_ random: inout SplitMix64) -> [UInt8] {
        var bytes = random.value(depth: 3).encoded()
        let pieces = [
            "\"", "\\", "\\u", "\\ud83c", ",", ":", "[", "]", "{", "}", "0", "-", ".", "e", " ", "\r", "\n", "tru",
        ]
        for _ in 0..<random.below(4) {
            let place = random.below(bytes.count + 1)
            switch random.below(3) {
            case 0: bytes.insert(contentsOf: pieces[random.below(pieces.count)].utf8, at: place)
            case 1: bytes.insert(UInt8(random.below(256)), at: place)
            default: bytes.removeSubrange(place..<min(bytes.count, place + random.below(4)))
            }
        }
        return bytes
    }
}
