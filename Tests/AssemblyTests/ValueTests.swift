import Foundation
import Sealing
import Testing

@testable import Assembly

/// Times, sizes and secrets of a configuration.
struct ValueTests {
    @Test(arguments: [
        ("500ms", Duration.milliseconds(500)), ("0s", .zero), ("30s", .seconds(30)), ("15m", .seconds(900)),
        ("24h", .seconds(86_400)), ("7d", .seconds(604_800)),
    ])
    func `a time is a whole number and a unit`(_ text: String, _ duration: Duration) {
        #expect(Duration(configured: text) == duration)
    }

    @Test(arguments: ["", "s", "30", "-5s", "1.5h", "30 s", "30sec", "99999999d", "١s"])
    func `other texts are no time`(_ text: String) {
        #expect(Duration(configured: text) == nil)
    }

    @Test(arguments: [("512", 512), ("512B", 512), ("100KB", 100_000), ("100MB", 100_000_000), ("1GB", 1_000_000_000)])
    func `a size is a whole number with KB, MB or GB`(_ text: String, _ size: Int64) {
        #expect(Int64(configuredSize: text) == size)
    }

    @Test(arguments: ["", "MB", "-1", "1.5MB", "1TB", "99999999999999999999"])
    func `other texts are no size`(_ text: String) {
        #expect(Int64(configuredSize: text) == nil)
    }

    @Test(arguments: ["secret", "$TOKEN", "${}", "${A B}", "file:", "credential:", "credential:../x"])
    func `what is no reference could be a secret`(_ text: String) {
        #expect(SecretReference(text) == nil)
    }

    @Test func `a secret's file that others can read is refused, and says what to do`() throws {
        let path = NSTemporaryDirectory() + "dropline-secret-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(
            FileManager.default.createFile(
                atPath: path,
                contents: Data("token\n".utf8),
                attributes: [.posixPermissions: 0o644]
            )
        )
        guard case .failure(let fault) = SecretReference.file(path).fetch(in: ".") else {
            Issue.record("the secret was taken")
            return
        }
        #expect(fault.message.contains("chmod 600"))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(try SecretReference.file(path).fetch(in: ".").get().reveal() == "token")
    }
}
