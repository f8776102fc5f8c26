import Commerce
public import Ledgers

extension Run {
    /// An amount of the run for a person: `425.50 USD`.
    public func shown(_ units: Int64) -> String {
        guard let currency = currency.flatMap(Currency.init) else { return "\(units)" }
        return "\(Money(minorUnits: units, currency: currency))"
    }
}
