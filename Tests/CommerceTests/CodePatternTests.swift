import Commerce
import SeededRandom
import Testing

/// `code_pattern`: what a retailer's codes look like.
@Suite struct CodePatternTests {
    private func matches(_ pattern: String, _ code: String) throws -> Bool {
        try CodePattern(pattern).matches(GiftCardCode(accepted: code))
    }

    @Test(arguments: [
        ("[0-9]{16}", "1234567890123456"), ("^[0-9]{16}$", "1234567890123456"), ("\\d{8,12}", "12345678"),
        ("\\d{8,12}", "123456789012"),
        ("gc[a-z0-9]{10}", "gc12ab34cd56"), ("(?:gc|sv)\\d{8}", "sv12345678"), ("(gc|sv)?\\d{8}", "12345678"),
        ("[a-z]{4}\\d+", "abcd1234"),
        (".*", "abcd1234"), ("\\w{8,}", "abcd1234"), ("[^a-z]{8}", "12345678"), ("\\D+", "abcdefgh"),
        ("abcd1234", "abcd1234"),
        ("abcd1234|efgh5678", "efgh5678"), ("^abcd1234$|^efgh5678$", "abcd1234"), ("(ab|a)(bc|c)1234567", "abc1234567"),
        ("a{0}bcdefghij", "bcdefghij"), ("(a?){20}bcdefghi", "aabcdefghi"), ("x{8,64}", "xxxxxxxxxxxxxxxxxxxx"),
        ("(a|b|)+1234567", "ab1234567"),
        ("[0-9a-f]{2}(-)?[0-9]{6}", "ff123456"), ("[\\d]{8}", "12345678"), ("[a\\-z]{4}1234", "azza1234"),
        ("(?:(?:[0-9]{4}){2}){2}", "1234567890123456"),
        ("[-a-c]{8}", "abcabcab"), ("(a{2}){4,5}", "aaaaaaaaaa"), ("((ab)*c?)*1234", "abcab1234"),
        ("(?:a*)*b{8}", "bbbbbbbb"),
    ])
    func `a whole code matches`(_ pattern: String, _ code: String) throws {
        #expect(try matches(pattern, code))
    }

    @Test(arguments: [
        ("[0-9]{16}", "123456789012345"), ("[0-9]{16}", "12345678901234567"), ("[0-9]{8}", "123456789"),
        ("\\d{8}", "a12345678"),
        ("\\d{8}", "12345678a"), ("gc\\d{8}", "sv12345678"), ("[A-Z]{8}", "abcdefgh"),
        ("[0-9]{4}-[0-9]{4}", "12345678"), ("\\d{8}|x", "123456789"),
        ("[^0-9]{8}", "abcd1234"), ("a{3}b{5}", "aabbbbbbb"), ("x{21}", "xxxxxxxxxxxxxxxxxxxx"),
        ("(a{2}){4}", "aaaaaaaaaa"), ("\\W+", "abcdefgh"),
        ("abcd.1234", "abcd1234"), ("(ab)+", "ababababa"), ("a+b", "aaaaaaaaaaaaaaaaaaaa"),
    ])
    func `what does not match as a whole does not match`(_ pattern: String, _ code: String) throws {
        #expect(try !matches(pattern, code))
    }

    @Test(arguments: [
        ("", 1, "empty"), ("[0-9", 1, "'[' is not closed"), ("(ab", 1, "'(' is not closed"),
        ("ab)", 3, "closes nothing"), ("ab]", 3, "closes nothing"),
        ("*a", 1, "repeats nothing"), ("a|+", 3, "repeats nothing"), ("a**", 3, "repeats a repetition"),
        ("a+?", 3, "repeats a repetition"),
        ("a{2}{3}", 5, "repeats a repetition"), ("a{x}", 2, "begins no repetition"),
        ("a{3,2}", 2, "ends below its beginning"), ("a{,3}", 2, "begins no"),
        ("a{99999999999999999999}", 2, "begins no"), ("[z-a]", 2, "no range"), ("[a-9]", 2, "no range"),
        ("[[:digit:]]{8}", 2, "'[' within a class"),
        ("[]", 1, "no letters"), ("(?=a)", 1, "not understood"), ("(?<n>a)", 1, "not understood"),
        ("(?i)a", 1, "not understood"), ("\\b", 1, "not understood"),
        ("\\1", 1, "not understood"), ("abc\\", 4, "backslash"), ("a^b", 2, "'^' can stand only"),
        ("a$b", 2, "'$' can stand only"),
        ("(^a)", 2, "'^' can stand only"), ("(a$)", 3, "'$' can stand only"),
        ("[a-z]{20}[a-z]{20}([a-z]{20}){11}", 1, "longer than 256"),
        ("((a{20}){20}){20}", 2, "longer than 256"),
        (String(repeating: "(", count: 60) + String(repeating: ")", count: 60), 51, "too many brackets"),
        (String(repeating: "a", count: 300), 1, "longer than 256"),
    ])
    func `what is no pattern is refused with its place`(_ text: String, _ position: Int, _ words: String) {
        let fault = #expect(throws: CodePattern.Fault.self) { try CodePattern(text) }
        #expect(fault?.position == position && fault?.words.contains(words) == true, "\(text): \(fault as Any)")
    }

    @Test(arguments: [
        ("[0-9]{16}", true), ("[0-9]{7}", false), ("[0-9]{21,}", false), ("[A-Z]{8}", false), ("[A-Z0-9]{8}", true),
        ("gc-[0-9]{8}", false), ("a*", true),
        ("\\W{8}", false), ("a|b", false), ("a{8}|B", true), ("(ab){4}", true), ("[0-9]{6,7}|[0-9]{25}", false),
    ])
    func `a pattern that no code can match is told`(_ pattern: String, _ matchesAny: Bool) throws {
        #expect(try CodePattern(pattern).matchesAnyCode == matchesAny)
    }

    @Test(arguments: [
        ("[0-9]{16}", ""), ("[A-Z0-9]{16}", "AZ"), ("[0-9]{4}-[0-9]{4}", "-"), ("[A-Za-z]{8}_", "AZ_"),
        ("a{8}\\.", "."), ("é{8}", "é"), ("[^A]{8}", "A"),
    ])
    func `characters that no code holds are told`(_ pattern: String, _ strangers: String) throws {
        #expect(try String(CodePattern(pattern).strangers) == strangers)
    }

    /// Each of these takes a matcher that goes back ages on twenty letters.
    @Test(arguments: [
        "(a+)+b", "(a|a)*b", "((a*)*)*b", "(a|aa)+b", "(.*)(.*)(.*)(.*)(.*)b", "(a?){20}a{20}b",
        "((a{1,4}){1,4}){1,4}b",
    ])
    func `no pattern takes longer than one pass`(_ pattern: String) throws {
        let pattern = try CodePattern(pattern)
        let code = try GiftCardCode(accepted: String(repeating: "a", count: 20))
        for _ in 0..<1_000 { #expect(!pattern.matches(code)) }
    }

    @Test func `it agrees with Swift's regular expressions`() throws {
        var random = SplitMix64(seed: 7)
        let pieces = ["a", "b", "1", "[ab]", "[^a]", ".", "(a|b)", "(?:ab|1)", "\\d", "\\D", "a|b", "(|a)", "(b(1|a))"]
        let counts = ["", "", "?", "*", "+", "{2}", "{0,3}", "{2,}", "{0}"]
        for _ in 0..<2_000 {
            let text = (0..<(1 + random.below(5))).map { _ in
                let piece = pieces[random.below(pieces.count)]
                return piece.contains("|") && !piece.hasPrefix("(")
                    ? "(\(piece))" + counts[random.below(counts.count)] : piece + counts[random.below(counts.count)]
            }.joined()
            let (ours, theirs) = (try CodePattern(text), try Regex(text))
            for _ in 0..<5 {
                let code = String((0..<(8 + random.below(5))).map { _ in ["a", "b", "1"][random.below(3)] })
                let isMatch = try theirs.wholeMatch(in: code) != nil
                #expect(try ours.matches(GiftCardCode(accepted: code)) == isMatch, "\(text) on \(code)")
            }
        }
    }
}
