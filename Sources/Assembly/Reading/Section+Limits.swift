import Commerce
import Pipelines
import Yams

extension Section {
    /// What a pipeline's `limits` say, none where there are none.
    ///
    /// Without a currency only the digits are looked at.
    func limits(in currency: Currency?) -> Limits {
        guard let section = section("limits") else { return Limits() }
        let limits = Limits(
            card: section.amount("card", in: currency),
            file: section.amount("file", in: currency),
            day: section.amount("day", in: currency),
            denominations: section.denominations(in: currency)
        )
        section.finish()
        if let currency { section.warn(of: limits, in: currency) }
        return limits
    }

    /// The only values that a card may have, each named once.
    private func denominations(in currency: Currency?) -> [String] {
        guard let node = value("denominations") else { return [] }
        let entries = list(node)
        if entries.isEmpty, node.sequence != nil {
            file.problem(node, "'denominations' names no value; leave it out to allow every value")
        }
        return entries.compactMap { amount($0, in: currency) }
    }

    private func amount(_ name: String, in currency: Currency?) -> String? {
        value(name).flatMap { amount($0, in: currency) }
    }

    /// An amount in plain digits, above zero, with no more decimals than the currency has.
    private func amount(_ node: Node, in currency: Currency?) -> String? {
        guard let text = text(node) else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2,
            parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isNumber) && $0.allSatisfy(\.isASCII) })
        else {
            file.problem(node, "'\(text)' is not an amount in plain digits, such as 500 or 99.95")
            return nil
        }
        guard let currency else { return text }
        do throws(Money.Fault) {
            _ = try Money(value: text, in: currency)
            return text
        } catch {
            file.problem(node, "'\(text)' is no amount in \(currency): \(error.rawValue)")
            return nil
        }
    }
}
