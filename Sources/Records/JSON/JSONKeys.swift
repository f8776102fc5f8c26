/// The keys that an open object has had, to find one that comes twice.
struct JSONKeys: Sendable {
    /// How much they count towards `JSONLimits.maximumKeyBytes`.
    private(set) var size = 0
    private var few: [String] = []
    private var many: Set<ExactText> = []

    /// Adds a key; `false` if it is there already.
    mutating func insert(_ key: String) -> Bool {
        size += key.utf8.count + 32
        if many.isEmpty {
            guard !few.contains(where: { $0.hasSameBytes(as: key) }) else { return false }
            if few.isEmpty { few.reserveCapacity(8) }
            few.append(key)
            if few.count > 16 { many = Set(few.map(ExactText.init)) }
            return true
        }
        return many.insert(ExactText(text: key)).inserted
    }

    /// A text that is equal only to the same bytes.
    private struct ExactText: Hashable, Sendable {
        let text: String

        static func == (left: ExactText, right: ExactText) -> Bool { left.text.hasSameBytes(as: right.text) }

        func hash(into hasher: inout Hasher) { hasher.combine(text) }
    }
}
