/// The codes of a file's rows, so that none of them is shown where somebody typed it as something else, such as another row's order.
///
/// They are read when the first text is asked for that could be one. Of each a hash of 8 bytes is kept: another text of the same hash is hidden for nothing,
/// and no code stays in memory. Where the file can't be read to its end, any text that could be a code counts as one.
public struct FileCodes {
    private enum Knowledge {
        case unread
        /// Sorted.
        case hashes([Int])
        case unreadable
    }

    private let prefix: String
    private let read: ((String) -> Void) throws -> Void
    private var knowledge = Knowledge.unread

    /// Knows a file by a closure that hands on every text of its code column; it is called at most once.
    public init(prefix: String, _ read: @escaping ((String) -> Void) throws -> Void) {
        (self.prefix, self.read) = (prefix, read)
    }

    /// Whether the code of one of the rows stands in a text, alone or among other words.
    public mutating func stand(in text: String) -> Bool {
        let possible = GiftCardCode.possible(in: text)
        guard !possible.isEmpty else { return false }
        if case .unread = knowledge { knowledge = (try? readAll()).map(Knowledge.hashes) ?? .unreadable }
        guard case .hashes(let hashes) = knowledge else { return true }
        return possible.contains { hashes.holds($0.secret.hashValue) }
    }

    private func readAll() throws -> [Int] {
        var hashes: [Int] = []
        try read { text in
            if let code = try? GiftCardCode(reading: text, prefix: prefix) { hashes.append(code.secret.hashValue) }
        }
        return hashes.sorted()
    }
}

extension GiftCardCode {
    /// Every code that could stand in a text: words one after another, as many as make 8 to 20 letters and digits.
    public static func possible(in text: String) -> Set<GiftCardCode> {
        // Most texts are short ids: nothing is looked for in them.
        guard text.utf8.count >= 8 else { return [] }
        let words = text.split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
        var codes: Set<GiftCardCode> = []
        for start in words.indices {
            var joined = ""
            for word in words[start...] {
                joined += word
                guard joined.utf8.count <= 20 else { break }
                if let code = try? GiftCardCode(reading: joined) { codes.insert(code) }
            }
        }
        return codes
    }
}

extension [Int] {
    /// Whether a sorted array has the number.
    fileprivate func holds(_ number: Int) -> Bool {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if self[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low < endIndex && self[low] == number
    }
}
