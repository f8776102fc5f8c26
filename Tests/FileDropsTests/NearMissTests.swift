import FileDrops
import Testing

/// Names that a pattern does not match, and nearly does.
struct NearMissTests {
    private static let pattern = NamePattern("*-GiftCardFulfillment.csv")

    @Test(arguments: [
        ("a-GiftCardFulfillment.CSV", "upper and lower case"), ("a-giftcardfulfillment.csv", "'match_case: false'"),
        ("a-GiftCardFulfillment (1).csv", "'(1)'"), ("a-GiftCardFulfillment(12).csv", "'(12)'"),
        ("a-GiftCardFulfillment - Copy.csv", "'- Copy'"), ("a-GiftCardFulfillment copy.csv", "marks a copy"),
        ("a-GiftCardFulfillment.csv.gz", "'.gz'"), ("a-GiftCardFulfillment.csv.ZIP", "drop it unpacked"),
        ("a-GiftCardFulfillment.csv.filepart", "send it again"), ("a-GiftCardFulfillment.csv.crdownload", "broken off"),
        ("a-GiftCardFulfillment.csv.part", "'.part'"), ("a-GiftCardFulfillment.csv.tmp", "'.tmp'"),
        ("a-GiftCardFulfillment.csv.bak", "put aside"), ("a-GiftCardFulfillment.csv~", "'~'"),
        ("a-GiftCardFulfillment.csv.pgp", "encrypted"), ("a-GiftCardFulfillment.csv.txt", "a program has added it"),
    ])
    func `a near miss says what is in the way and what to do`(_ name: String, _ words: String) throws {
        let miss = try #require(NearMiss(name, of: Self.pattern))
        #expect(miss.words.contains(words), "\(miss.words)")
    }

    @Test func `several things in the way are all told`() throws {
        let words = try #require(NearMiss("a-giftcardfulfillment (1).csv.gz", of: Self.pattern)).words
        #expect(words.contains("'.gz'") && words.contains("'(1)'") && words.contains("lower case"), "\(words)")
    }

    @Test(arguments: [
        "a-GiftCardFulfillment.csv", "notes.txt", ".a-GiftCardFulfillment.csv", "._a-GiftCardFulfillment.csv",
        ".a-GiftCardFulfillment.csv.filepart", "a-GiftCardFulfillment.json", "a-GiftCardFulfillment.csv.gz.gz.gz.gz",
        ".gz", "", "a-GiftCardFulfillment (1.csv", "a-GiftCardFulfillment (12345).csv", "a-Results.csv.bak",
    ])
    func `what matches, what is hidden and what has nothing to do with the pattern is none`(_ name: String) {
        #expect(NearMiss(name, of: Self.pattern) == nil)
    }

    @Test func `where case does not count, it is in nobody's way`() {
        let pattern = NamePattern("*.csv", matchesCase: false)
        #expect(NearMiss("A.CSV", of: pattern) == nil)
        #expect(NearMiss("A.CSV.GZ", of: pattern)?.words.contains("case") == false)
    }
}
