import Commerce
import SeededRandom
import Testing

@Suite struct MoneyTests {
    @Test(arguments: [
        ("100", "USD", 10_000), ("25.5", "USD", 2_550), ("25.50", "USD", 2_550), ("0.01", "USD", 1),
        ("0.1", "USD", 10), ("1", "JPY", 1), ("100", "JPY", 100), ("0.001", "KWD", 1), ("1.5", "KWD", 1_500),
        ("12.345", "KWD", 12_345), ("33.33", "XXX", 3_333),
    ])
    func `plain digits give the exact number of smallest units`(_ text: String, _ code: String, _ units: Int64) throws {
        let money = try Money(value: text, in: currency(code))
        #expect(money.minorUnits == units)
        #expect(try money.currency == currency(code))
    }

    @Test(arguments: [
        ("100.00", "JPY", 100), ("100.0", "JPY", 100), ("25.500", "USD", 2_550),
        ("25.00000000000000000000", "USD", 2_500),
        ("1.2340", "KWD", 1_234), ("1.000000", "KWD", 1_000),
    ])
    func `zeros beyond the currency's decimals say nothing`(_ text: String, _ code: String, _ units: Int64) throws {
        #expect(try Money(value: text, in: currency(code)).minorUnits == units)
    }

    @Test(arguments: [("007", 700), ("0000000000000025.10", 2_510), ("00.01", 1)])
    func `zeros in front say nothing`(_ text: String, _ units: Int64) throws {
        #expect(try Money(value: text, in: currency("USD")).minorUnits == units)
    }

    @Test func `an empty text is a missing value`() throws {
        let usd = try currency("USD")
        #expect(throws: Money.Fault.missing) { try Money(value: "", in: usd) }
    }

    @Test(arguments: [
        " ", " 25", "25 ", "25\n", "25\r", "\u{FEFF}25", "25\u{0}", "+25", "-25", "\u{2212}25", "(25)", "1e3", "1E3",
        "1e+3",
        "1.5e1", "0x19", "1,000", "1,000.00", "1.000,00", "25,50", "1 000", "1\u{A0}000", "1_000", "1'000", ".5", "5.",
        ".", "..", "1..2", "1.2.3", ".5.", "1.-5", "1.+5", "1. 5", "$25", "25$", "25USD", "USD 25", "25%", "'25",
        "\"25\"", "=25",
        "NaN", "inf", "null", "undefined", "٢٥", "２５", "२५", "²", "½", "五", "2\u{301}5", "2\u{200B}5", "25.\u{0665}",
    ])
    func `anything but digits and one point between them is refused`(_ text: String) throws {
        let usd = try currency("USD")
        #expect(throws: Money.Fault.notPlainDigits) { try Money(value: text, in: usd) }
    }

    @Test(arguments: [
        ("25.123", "USD"), ("0.001", "USD"), ("25.1230", "USD"), ("0.009", "USD"), ("0.5", "JPY"), ("100.01", "JPY"),
        ("100.10", "JPY"), ("1.0001", "KWD"), ("0.00000000000000000001", "USD"),
    ])
    func `more decimals than the currency has are refused, not rounded`(_ text: String, _ code: String) throws {
        let currency = try currency(code)
        #expect(throws: Money.Fault.tooManyDecimals) { try Money(value: text, in: currency) }
    }

    @Test(arguments: [("0", "USD"), ("0.00", "USD"), ("000", "USD"), ("0.0000", "USD"), ("0", "JPY"), ("0.000", "KWD")])
    func `nothing is no value`(_ text: String, _ code: String) throws {
        let currency = try currency(code)
        #expect(throws: Money.Fault.notPositive) { try Money(value: text, in: currency) }
    }

    @Test(arguments: [
        "1000000000", "1000000000.00", "0001000000000", "9223372036854775807", "9223372036854775808",
        "18446744073709551616",
        String(repeating: "9", count: 10_000),
    ])
    func `more than nine digits before the point are refused`(_ text: String) throws {
        for code in ["USD", "JPY", "KWD"] {
            let currency = try currency(code)
            #expect(throws: Money.Fault.tooLarge) { try Money(value: text, in: currency) }
        }
    }

    @Test(arguments: [("999999999.99", "USD", 99_999_999_999), ("999999999.999", "KWD", 999_999_999_999)])
    func `nine digits before the point are read`(_ text: String, _ code: String, _ units: Int64) throws {
        #expect(try Money(value: text, in: currency(code)).minorUnits == units)
    }

    @Test(arguments: [
        (2_550, "USD", "25.50"), (1, "USD", "0.01"), (10, "USD", "0.10"), (100, "USD", "1.00"), (0, "USD", "0.00"),
        (0, "JPY", "0"), (100, "JPY", "100"), (1, "KWD", "0.001"), (1_234, "KWD", "1.234"), (-5, "USD", "-0.05"),
        (-100, "JPY", "-100"), (.max, "USD", "92233720368547758.07"), (.min, "USD", "-92233720368547758.08"),
        (.min, "KWD", "-9223372036854775.808"),
    ])
    func `an amount is written with all of its currency's decimals`(_ units: Int64, _ code: String, _ text: String)
        throws
    {
        #expect(try Money(minorUnits: units, currency: currency(code)).decimal == text)
    }

    @Test func `an amount is shown with its currency`() throws {
        #expect(try "\(Money(minorUnits: 2_550, currency: currency("USD")))" == "25.50 USD")
    }

    @Test func `the same number in another currency is another amount`() throws {
        #expect(try Money(value: "1", in: currency("USD")) != Money(value: "1", in: currency("EUR")))
    }

    @Test(arguments: ["JPY", "USD", "KWD"], [UInt64(1), 2, 3])
    func `what is written reads back the same`(_ code: String, _ seed: UInt64) throws {
        let currency = try currency(code)
        var random = SplitMix64(seed: seed)
        for _ in 0..<500 {
            let digits = Int.random(in: 1...(9 + currency.fractionDigits), using: &random)
            let most = (0..<digits).reduce(Int64(1)) { most, _ in most * 10 } - 1
            let money = Money(minorUnits: .random(in: 1...most, using: &random), currency: currency)
            let read = try Money(value: money.decimal, in: currency)
            #expect(read == money, "seed \(seed): \(money.decimal)")
        }
    }

    private func currency(_ code: String) throws -> Currency { try #require(Currency(code)) }
}
