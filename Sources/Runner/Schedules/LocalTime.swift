import Foundation

/// The local times of a zone, across the changes of its clocks.
struct LocalTime: Sendable {
    let zone: TimeZone

    /// The local time at a moment, both in seconds, the local one as if the zone were UTC.
    func local(at moment: Int64) -> Int64 { moment + offset(moment) }

    /// The moments at which the clocks show a local time: one, or two where they were set back.
    ///
    /// Where they were set forward over it, it is the first moment after the gap.
    func moments(of local: Int64) -> [Int64] {
        // A zone's offset changes at most once within a day of any moment.
        let offsets = Set([offset(local - 86_400), offset(local + 86_400)])
        let found = offsets.map { local - $0 }.filter { self.local(at: $0) == local }.sorted()
        return found.isEmpty ? [behindGap(local, offsets)] : found
    }

    /// The first moment that shows a local time, or the next one there is.
    func firstMoment(of local: Int64) -> Int64 { moments(of: local)[0] }

    private func behindGap(_ local: Int64, _ offsets: Set<Int64>) -> Int64 {
        guard let least = offsets.min(), let most = offsets.max() else { return local }
        // Before the gap the zone has the lesser offset, after it the greater.
        var (before, after) = (local - most, local - least)
        while after - before > 1 {
            let middle = before + (after - before) / 2
            if offset(middle) == least { before = middle } else { after = middle }
        }
        return after
    }

    private func offset(_ moment: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(moment))))
    }
}
