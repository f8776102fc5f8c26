import Commerce
import Testing

@Suite struct RowMarkerTests {
    private let marker = RowMarker(digest: "0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9", line: 2)

    @Test func `a marker names twelve digits of the source and the line`() {
        #expect(marker.description == "dl:0a1b2c3d4e5f:2")
    }

    @Test(arguments: [
        ("5550000000101", "1200345", "Order 5550000000101 dl:0a1b2c3d4e5f:2"),
        ("5550000000101", nil, "Order 5550000000101 dl:0a1b2c3d4e5f:2"),
        (nil, "1200345", "Order NS1200345 dl:0a1b2c3d4e5f:2"), (nil, nil, "dl:0a1b2c3d4e5f:2"),
    ])
    func `a note names the shop's order, else NetSuite's, else the row alone`(
        _ shop: String?,
        _ netSuite: String?,
        _ note: String
    ) {
        #expect(marker.note(shopifyOrder: shop, netSuiteOrder: netSuite) == note)
    }

    @Test(arguments: [
        "5550000000101", "#1001", "", " ", "dl:", "dl:0a1b2c3d4e5f:", "dl:ffffffffffff:9", "dl:ffffffffffff:9 ", "a\nb",
        "日本語", "::",
    ])
    func `a marker is found again in its note, whatever the order is called`(_ order: String) {
        #expect(RowMarker(in: marker.note(shopifyOrder: order, netSuiteOrder: nil)) == marker)
    }

    @Test(arguments: [
        String(repeating: "7", count: 10_000), String(repeating: "日本語", count: 3_000),
        String(repeating: "dl:ffffffffffff:9 ", count: 1_000), "e" + String(repeating: "\u{301}", count: 10_000),
        String(repeating: " ", count: 500), String(repeating: "\n", count: 500),
    ])
    func `an order of any length is cut, and the marker stands whole in a note that fits`(_ order: String) {
        for note in [
            marker.note(shopifyOrder: order, netSuiteOrder: nil), marker.note(shopifyOrder: nil, netSuiteOrder: order),
        ] {
            #expect(note.utf8.count < 150)
            #expect(RowMarker(in: note) == marker)
            #expect(note.hasSuffix("… dl:0a1b2c3d4e5f:2"))
        }
        let last = RowMarker(digest: "0a1b2c3d4e5f", line: .max)
        #expect(last.note(shopifyOrder: order, netSuiteOrder: nil).utf8.count < 150)
    }

    @Test func `an order that is just short enough stays as it is`() {
        let order = String(repeating: "é", count: 50)
        #expect(marker.note(shopifyOrder: order, netSuiteOrder: nil) == "Order \(order) dl:0a1b2c3d4e5f:2")
        let cut = String(repeating: "é", count: 48) + "…"
        #expect(marker.note(shopifyOrder: order + "x", netSuiteOrder: nil) == "Order \(cut) dl:0a1b2c3d4e5f:2")
    }

    @Test(arguments: [
        "Order 555 dl:0a1b2c3d4e5f:2 given to Ann", "dl:0a1b2c3d4e5f:2 replaced", "dl:0a1b2c3d4e5f:2 dl:nothing",
        "x dl:ffffffffffff:9 dl:0a1b2c3d4e5f:2", "Order 555  dl:0a1b2c3d4e5f:2  ",
        "Order 555 dl:0a1b2c3d4e5f:2\nchecked by Ann", "Order 555\ndl:0a1b2c3d4e5f:2\r\n",
        "Order 555\tdl:0a1b2c3d4e5f:2",
    ])
    func `a marker is found among what people wrote around it`(_ note: String) {
        #expect(RowMarker(in: note) == marker)
    }

    @Test(arguments: [
        "", " ", "Order 555", "dl", "dl:", "dl::", "dl:0a1b2c3d4e5f", "dl:0a1b2c3d4e5f:", "dl::2", "dl:0a1b2c3d4e5:2",
        "dl:0a1b2c3d4e5f6:2", "dl:0a1b2c3d4e5g:2", "dl:0a1b2c3d4e5f:x", "dl:0a1b2c3d4e5f:2x", "dl:0a1b2c3d4e5f:2.",
        "dl:0a1b2c3d4e5f:2:3", "dl:0a1b2c3d4e5f: 2", "DL:0a1b2c3d4e5f:2", "xdl:0a1b2c3d4e5f:2", "dl :0a1b2c3d4e5f:2",
        "dl:0a1b2c3d4e5f:99999999999999999999",
    ])
    func `a note without a whole marker has none`(_ note: String) {
        #expect(RowMarker(in: note) == nil)
    }

    @Test func `another line or another source is another marker`() {
        #expect(RowMarker(in: "dl:0a1b2c3d4e5f:20") != marker)
        #expect(RowMarker(in: "dl:0a1b2c3d4e50:2") != marker)
    }
}
