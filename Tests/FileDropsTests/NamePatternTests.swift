import FileDrops
import Glibc
import Testing

/// Which names a pattern matches, and whether two can match one name.
struct NamePatternTests {
    @Test(arguments: [".daily-X.csv", "._a-X.csv", ".-X.csv", ".X.csv"])
    func `a leading dot is matched by a dot alone, never by a wildcard`(_ name: String) {
        for pattern in ["*", "*.csv", "*-X.csv", "?*", "[.]*", "[!a]*", "*X*", "??*"] {
            #expect(!NamePattern(pattern).matches(name), "\(pattern) and \(name)")
            #expect(!NamePattern(pattern, matchesCase: false).matches(name), "\(pattern) and \(name)")
        }
        #expect(NamePattern(".*").matches(name) && NamePattern("\\.*").matches(name) && NamePattern(name).matches(name))
    }

    @Test func `a dot that does not lead is a letter like others`() {
        #expect(NamePattern("*").matches("a.csv") && NamePattern("a?csv").matches("a.csv"))
        #expect(NamePattern("a[.]csv").matches("a.csv"))
    }

    @Test func `letters of another case match where case does not count, and nowhere else`() {
        for name in ["A-X.CSV", "a-x.csv", "a-X.Csv"] {
            #expect(NamePattern("*-X.csv", matchesCase: false).matches(name))
            #expect(!NamePattern("*-X.csv").matches(name))
        }
        #expect(
            NamePattern("[a-c].csv", matchesCase: false).matches("B.csv") && !NamePattern("[a-c].csv").matches("B.csv")
        )
    }

    @Test(arguments: [
        ("*", "a.csv"), ("*.csv", "*-Results.csv"), ("a*", "*b"), ("*a*", "*b*"), ("?.csv", "[ab].csv"), ("*", "*"),
        ("", ""), ("*", ""), ("[!a]x", "?x"), ("[a-m]", "[m-z]"), ("a\\*b", "a[*]b"), ("[]a]", "]"), ("[a", "[a"),
        ("*-GiftCardFulfillment.csv", "Tue*"), ("a*b*c", "*ab*bc"), (".*", ".x.csv"), (".*", ".?"), ("a*", "a.*"),
    ])
    func `patterns that share a name overlap`(_ one: String, _ other: String) {
        #expect(NamePattern(one).overlaps(NamePattern(other)))
        #expect(NamePattern(other).overlaps(NamePattern(one)))
    }

    @Test(arguments: [
        ("*.csv", "*.json"), ("a*", "b*"), ("?", ""), ("?", "ab"), ("[ab].csv", "[cd].csv"), ("[!a]", "a"),
        ("a\\*b", "axb"), ("*-GiftCardFulfillment.csv", "*-Results.csv"), ("a?", "a"), ("[a", "a"), ("ab*", "a"),
        ("*.csv", "*.csv.done"), ("*.csv", ".*"), ("*", ".x.csv"), ("?x", ".x"), ("[.]", "."), ("[.]", "?"),
    ])
    func `patterns that share no name don't`(_ one: String, _ other: String) {
        #expect(!NamePattern(one).overlaps(NamePattern(other)))
        #expect(!NamePattern(other).overlaps(NamePattern(one)))
    }

    @Test func `patterns overlap when some name of a small alphabet matches both`() {
        let parts = ["a", ".", "A", "?", "*", "[.a]", "[!b]", "[.]"]
        let texts = [""] + parts + parts.flatMap { first in parts.map { first + $0 } }
        let patterns = texts.map { NamePattern($0) } + texts.map { NamePattern($0, matchesCase: false) }
        let letters = ["", "a", "A", ".", "c"]
        let names = Set(
            letters.flatMap { first in
                letters.flatMap { second in letters.flatMap { third in letters.map { first + second + third + $0 } } }
            }
        )
        for one in patterns {
            let matched = names.filter(one.matches)
            for other in patterns {
                let isShared = matched.contains(where: other.matches)
                #expect(one.overlaps(other) == isShared, "\(one) and \(other), \(one.matchesCase) \(other.matchesCase)")
            }
        }
    }

    @Test func `a pattern without wildcards is one name`() {
        #expect(NamePattern("cards.csv").isOneName && NamePattern("a\\*").isOneName)
        #expect(
            !NamePattern("*.csv").isOneName && !NamePattern("card?.csv").isOneName && !NamePattern("[ab]").isOneName
        )
        #expect(!NamePattern("cards.csv", matchesCase: false).isOneName)
    }
}
