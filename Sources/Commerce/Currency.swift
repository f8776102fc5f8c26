/// A currency by its ISO 4217 code, with the number of decimals that its amounts have.
///
/// `USD` has two decimals, `JPY` none, `KWD` three. Codes that the table does not name have two, as ISO 4217 gives most of them.
public struct Currency: Hashable, Sendable, CustomStringConvertible {
    /// Three upper-case letters.
    public let code: String

    /// How many digits follow the decimal point of an amount: 0, 2 or 3.
    public let fractionDigits: Int

    /// Makes a currency of a code such as `USD`.
    ///
    /// - Returns: `nil` unless the code is three ASCII letters; lower case is taken as upper case.
    public init?(_ code: String) {
        // Checked before the case is changed: `ß` becomes `SS`, and `ı` becomes `I`.
        guard code.utf8.count == 3, code.utf8.allSatisfy({ (0x41...0x5A).contains($0 & 0xDF) }) else { return nil }
        let upper = code.uppercased()
        self.code = upper
        fractionDigits = Self.withoutDecimals.contains(upper) ? 0 : Self.withThreeDecimals.contains(upper) ? 3 : 2
    }

    /// The ISO 4217 code.
    public var description: String { code }

    private static let withoutDecimals: Set<String> = [
        "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF",
    ]
    private static let withThreeDecimals: Set<String> = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]
}
