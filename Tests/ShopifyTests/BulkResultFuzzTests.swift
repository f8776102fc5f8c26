import Foundation
import Fuzzing
import Records
import SeededRandom
import Shopify
import Testing

/// What holds for the lines of a bulk operation's result, whatever they are.
struct BulkResultFuzzTests {
    static let words = [
        "\"giftCard\":null", "\"userErrors\":[]", "\"userErrors\":[{}]", "\"__lineNumber\":", "null", "{}", "[]", "\"",
        ",", ":", "{", "}", "[",
        "]", "\n", "\"amount\":\"1\"", "\"code\":\"TAKEN\"", "\"errors\":[{\"message\":\"x\"}]", "-", "9", "é", "\u{0}",
        "\\u0000",
    ]

    @Test func `no damage makes a card of what is none, or a refusal of what may be one`() throws {
        let failure = try Fuzzer("results", words: Self.words).firstFailure { input in
            for line in try Self.lines(input.bytes) {
                let result = BulkResultLine(parsing: line)
                guard BulkResultLine(parsing: line) == result else { return "\(result) differs the second time" }
                let json = (try? JSONSerialization.jsonObject(with: Data(line))) as? [String: Any]
                if let fault = Self.fault(of: result, in: json) { return fault + ": \(result)" }
            }
            return nil
        }
        #expect(failure == nil, "\(failure.map { "\($0)" } ?? "")")
    }

    @Test func `each line that is not blank gives one result, and a cut takes none but the last`() throws {
        let failure = try Fuzzer("results", words: Self.words).firstFailure { input in
            let whole = try Self.lines(input.bytes).map { BulkResultLine(parsing: $0) }
            let cut = Array(input.bytes.prefix(input.random.below(input.bytes.count + 1)))
            let part = try Self.lines(cut).map { BulkResultLine(parsing: $0) }
            guard part.count <= whole.count else { return "\(part.count) lines of \(whole.count)" }
            return part.dropLast() == whole.prefix(max(0, part.count - 1)) ? nil : "a line before the cut differs"
        }
        #expect(failure == nil, "\(failure.map { "\($0)" } ?? "")")
    }

    private static func lines(_ bytes: [UInt8]) throws -> [[UInt8]] {
        var reader = JSONLinesReader(BytesSource(bytes))
        var lines: [[UInt8]] = []
        while let line = try reader.next() { lines.append(line.bytes) }
        return lines
    }

    /// Compares a result with what Foundation reads of the line.
    private static func fault(of result: BulkResultLine, in json: [String: Any]?) -> String? {
        let payload = (json?["data"] as? [String: Any])?["giftCardCreate"] as? [String: Any]
        let card = payload?["giftCard"] as? [String: Any]
        let userErrors = payload?["userErrors"] as? [Any]
        if let number = result.lineNumber {
            let told =
                (json?["__lineNumber"] as? NSNumber)?.intValue ?? (json?["__lineNumber"] as? String).flatMap { Int($0) }
            guard told == number, number >= 0 else { return "the line number is \(String(describing: told))" }
        }
        switch result.outcome {
        case .created(let created):
            guard let card, userErrors?.isEmpty == true else { return "there is no card without errors" }
            guard card["id"] as? String == created.id, !created.id.isEmpty else { return "the card has another id" }
            return nil
        case .refused, .denied:
            let isThere = card != nil || (payload?["giftCard"] != nil && !(payload?["giftCard"] is NSNull))
            guard !isThere else { return "there is a card" }
            let errors = json?["errors"].map { !($0 is NSNull) } ?? false
            guard userErrors?.isEmpty == false || errors else { return "nothing was refused" }
            if case .refused(let reasons) = result.outcome, reasons.contains(where: { $0.message.isEmpty }) {
                return "there is no reason"
            }
            return nil
        case .taken: return userErrors?.isEmpty == false ? nil : "nothing is said to be taken"
        case .unknown(let reason): return reason.isEmpty ? "there is no reason" : nil
        }
    }
}
