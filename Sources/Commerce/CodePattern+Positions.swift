/// A part of a pattern.
indirect enum CodePatternNode: Sendable, Equatable {
    /// One of some letters; none of them matches nothing.
    case letter(Set<Int>)
    case sequence([CodePatternNode])
    case alternatives([CodePatternNode])
    /// At least so many times, and at most; `nil` for any number.
    case repetition(CodePatternNode, Int, Int?)

    /// Whether the empty text matches.
    var isOptional: Bool {
        switch self {
        case .letter: false
        case .sequence(let parts): parts.allSatisfy(\.isOptional)
        case .alternatives(let parts): parts.contains(where: \.isOptional)
        case .repetition(let part, let least, _): least == 0 || part.isOptional
        }
    }

    /// How many positions it has once repetitions are written out.
    var size: Int {
        switch self {
        case .letter: 1
        case .sequence(let parts), .alternatives(let parts): parts.reduce(0) { $0 + $1.size }
        case .repetition(let part, let least, let most): part.size * max(1, most ?? least)
        }
    }
}

/// The positions of a pattern: each place of a letter once repetitions are written out, and which may follow which.
struct Glushkov {
    /// How a part begins and ends.
    struct Ends {
        var first = Positions()
        var last = Positions()
        var isOptional = true
    }

    /// The letters of each position.
    private(set) var letters: [Set<Int>] = []
    /// The positions that may follow each.
    private(set) var following: [Positions] = []
    /// How the whole begins and ends.
    private(set) var ends = Ends()

    /// Numbers the positions of a pattern, of which there are no more than `Positions.limit`.
    init(_ tree: CodePatternNode) { ends = add(tree) }

    private mutating func add(_ node: CodePatternNode) -> Ends {
        switch node {
        case .letter(let set):
            var own = Positions()
            own.insert(letters.count)
            letters.append(set)
            following.append(Positions())
            return Ends(first: own, last: own, isOptional: false)
        case .sequence(let parts):
            return parts.reduce(into: Ends()) { $0 = joined($0, add($1)) }
        case .alternatives(let parts):
            return parts.map { add($0) }.reduce(into: Ends(isOptional: false)) { ends, part in
                ends.first.formUnion(part.first)
                ends.last.formUnion(part.last)
                ends.isOptional = ends.isOptional || part.isOptional
            }
        case .repetition(let part, let least, let most):
            var ends = Ends()
            for round in 0..<max(1, most ?? least) {
                var copy = add(part)
                if round >= least { copy.isOptional = true }
                if most == nil, round >= least - 1 { follow(copy.last, by: copy.first) }
                ends = joined(ends, copy)
            }
            return ends
        }
    }

    private mutating func joined(_ left: Ends, _ right: Ends) -> Ends {
        follow(left.last, by: right.first)
        return Ends(
            first: left.isOptional ? left.first.union(right.first) : left.first,
            last: right.isOptional ? left.last.union(right.last) : right.last,
            isOptional: left.isOptional && right.isOptional
        )
    }

    private mutating func follow(_ ends: Positions, by first: Positions) {
        following = ends.reduce(into: following) { $0[$1].formUnion(first) }
    }
}
