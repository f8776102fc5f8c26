import Foundation
import Fuzzing
import Records
import SeededRandom
import Testing

/// What holds for the readers of JSON on any bytes.
struct JSONFuzzTests {
    static let words = [
        "\"", "\\", "\\u", "\\ud83c", "\\udf81", "\\u0000", "\\\"", ",", ":", "[", "]", "{", "}", "{\"a\":", "0", "-",
        ".", "e", "E+", "1e9",
        "true", "null", "tru", " ", "\r", "\n", "\u{FEFF}", "é", "🎁", "\u{0}", "\u{1F}", "[[[[", "]]]]", "//", "NaN",
    ]

    @Test func `damaged documents are read the same in any chunks, streamed or whole, and errors have their place`()
        throws
    {
        let failure = try Fuzzer("json", words: Self.words).firstFailure { input in
            var limits = JSONLimits()
            if input.random.below(2) == 0 {
                limits = JSONLimits(
                    maximumDepth: input.random.below(8),
                    maximumTokenBytes: input.random.below(40),
                    maximumKeyBytes: input.random.below(200)
                )
            }
            let outcome = JSONOutcome(input.bytes, limits: limits)
            for chunk in [1, 2 + input.random.below(30)]
            where JSONOutcome(input.bytes, limits: limits, chunk: chunk) != outcome {
                return "chunks of \(chunk) make a difference"
            }
            do throws(JSONError) {
                let value = try JSONValue(parsing: input.bytes, limits: limits)
                guard outcome.error == nil else { return "only the streaming reader finds \(outcome)" }
                guard let again = try? JSONValue(parsing: value.encoded()) else {
                    return "what is written can't be read"
                }
                return again == value && again.encoded() == value.encoded() ? nil : "written and read it differs"
            } catch {
                guard outcome.error == error else { return "\(error) whole, \(outcome) streamed" }
                return Self.hasPlace(error, in: input.bytes) ? nil : "\(error): there is no such place"
            }
        }
        #expect(failure == nil, "\(failure.map { "\($0)" } ?? "")")
    }

    @Test func `Foundation takes the same damaged documents for JSON, but for known differences`() throws {
        let failure = try Fuzzer("json", words: Self.words).firstFailure { input in
            let (ours, theirs) = (Self.ourCode(input.bytes), Self.foundationReads(input.bytes))
            if (ours == nil) == theirs { return nil }
            if Difference.allCases.contains(where: { $0.explains(ours, theirs, input.bytes) }) { return nil }
            return ours.map { "refused as \($0.rawValue); Foundation takes it" } ?? "taken; Foundation refuses it"
        }
        #expect(failure == nil, "\(failure.map { "\($0)" } ?? "")")
    }

    /// Where the two differ, and why that is as it should be.
    enum Difference: CaseIterable {
        /// Which of two values holds would be a guess.
        case duplicateKey
        /// Foundation takes `[1,]` and `{"a":1,}`.
        case trailingComma
        /// Foundation guesses the encoding, by a byte order mark or by bytes of zero; ours is UTF-8 without a mark (RFC 8259 section 8.1).
        case otherEncoding
        /// Foundation refuses a number that is too large, or too small, for floating point; ours stay texts.
        case numberBeyondDouble

        func explains(_ ours: JSONError.Code?, _ theirs: Bool, _ bytes: [UInt8]) -> Bool {
            let text = String(decoding: bytes, as: UTF8.self)
            return switch self {
            case .duplicateKey: ours == .duplicateKey && theirs
            case .trailingComma: ours == .unexpectedByte && theirs && text.contains(#/,[ \t\r\n]*[\]}]/#)
            case .otherEncoding: ours != nil && theirs && (bytes.starts(with: [0xEF, 0xBB, 0xBF]) || bytes.contains(0))
            case .numberBeyondDouble:
                ours == nil && !theirs
                    && text.matches(of: #/-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/#).contains { number in
                        let value = Double(String(number.output))
                        return value.map { $0.isInfinite || $0.isZero } ?? true
                    }
            }
        }
    }

    private static func ourCode(_ bytes: [UInt8]) -> JSONError.Code? {
        do throws(JSONError) {
            _ = try JSONValue(parsing: bytes, limits: JSONLimits(maximumDepth: 512))
            return nil
        } catch { return error.code }
    }

    private static func foundationReads(_ bytes: [UInt8]) -> Bool {
        (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil
    }

    /// Whether the line is one of the document and the column a byte of it, or the one behind its end.
    static func hasPlace(_ error: JSONError, in bytes: [UInt8]) -> Bool {
        var (lines, index) = ([0], 0)
        while index < bytes.count {
            if bytes[index] == 0x0D, index + 1 < bytes.count, bytes[index + 1] == 0x0A { index += 1 }
            if bytes[index] == 0x0A || bytes[index] == 0x0D { lines.append(0) } else { lines[lines.count - 1] += 1 }
            index += 1
        }
        guard lines.indices.contains(error.line - 1), error.column >= 1 else { return false }
        return error.column <= lines[error.line - 1] + 2
    }
}
