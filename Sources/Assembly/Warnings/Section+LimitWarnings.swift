import Commerce
import Pipelines

extension Section {
    /// Names limits that never decide anything, for another one does so before; the section is `limits`.
    func warn(of limits: Limits, in currency: Currency) {
        func units(_ text: String?) -> Int64? { text.flatMap { try? Money(value: $0, in: currency).minorUnits } }
        let (card, forFile, day) = (units(limits.card), units(limits.file), units(limits.day))
        if let card, let forFile, card > forFile {
            file.warning(value("card"), "the limit for a card has no effect: it is above that for a file")
        }
        if let forFile, let day, forFile > day {
            file.warning(value("file"), "the limit for a file has no effect: it is above that for a day")
        } else if limits.file == nil, let card, let day, card > day {
            file.warning(value("card"), "the limit for a card has no effect: it is above that for a day")
        }
        let least = [card, forFile, day].compactMap(\.self).min()
        for (node, text) in zip(list(value("denominations")), limits.denominations) {
            guard let least, let value = units(text), value > least else { continue }
            file.warning(node, "a card of \(text) is held all the same: it is above a limit")
        }
    }
}
