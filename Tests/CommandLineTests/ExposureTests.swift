import CommandSupport
import Foundation
import Testing

/// What is looked at before anything is done: who else can read the secrets, and whether a crash would write them down.
@Suite struct ExposureTests {
    @Test(arguments: ["var/dropline.key", "secrets/shopify-token"])
    func `a secret's file that others can read is refused at the start, with the cure`(_ name: String) async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let made = try await installation.run("poll")
            #expect(made.exit == 0, "\(made)")
            let path = installation.folder + "/" + name
            for mode in [0o644, 0o640, 0o604, 0o620] {
                try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
                try installation.drop("a-GiftCardFulfillment.csv", "giftCardNumber,price\ndlexposed001,5\n")
                let poll = try await installation.run("poll")
                #expect(poll.exit == 78, "mode \(String(mode, radix: 8)): \(poll)")
                #expect(poll.errors.contains("chmod 600") && poll.errors.contains(name), "\(poll)")
                #expect(try installation.inbox() == ["a-GiftCardFulfillment.csv"], "nothing was taken")
            }
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            let poll = try await installation.run("poll")
            #expect(poll.exit == 0, "\(poll)")
        }
    }

    @Test func `a login's key that others can use is refused before its server is asked`() async throws {
        let installation = try await Installation()
        try installation.edit(installation.configuration) {
            $0 = $0.replacing("  # - pipelines/gift-card-activation", with: "  - pipelines/gift-card-activation")
        }
        let path = installation.folder + "/secrets/id_ed25519"
        try Data("key".utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        let poll = try await installation.run("poll")
        #expect(poll.exit == 78, "\(poll)")
        #expect(poll.errors.contains("drops.netsuite.auth.key: others than its owner may use the key file"), "\(poll)")
        #expect(poll.errors.contains("chmod 600"), "\(poll)")
    }

    @Test func `a running process leaves no core`() async throws {
        // A shell that allows cores, as far as it may, starts it.
        let script = "ulimit -c unlimited 2>/dev/null; exec \"$0\" sandbox --quiet --port 0"
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script, try droplineBinary()]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer { process.terminate() }
        // It listens once it says so.
        _ = output.fileHandleForReading.availableData
        let limits = try String(contentsOfFile: "/proc/\(process.processIdentifier)/limits", encoding: .utf8)
        let core = limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") }
        let words = core?.split(separator: " ").dropFirst(4).prefix(2).map(String.init)
        #expect(words == ["0", "0"], "\(limits)")
    }
}
