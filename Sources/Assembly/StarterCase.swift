/// The case that `dropline init` writes beside the folder's pipeline, word for word: one card that is made, one that is not.
enum StarterCase {
    static let folder = "pipelines/local-gift-cards/first-case"
    static let inputName = "Wed Mar 18 2026 09:00:07 GMT-0700 (PDT)-GiftCardFulfillment.csv"

    static let description = """
        {
          "about": "Two rows: a card that is made, and one whose value is missing.",
          "exit": 1,
          "runs": [
            {
              "file": "\(inputName)",
              "state": "done",
              "source": "archive",
              "statuses": {
                "activated": [
                  1,
                  "25.00",
                  0
                ],
                "invalid": [
                  1,
                  "0.00",
                  1
                ]
              },
              "attention": "1 invalid"
            }
          ]
        }

        """

    static let input = """
        giftCardNumber,shippedDate,price,orderId,shopifyOrderNumber,shopifyCustomerNumber
        shopify-giftcard-dlfirst00001,3/18/2026 8:55 am,25,4400001,7710000009001,
        shopify-giftcard-dlfirst00002,3/18/2026 8:56 am,null,4400002,7710000009002,

        """
}
// swift-format-ignore: the lines are those of the files.
extension StarterCase {
    static let expected = [
        (
            name: "bulk-1.jsonl",
            text: #"""
            {"input":{"code":"dlfirst00001","initialAmount":{"amount":"25.00","currencyCode":"USD"},"note":"Order 7710000009001 dl:0b90c8de6e2e:2"}}

            """#
        ),
        (
            name: "feed-1.json",
            text: #"""
            {"feed":"gift-card-activation","version":1,"source":{"file":"Wed Mar 18 2026 09:00:07 GMT-0700 (PDT)-GiftCardFulfillment.csv","sha256":"0b90c8de6e2ebf39630d155c65fb5a284cf6a77a2e7d026683a248470d2bef51"},"shop":"dropline-sandbox.myshopify.com","currency":"USD","giftCards":[
            {"line":2,"giftCardNumber":"dlfirst00001","initialValue":"25.00","netsuiteOrderId":"4400001","shopifyOrderId":"7710000009001","shippedDate":"3/18/2026 8:55 am"}
            ],"totals":{"rows":2,"giftCards":1,"invalid":1,"value":"25.00"}}

            """#
        ),
        (
            name: "rejects-1.csv",
            text: #"""
            line,reason,giftCardNumber,shippedDate,price,orderId,shopifyOrderNumber,shopifyCustomerNumber
            3,the value is missing,…0002,3/18/2026 8:56 am,null,4400002,7710000009002,

            """#
        ),
        (
            name: "results-1.csv",
            text: #"""
            line,giftCard,status,giftCardId,value,netsuiteOrderId,shopifyOrderId,reason
            2,…0001,activated,#1,25.00,4400001,7710000009001,
            3,…0002,invalid,,,4400002,7710000009002,the value is missing

            """#
        ),
    ]
}
