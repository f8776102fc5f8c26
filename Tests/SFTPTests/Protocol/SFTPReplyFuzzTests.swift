import Fuzzing
import SeededRandom
import Testing

@testable import SFTP

/// What holds for a server's answers, whatever it sends.
@Suite struct SFTPReplyFuzzTests {
    static let words = [
        "\u{0}\u{0}\u{0}\u{0}", "\u{0}\u{0}\u{0}\u{1}", "\u{0}\u{0}\u{0}\u{4}", "\u{7F}\u{7F}\u{7F}\u{7F}", "..", "/",
        "\u{0}", "\n", "e", "f",
        "g", "h", "i",
    ]

    @Test func `a damaged answer is malformed, or holds just what the bytes say`() throws {
        let failure = try Fuzzer("replies", words: Self.words).firstFailure { input in
            guard let type = input.bytes.first else { return nil }
            var bytes = SFTPBytes(input.bytes.dropFirst())
            var plain = Plain(rest: input.bytes.dropFirst())
            let expected = plain.answer(type)
            guard let reply = try? SFTPReply(type: type, &bytes) else {
                return expected == nil ? nil : "held to be malformed: \(expected ?? "")"
            }
            return "\(reply)" == expected ? nil : "\(reply), and not \(expected ?? "malformed")"
        }
        #expect(failure == nil, "\(failure.map { "\($0)" } ?? "")")
    }
}

/// The answers of SFTP 3 once more, plainly; `nil` for what is none.
private struct Plain {
    var rest: ArraySlice<UInt8>

    mutating func answer(_ type: UInt8) -> String? {
        switch type {
        case 101:
            guard let code = number(4) else { return nil }
            guard !rest.isEmpty else { return "\(SFTPReply.status(SFTPStatus(code: UInt32(code), words: "")))" }
            return field().map {
                "\(SFTPReply.status(SFTPStatus(code: UInt32(code), words: String(decoding: $0, as: UTF8.self))))"
            }
        case 102: return field().map { "\(SFTPReply.handle($0))" }
        case 103: return field().map { "\(SFTPReply.data($0))" }
        case 104:
            guard let count = number(4) else { return nil }
            var names: [SFTPReply.Name] = []
            while names.count < count {
                let before = rest.count
                guard let name = field(), field() != nil, let attributes = attributes() else { return nil }
                names.append(SFTPReply.Name(bytes: name, attributes: attributes, room: before - rest.count))
            }
            return "\(SFTPReply.names(names))"
        case 105: return attributes().map { "\(SFTPReply.attributes($0))" }
        case 201: return "\(SFTPReply.extended(Array(rest)))"
        default: return nil
        }
    }

    private mutating func number(_ length: Int) -> UInt64? {
        guard rest.count >= length else { return nil }
        defer { rest = rest.dropFirst(length) }
        return rest.prefix(length).reduce(0) { $0 * 256 + UInt64($1) }
    }

    private mutating func field() -> [UInt8]? {
        guard let length = number(4), length <= rest.count else { return nil }
        defer { rest = rest.dropFirst(Int(length)) }
        return Array(rest.prefix(Int(length)))
    }

    private mutating func attributes() -> SFTPAttributes? {
        guard let flags = number(4) else { return nil }
        var attributes = SFTPAttributes()
        for (bit, length) in [(1, 8), (2, 8), (4, 4), (8, 8)] as [(UInt64, Int)] where flags & bit != 0 {
            guard let value = number(length) else { return nil }
            switch bit {
            case 1: attributes.size = value
            case 4: attributes.mode = UInt32(value)
            case 8: attributes.modified = UInt32(truncatingIfNeeded: value)
            default: break
            }
        }
        if flags & 0x8000_0000 != 0 {
            guard var pairs = number(4) else { return nil }
            while pairs > 0 {
                guard field() != nil, field() != nil else { return nil }
                pairs -= 1
            }
        }
        return attributes
    }
}
