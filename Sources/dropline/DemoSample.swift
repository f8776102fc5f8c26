/// The files that `dropline demo` drops: real NetSuite shapes, synthetic cards; a test holds them equal to those in `samples/`.
struct DemoSample: Sendable {
    let name: String
    let text: String
    /// How its rows end.
    let expected: [String: Int]

    private static let header = "giftCardNumber,shippedDate,price,orderId,shopifyOrderNumber,shopifyCustomerNumber"

    /// In the order in which they are taken: by the date in the name.
    static let all: [DemoSample] = [
        DemoSample(
            name: "Mon Mar 16 2026 09:05:12 GMT-0700 (PDT)-GiftCardFulfillment.csv",
            text: """
                \(header)
                gd2kx7m4q9w3t6z8,3/16/2026 8:58 am,100,2200101,6610000000101,8830000000201
                shopify-giftcard-v5n8b2c7,3/16/2026 8:58 am,50,2200101,6610000000101,8830000000201
                GD7R-P3LH-9S4E-6YJA,3/16/2026 9:01 am,25.5,2200117,6610000000114,undefined
                gdu4f8h1k6n9q2s5,3/16/2026 9:03 am,250.00,2200123,null,8830000000233

                """,
            expected: ["activated": 4]
        ),
        DemoSample(
            name: "Mon Mar 16 2026 09:20:14 GMT-0700 (PDT)-GiftCardFulfillment.csv",
            text: """
                \(header)
                gdc3e6g9j2m5p8r1,3/16/2026 9:12 am,75,2200130,6610000000126,8830000000247
                gdw9y2a5d8f1h4k7,3/16/2026 9:12 am,null,2200131,6610000000127,8830000000248
                undefined,3/16/2026 9:13 am,100,2200132,6610000000128,8830000000249
                gd12,3/16/2026 9:13 am,100,2200133,6610000000129,
                gdm6p9s2v5x8z1b4,3/16/2026 9:14 am,1,000.00,2200134,6610000000130,8830000000250
                gdq1t4w7z0c3f6i9,3/16/2026 9:15 am,0,2200135,6610000000131,8830000000251
                gdc3e6g9j2m5p8r1,3/16/2026 9:16 am,75,2200130,6610000000126,8830000000247
                gd2kx7m4q9w3t6z8,3/16/2026 9:17 am,100,2200101,6610000000101,8830000000201
                gdu4f8h1k6n9q2s5,3/16/2026 9:18 am,300,2200123,null,8830000000233

                """,
            expected: ["activated": 1, "already-active": 1, "conflict": 1, "invalid": 6]
        ),
        DemoSample(
            name: "Mon Mar 16 2026 09:35:11 GMT-0700 (PDT)-GiftCardFulfillment.csv",
            text: """
                \(header)

                """,
            expected: [:]
        ),
    ]
}
