import Glibc
import Testing

@testable import Assembly

/// Whether two shell patterns can match one name.
struct NamePatternTests {
    @Test(arguments: [
        ("*", "a.csv"), ("*.csv", "*-Results.csv"), ("a*", "*b"), ("*a*", "*b*"), ("?.csv", "[ab].csv"), ("*", "*"),
        ("", ""), ("*", ""), ("[!a]x", "?x"), ("[a-m]", "[m-z]"), ("a\\*b", "a[*]b"), ("[]a]", "]"), ("[a", "[a"),
        ("*-GiftCardFulfillment.csv", "Tue*"), ("a*b*c", "*ab*bc"),
    ])
    func `patterns that share a name overlap`(_ one: String, _ other: String) {
        #expect(NamePattern(one).overlaps(NamePattern(other)))
        #expect(NamePattern(other).overlaps(NamePattern(one)))
    }

    @Test(arguments: [
        ("*.csv", "*.json"), ("a*", "b*"), ("?", ""), ("?", "ab"), ("[ab].csv", "[cd].csv"), ("[!a]", "a"),
        ("a\\*b", "axb"), ("*-GiftCardFulfillment.csv", "*-Results.csv"), ("a?", "a"), ("[a", "a"), ("ab*", "a"),
        ("*.csv", "*.csv.done"),
    ])
    func `patterns that share no name don't`(_ one: String, _ other: String) {
        #expect(!NamePattern(one).overlaps(NamePattern(other)))
        #expect(!NamePattern(other).overlaps(NamePattern(one)))
    }

    @Test func `patterns overlap when some name of a small alphabet matches both, as fnmatch says`() {
        let parts = ["a", "b", "?", "*", "[ab]", "[!b]"]
        let patterns = [""] + parts + parts.flatMap { first in parts.map { first + $0 } }
        let letters = ["", "a", "b", "c"]
        let names = Set(
            letters.flatMap { first in
                letters.flatMap { second in letters.flatMap { third in letters.map { first + second + third + $0 } } }
            }
        )
        for one in patterns {
            let matched = names.filter { fnmatch(one, $0, 0) == 0 }
            for other in patterns {
                let isShared = matched.contains { fnmatch(other, $0, 0) == 0 }
                #expect(NamePattern(one).overlaps(NamePattern(other)) == isShared, "\(one) and \(other)")
            }
        }
    }

    @Test func `a pattern without wildcards is one name`() {
        #expect(NamePattern("cards.csv").isOneName && NamePattern("a\\*").isOneName)
        #expect(
            !NamePattern("*.csv").isOneName && !NamePattern("card?.csv").isOneName && !NamePattern("[ab]").isOneName
        )
    }
}
