/// The header that NetSuite writes.
let header = "giftCardNumber,shippedDate,price,orderId,shopifyOrderNumber,shopifyCustomerNumber\n"

/// A file of NetSuite's with these cards: `file(("dlabc12345678", "25"))`.
func file(_ cards: (code: String, value: String)...) -> String {
    header
        + cards.enumerated().map { index, card in
            "\(card.code),3/18/2026 9:00 am,\(card.value),\(4400000 + index),\(7710000009000 + index),\n"
        }.joined()
}

/// A name as NetSuite gives it, so many minutes past nine.
func name(_ minute: Int) -> String {
    "Wed Mar 18 2026 09:\(minute < 10 ? "0" : "")\(minute):07 GMT-0700 (PDT)-GiftCardFulfillment.csv"
}
