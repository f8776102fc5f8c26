import Commerce
import HTTPS
import Logging
import Sealing
import Shopify
import Testing
import WebServers

let testToken = "shpat_0123456789abcdef0123456789abcdef"

func dollars() throws -> Currency { try #require(Currency("USD")) }

func settings(
    _ url: String,
    credentials: ShopSettings.Credentials = .token(Secret(testToken)),
    version: APIVersion = .v2026July
) throws -> ShopSettings {
    ShopSettings(name: "main", url: url, credentials: credentials, version: version, currency: try dollars())
}

func card(_ code: String = "abcd1234efgh", _ value: String = "25.5", customer: String? = nil) throws -> GiftCardInput {
    GiftCardInput(
        code: try GiftCardCode(reading: code),
        value: try Money(value: value, in: dollars()),
        note: "Order 5550000000101 dl:0a1b2c3d4e5f:2",
        customerID: customer
    )
}

/// Lends a client of a scripted shop.
func withClient<Result: Sendable>(
    _ script: ScriptedAnswer...,
    clock: TestTiming = TestTiming(),
    version: APIVersion = .v2026July,
    credentials: ShopSettings.Credentials = .token(Secret(testToken)),
    certificate: TestCertificate? = nil,
    trusting roots: TrustedRoots = TrustedRoots(),
    limits change: (inout ShopLimits) -> Void = { _ in },
    _ body: (ShopClient, ScriptedShop) async throws -> Result
) async throws -> Result {
    var limits = ShopLimits()
    change(&limits)
    return try await withScriptedShop(script, certificate: certificate) { shop in
        try await withShopClient(
            settings(shop.url, credentials: credentials, version: version),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            limits: limits,
            timing: clock.timing,
            trusting: roots
        ) { try await body($0, shop) }
    }
}

/// The error of a call that must fail.
func shopError<Result>(_ call: () async throws -> Result) async throws -> ShopError {
    do {
        _ = try await call()
    } catch let error as ShopError {
        return error
    }
    Issue.record("the call succeeded")
    throw CancellationError()
}

/// A refusal by `errors`, as Shopify writes it.
func errors(_ code: String?, _ message: String = "No", extra: String = "", data: String? = nil, rest: String = "")
    -> String
{
    let word = code.map { "\"code\":\"\($0)\"" }
    let extensions = [word, extra.isEmpty ? nil : extra].compactMap { $0 }.joined(separator: ",")
    let data = data.map { "\"data\":\($0)," } ?? ""
    return #"{\#(data)"errors":[{"message":"\#(message)","extensions":{\#(extensions)}}]\#(rest)}"#
}

let operationJSON = #"""
    {"id":"gid://shopify/BulkOperation/7","status":"CREATED","errorCode":null,"objectCount":"0","fileSize":null,"url":null,"partialDataUrl":null,"createdAt":"2026-11-21T06:18:00Z","query":"mutation GiftCards_7($input: GiftCardCreateInput!) { x }"}
    """#

let startedJSON = #"{"data":{"bulkOperationRunMutation":{"bulkOperation":\#(operationJSON),"userErrors":[]}}}"#

let createdPayload = #"""
    {"giftCardCreate":{"giftCard":{"id":"gid:\/\/shopify\/GiftCard\/10","lastCharacters":"efgh","note":"Order 5550000000101 dl:0a1b2c3d4e5f:2","initialValue":{"amount":"25.5","currencyCode":"USD"}},"userErrors":[]}}
    """#
