import NetSuite
import Testing

@Suite struct PresentTests {
    @Test(arguments: [
        "", " ", "\t\r\n", "\u{A0}", "null", "NULL", "Null", "nUlL", "undefined", "UNDEFINED", "Undefined", " null ",
        "\tundefined\n",
        "\u{3000}null",
    ])
    func `what stands for nothing is missing`(_ text: String) {
        #expect(present(text) == nil)
    }

    @Test(arguments: [
        ("12", "12"), (" 12 ", "12"), ("\t1 2\n", "1 2"), ("0", "0"), ("false", "false"), ("nil", "nil"),
        ("NaN", "NaN"), ("-", "-"),
        ("null.", "null."), ("nulls", "nulls"), ("null null", "null null"), ("undefined1", "undefined1"),
        ("'null'", "'null'"),
        ("undefine", "undefine"), ("ｎｕｌｌ", "ｎｕｌｌ"), ("日本", "日本"),
    ])
    func `anything else is there, trimmed`(_ text: String, _ trimmed: String) {
        #expect(present(text) == trimmed)
    }
}
