/// What differs between two texts, line by line, with three lines around each difference.
///
/// `expected` lines that are missing begin with `-`, those that came instead with `+`.
func unifiedDiff(_ expected: [String], _ actual: [String]) -> [String] {
    let changes = actual.difference(from: expected)
    var (removed, inserted): (Set<Int>, Set<Int>) = ([], [])
    for change in changes {
        switch change {
        case .remove(let offset, _, _): removed.insert(offset)
        case .insert(let offset, _, _): inserted.insert(offset)
        }
    }
    var lines: [(text: String, isChange: Bool, old: Int, new: Int)] = []
    var (old, new) = (0, 0)
    while old < expected.count || new < actual.count {
        if removed.contains(old) {
            lines.append(("-" + expected[old], true, old, new))
            old += 1
        } else if inserted.contains(new) {
            lines.append(("+" + actual[new], true, old, new))
            new += 1
        } else {
            lines.append((" " + expected[old], false, old, new))
            (old, new) = (old + 1, new + 1)
        }
    }
    var shown: [String] = []
    var last: Int?
    for index in lines.indices {
        let around = max(0, index - 3)...min(lines.count - 1, index + 3)
        guard lines[around].contains(where: \.isChange) else { continue }
        if last != index - 1 { shown.append("@@ line \(lines[index].old + 1), now line \(lines[index].new + 1) @@") }
        shown.append(lines[index].text)
        last = index
    }
    return shown
}

/// The same for texts of any length: at most so many lines are shown, and where very many differ they are not set against each other one by one.
func boundedDiff(_ expected: [String], _ actual: [String], shown: Int = 40) -> [String] {
    let start = zip(expected, actual).prefix { $0 == $1 }.count
    let rest = (old: expected.dropFirst(start), new: actual.dropFirst(start))
    let end = zip(rest.old.reversed(), rest.new.reversed()).prefix { $0 == $1 }.count
    let (old, new) = (rest.old.dropLast(end), rest.new.dropLast(end))
    guard max(old.count, new.count) > 2_000 else {
        let lines = unifiedDiff(expected, actual)
        let more = lines.count - shown
        return more > 0 ? lines.prefix(shown) + ["and \(more) more lines"] : lines
    }
    let pairs = zip(old, new).filter { $0 != $1 }.prefix(shown / 2).flatMap { ["-" + $0, "+" + $1] }
    return ["@@ line \(start + 1): \(old.count) lines, now \(new.count) @@"] + pairs + ["and more lines"]
}
