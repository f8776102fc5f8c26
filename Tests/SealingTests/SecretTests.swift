import CustomDump
import Foundation
import Sealing
import Testing

@Suite struct SecretTests {
    private struct Settings: Encodable {
        let user = "netsuite"
        let password = Secret("hunter2-and-more")
    }

    @Test func `a secret is shown nowhere`() throws {
        let secret = Settings().password
        var dumped = ""
        dump(Settings(), to: &dumped)
        var custom = ""
        customDump(Settings(), to: &custom)
        let json = String(decoding: try JSONEncoder().encode(Settings()), as: UTF8.self)
        let shown = [
            "\(secret)", String(reflecting: secret), String(describing: Settings()), String(reflecting: [secret]),
            dumped,
            custom, json, "\(Mirror(reflecting: secret).children.map { "\($0)" })", "\(Optional(secret) as Any)",
        ]
        for text in shown { #expect(!text.contains("hunter2"), "\(text)") }
        #expect("\(secret)" == "<redacted>")
        #expect(json.contains("<redacted>"))
    }

    @Test func `only reveal gives the text`() {
        #expect(Secret("hunter2").reveal() == "hunter2")
        #expect(Secret("a") == Secret("a"))
        #expect(Secret("a") != Secret("b"))
    }
}
