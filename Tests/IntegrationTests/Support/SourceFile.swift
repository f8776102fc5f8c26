import CommandSupport

/// A file as a test makes it, NetSuite's or an activation feed, with what is to become of each of its rows.
struct SourceFile: Sendable {
    /// One row, and what the test knows of it.
    struct Row: Sendable {
        let line: Int
        /// The code as the file has it.
        let rawCode: String
        /// The code as it is sent; `nil` for a row that is not.
        let code: String?
        /// The value; `nil` where nobody can read one.
        let hundredths: Int?
        let text: String
    }

    var name: String
    var rows: [Row]
    /// What the file holds, where that is not its rows.
    var content: String?
    /// Whether a person refused it, so that none of its rows is to be activated.
    var isRefused = false

    static let header = "giftCardNumber,shippedDate,price,orderId,shopifyOrderNumber,shopifyCustomerNumber"

    /// Good rows and two bad ones: a code that is too short, in the middle, and a value of nothing, at the end.
    ///
    /// The codes of one seed and index are always the same. They come as NetSuite writes them: plain, with the prefix, with capitals and dashes.
    init(
        cards: Int = 12,
        from first: Int = 0,
        seed: Character = "a",
        bad: Bool = true,
        value: Int? = nil,
        time: String = "09:05:12"
    ) {
        name = "Mon Mar 16 2026 \(time) GMT-0700 (PDT)-GiftCardFulfillment.csv"
        var rows: [Row] = []
        func add(_ rawCode: String, _ code: String?, hundredths: Int?, price: String, order: String) {
            let number = rows.count
            let text =
                "\(rawCode),3/16/2026 8:58 am,\(price),\(2_200_000 + number),\(order),\(8_830_000_000_200 + number)"
            rows.append(Row(line: number + 2, rawCode: rawCode, code: code, hundredths: hundredths, text: text))
        }
        for index in 0..<cards {
            let code = Self.code(seed, first + index)
            let raw =
                switch index % 4 {
                case 1: "shopify-giftcard-" + code
                case 2:
                    "\(code.prefix(4).uppercased())-\(code.dropFirst(4).prefix(5).uppercased())-\(code.dropFirst(9))"
                default: code
                }
            let units = value ?? (index % 5 + 1) * 5
            let order = index % 6 == 5 ? "null" : "\(6_610_000_000_100 + index)"
            add(raw, code, hundredths: units * 100, price: "\(units)", order: order)
            if bad, index == cards / 2 { add("gd12", nil, hundredths: 100_00, price: "100", order: "6610000000999") }
        }
        if bad { add("gd\(seed)zero9x8w7v6", nil, hundredths: nil, price: "0", order: "6610000000998") }
        self.rows = rows
    }

    /// A file of the given codes, all of one value.
    init(codes: [String], value: Int, time: String) {
        name = "Mon Mar 16 2026 \(time) GMT-0700 (PDT)-GiftCardFulfillment.csv"
        rows = codes.enumerated().map { number, code in
            let text = "\(code),3/16/2026 8:58 am,\(value),\(2_200_000 + number),\(6_610_000_000_100 + number),null"
            return Row(line: number + 2, rawCode: code, code: code, hundredths: value * 100, text: text)
        }
    }

    /// `gda0x7k…`: 14 characters, none of which tells another.
    private static func code(_ seed: Character, _ index: Int) -> String {
        var state = UInt64(seed.asciiValue ?? 0) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(index) &* 0xBF58_476D_1CE4_E5B9
        let letters = Array("0123456789abcdefghijklmnopqrstuvwxyz")
        var text = "gd\(seed)"
        for _ in 0..<11 {
            state ^= state >> 27
            state = state &* 0x94D0_49BB_1331_11EB &+ 0x2545_F491_4F6C_DD1D
            text.append(letters[Int((state >> 33) % 36)])
        }
        return text
    }

    /// A file of the rows of others, each on another line now.
    init(_ rows: [Row], name: String) {
        self.name = name
        self.rows = rows.enumerated().map { number, row in
            let (code, text) = (row.code, row.text)
            return Row(line: number + 2, rawCode: row.rawCode, code: code, hundredths: row.hundredths, text: text)
        }
    }

    /// A file that lacks a column and is put aside.
    static var withoutValues: SourceFile {
        var file = SourceFile(cards: 1, bad: false)
        file.content = "giftCardNumber\n" + file.codes.joined() + "\n"
        file.rows = []
        return file
    }

    var text: String { content ?? Self.header + "\n" + rows.map { $0.text + "\n" }.joined() }
    var stem: String { String(name.prefix(upTo: name.lastIndex(of: ".") ?? name.endIndex)) }
    var good: [Row] { rows.filter { $0.code != nil } }
    var codes: [String] { good.compactMap(\.code) }
    /// What all readable values of the file come to.
    var hundredths: Int { rows.reduce(0) { $0 + ($1.hundredths ?? 0) } }

    /// The same cards with a tenth of their values, as a file of another name.
    func corrected(named name: String) -> SourceFile {
        let corrected = rows.map { row in
            let (old, new) = ((row.hundredths ?? 0) / 100, (row.hundredths ?? 0) / 1_000)
            return Row(
                line: row.line,
                rawCode: row.rawCode,
                code: row.code,
                hundredths: new * 100,
                text: row.text.replacing(",\(old),", with: ",\(new),")
            )
        }
        return SourceFile(corrected, name: name)
    }

    func named(_ name: String) -> SourceFile {
        var copy = self
        copy.name = name
        return copy
    }
}
