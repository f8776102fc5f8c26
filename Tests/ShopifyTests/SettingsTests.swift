import Commerce
import Sealing
import Shopify
import Testing

struct SettingsTests {
    private func code(_ url: String, _ credentials: ShopSettings.Credentials = .token(Secret("shpat_1"))) throws
        -> ShopError.Code?
    {
        let settings = try settings(url, credentials: credentials)
        do throws(ShopError) {
            try settings.validate()
            return nil
        } catch {
            #expect(error.side == .configuration)
            #expect(error.disposition == .stop)
            return error.code
        }
    }

    @Test(arguments: [
        "https://example.myshopify.com", "https://example.myshopify.com/", "HTTPS://example.myshopify.com",
        "https://example.test:8443/shop",
        "http://localhost:4000", "http://127.0.0.1:4000", "http://127.8.9.1", "http://[::1]:4000",
    ])
    func `an encrypted address is taken, and an open one of this machine`(_ url: String) throws {
        #expect(try code(url) == nil)
    }

    @Test(arguments: [
        "http://example.myshopify.com", "http://127.0.0.1.example.com", "http://localhost.example.com",
        "http://10.0.0.1", "http://127.0.0.999",
    ])
    func `an open address of another machine is refused`(_ url: String) throws {
        #expect(try code(url) == .insecureURL)
    }

    @Test(arguments: [
        "", "example.myshopify.com", "ftp://example.com", "https://", "https://user:pass@example.com",
        "https://example.com/?a=1", "https://example.com/#a",
        "https://exa mple.com",
    ])
    func `what is no plain address is refused`(_ url: String) throws {
        #expect(try code(url) == .badURL)
    }

    @Test(arguments: ["", "a b", "a\r\nX-Evil: 1", "é"])
    func `a token that cannot stand in a header is refused`(_ token: String) throws {
        #expect(try code("https://example.com", .token(Secret(token))) == .badCredentials)
        #expect(try code("https://example.com", .client(id: "id", secret: Secret(token))) == .badCredentials)
        #expect(try code("https://example.com", .client(id: token, secret: Secret("secret"))) == .badCredentials)
    }

    @Test func `only July 2026 sends an amount with its currency`() {
        #expect(APIVersion.allCases.filter(\.usesInitialAmount) == [.v2026July])
    }
}
