import Commerce
import Testing

@Suite struct CurrencyTests {
    @Test(arguments: [
        ("USD", 2), ("EUR", 2), ("CAD", 2), ("XYZ", 2), ("JPY", 0), ("KRW", 0), ("CLP", 0), ("VND", 0), ("XPF", 0),
        ("KWD", 3),
        ("BHD", 3), ("TND", 3),
    ])
    func `a currency has its own number of decimals`(_ code: String, _ digits: Int) throws {
        #expect(try #require(Currency(code)).fractionDigits == digits)
    }

    @Test(arguments: ["jpy", "Jpy", "jPY"])
    func `lower case is taken as upper case`(_ code: String) {
        #expect(Currency(code) == Currency("JPY"))
        #expect(Currency(code)?.code == "JPY")
    }

    @Test(arguments: [
        "", "U", "US", "USDD", " USD", "USD ", "U D", "U5D", "840", "US$", "€", "UЅD", "ÜSD", "ＵＳＤ", "US\u{0}",
        "USD\u{301}",
    ])
    func `anything but three letters of ASCII is no code`(_ code: String) {
        #expect(Currency(code) == nil)
    }

    @Test(arguments: ["uſd", "ıqd", "ßd", "ﬁm", "ﬀt"])
    func `a letter that becomes ASCII only in upper case is no letter of a code`(_ code: String) {
        #expect(Currency(code) == nil)
    }

    @Test func `a currency is shown as its code`() throws {
        #expect(try "\(#require(Currency("usd")))" == "USD")
    }
}
