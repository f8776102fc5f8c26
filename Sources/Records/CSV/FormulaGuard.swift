/// Tells which cells a spreadsheet would run as a formula.
///
/// OWASP, *CSV Injection* (https://owasp.org/www-community/attacks/CSV_Injection): cells that begin with `=`, `+`, `-`, `@`, tab or carriage
/// return, their full-width forms included.
enum FormulaGuard {
    /// Whether a cell begins, perhaps after blanks, with what makes it a formula, and is not a plain number.
    static func isFormula(_ cell: String) -> Bool {
        let scalars = cell.unicodeScalars
        guard let start = scalars.firstIndex(where: { !isBlank($0) }) else {
            return scalars.contains(where: isControlBlank)
        }
        if scalars[..<start].contains(where: isControlBlank) { return true }
        switch scalars[start] {
        case "=", "@", "＝", "＋", "－", "＠": return true
        case "+", "-": return !isPlainNumber(scalars[scalars.index(after: start)...])
        default: return false
        }
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || scalar == "\u{FEFF}" || scalar == "\u{200B}"
    }

    private static func isControlBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\t" || scalar == "\r" || scalar == "\n"
    }

    /// Digits, and at most one point with digits on both sides.
    private static func isPlainNumber(_ scalars: Substring.UnicodeScalarView) -> Bool {
        let parts = scalars.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        return parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { ("0"..."9").contains($0) } }
    }
}
