import Foundation
import SeededRandom

/// What can happen to a NetSuite file between the script that writes it and the drop that it lies in.
enum DamagedFile: String, CaseIterable, Sendable {
    case cut, headerLost, empty, onlyBreaks, headerUnfinished
    case strayQuotes, allQuoted, semicolons, formulas, escapeSequences
    case nulByte, zeroedBlock, swappedBlocks, randomBytes, gluedTail
    case markInFront, markInTheMiddle, utf16, latin1, otherSeparators
    case carriageReturns, mixedBreaks, doubledHeader, doubledLines, linesShuffled
    case columnDropped, columnDroppedFromHeader, columnsRenamed, longField, wideNumbers
    case tenMegabytesInAField, aMillionCommas, missingEverywhere, cutCharacter, blankLines

    /// The bytes of the file, whatever the seed makes of the damage.
    func bytes(of source: SourceFile, _ random: inout SplitMix64) -> [UInt8] {
        var lines = source.text.split(separator: "\n").map { String($0) }
        let (row, column) = (1 + random.below(lines.count - 1), random.below(6))
        switch self {
        case .cut: return Array(source.text.utf8.prefix(random.below(source.text.utf8.count)))
        case .headerLost: return Self.joined(Array(lines.dropFirst()))
        case .empty: return []
        case .onlyBreaks: return Array(String(repeating: "\r\n", count: 1 + random.below(5)).utf8)
        case .headerUnfinished: return Array(lines[0].utf8)
        case .strayQuotes: return Self.inserted(["\"", "\"\"", ",\"", "\","], into: source, 5, &random)
        case .allQuoted:
            return Self.joined(lines.map { $0.split(separator: ",").map { "\"\($0)\"" }.joined(separator: ",") })
        case .semicolons: return Self.joined(lines.map { $0.replacing(",", with: ";") })
        case .formulas:
            return Self.inserted([",=cmd|'/c calc'!A1", ",+1+1", ",@SUM(A1)", ",-2+3"], into: source, 4, &random)
        case .escapeSequences:
            return Self.inserted(
                ["\u{1B}[31m", "\u{1B}]0;x\u{7}", "\u{8}", "\u{9B}2J", "\u{202E}"],
                into: source,
                6,
                &random
            )
        case .nulByte: return Self.inserted(["\u{0}"], into: source, 1, &random)
        case .zeroedBlock:
            var bytes = Array(source.text.utf8)
            let start = random.below(bytes.count)
            for index in start..<min(bytes.count, start + 64) { bytes[index] = 0 }
            return bytes
        case .swappedBlocks:
            let (bytes, half) = (Array(source.text.utf8), source.text.utf8.count / 2)
            let block = 1 + random.below(half / 2)
            let (front, moved) = (Array(bytes[..<half]), Array(bytes[half..<(half + block)]))
            return front + Array(bytes[(half + block)...]) + moved
        case .randomBytes:
            var bytes = Array(source.text.utf8)
            for _ in 0..<3 { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
            return bytes
        case .gluedTail: return Array(source.text.utf8.dropLast()) + Array(source.text.utf8.suffix(random.below(200)))
        case .markInFront: return Array("\u{FEFF}\(source.text)".utf8)
        case .markInTheMiddle: return Self.inserted(["\u{FEFF}"], into: source, 3, &random)
        case .utf16: return [0xFF, 0xFE] + source.text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        case .latin1:
            var bytes = Array(source.text.utf8)
            bytes.insert(0xE9, at: random.below(bytes.count))
            return bytes
        case .otherSeparators:
            return Self.inserted(["\u{2028}", "\u{85}", "\u{B}", "\u{C}", "，"], into: source, 4, &random)
        case .carriageReturns: return Array(source.text.replacing("\n", with: "\r").utf8)
        case .mixedBreaks:
            return Array(lines.map { $0 + ["\n", "\r\n", "\r"][random.below(3)] }.joined().utf8) + [0x0A]
        case .doubledHeader: lines.insert(lines[0], at: row)
        case .doubledLines: lines += lines[1...row]
        case .linesShuffled: lines = [lines[0]] + lines.dropFirst().shuffled(using: &random)
        case .columnDropped: lines = lines.map { Self.without(column, $0) }
        case .columnDroppedFromHeader: lines[0] = Self.without(random.below(6), lines[0])
        case .columnsRenamed: lines[0] = lines[0].uppercased()
        case .longField: lines[row] += String(repeating: "x", count: 1_100_000)
        case .wideNumbers:
            let numbers = [
                "99999999999999999999", "1e9", "-5", "0x10", "١٢", "1,000.00", "5.001", ".5", "+7", "NaN", "",
            ]
            lines =
                [lines[0]]
                + lines.dropFirst().map { line in
                    line.replacing(#/am,[0-9.]+,/#) { _ in "am,\(numbers[random.below(numbers.count)])," }
                }
        case .tenMegabytesInAField: lines[row] = String(repeating: "y", count: 10_000_000) + lines[row]
        case .aMillionCommas: lines[row] += String(repeating: ",", count: 1_000_000)
        case .missingEverywhere:
            lines =
                [lines[0]]
                + lines.dropFirst().map { $0.split(separator: ",").map { _ in "null" }.joined(separator: ",") }
        case .cutCharacter: lines[row] += "é"
        case .blankLines: lines = lines.flatMap { ["", $0] + (random.below(2) == 0 ? [" "] : []) }
        }
        let bytes = Self.joined(lines)
        return self == .cutCharacter ? bytes.filter { $0 != 0xA9 } : bytes
    }

    private static func joined(_ lines: [String]) -> [UInt8] { Array(lines.map { $0 + "\n" }.joined().utf8) }

    private static func inserted(_ pieces: [String], into source: SourceFile, _ count: Int, _ random: inout SplitMix64)
        -> [UInt8]
    {
        var bytes = Array(source.text.utf8)
        for _ in 0..<count {
            bytes.insert(contentsOf: pieces[random.below(pieces.count)].utf8, at: random.below(bytes.count))
        }
        return bytes
    }

    private static func without(_ column: Int, _ line: String) -> String {
        var fields = line.split(separator: ",", omittingEmptySubsequences: false)
        fields.remove(at: min(column, fields.count - 1))
        return fields.joined(separator: ",")
    }

    /// The lines of a file that have more than blanks and commas, the header first, by a plain count: LF, CRLF and CR end one.
    static func lines(of bytes: [UInt8]) -> [Int] {
        var (lines, line, start, index) = ([Int](), 1, 0, 0)
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        while index <= text.count {
            if index == text.count || text[index] == 0x0A || text[index] == 0x0D {
                let isBlank = text[start..<index].allSatisfy { [0x20, 0x09, 0x2C].contains($0) }
                if !isBlank { lines.append(line) }
                if index + 1 < text.count, text[index] == 0x0D, text[index + 1] == 0x0A { index += 1 }
                (line, start) = (line + 1, index + 1)
            }
            index += 1
        }
        return lines
    }
}
