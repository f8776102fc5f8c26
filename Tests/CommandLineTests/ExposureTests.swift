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

    @Test func `feed, bulk file and archive are not for everybody to read, unless the pipeline says so`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let names = ["a-GiftCardFulfillment.csv", "b-GiftCardFulfillment.csv"]
            for (name, mode) in zip(names, [nil, "0604"]) {
                if let mode { try installation.addToPipeline("mode: \"\(mode)\"") }
                try installation.drop(name, "giftCardNumber,price\ndlmodes\(name.prefix(1))00001,5\n")
                // What comes by a careless client.
                chmod(installation.path(installation.inboxDirectory + "/" + name), 0o666)
                let poll = try await installation.poll()
                #expect(poll.exit == 0, "\(poll)")
            }
            func modes(_ paths: [String]) throws -> [String] {
                try paths.map { path in
                    let attributes = try FileManager.default.attributesOfItem(atPath: installation.path(path))
                    return String(attributes[.posixPermissions] as? Int ?? 0, radix: 8)
                }
            }
            let feeds = try installation.feeds().map { installation.feedDirectory + "/" + $0 }
            expectSame(try modes(feeds), ["640", "604"])
            let bulk = try installation.bulkFiles().map { "dropline/\(Installation.pipeline)/bulk/\($0)" }
            expectSame(try modes(bulk), ["640", "604"])
            let archived = try installation.archive().map { installation.inboxDirectory + "/archive/" + $0 }
            expectSame(try modes(archived), ["640", "640"])
        }
    }

    @Test func `check names what others can read, and a key that is a link`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            _ = try await installation.run("poll")
            let quiet = try await installation.run("check")
            #expect(quiet.exit == 0 && !quiet.output.contains("owner") && !quiet.output.contains("link"), "\(quiet)")
            let paths = ["var/dropline.sqlite", "var/workspace", "secrets/shopify-token"].map {
                installation.folder + "/" + $0
            }
            for path in paths { chmod(path, 0o755) }
            let key = installation.folder + "/var/dropline.key"
            try FileManager.default.moveItem(atPath: key, toPath: installation.folder + "/key")
            try FileManager.default.createSymbolicLink(atPath: key, withDestinationPath: installation.folder + "/key")
            let check = try await installation.run("check")
            #expect(check.exit == 0, "\(check)")
            for (path, what) in zip(paths, ["the ledger", "the workspace", "a secret"]) {
                #expect(
                    check.output.contains("\(path): warning: others than its owner may use \(what) (mode 0755)"),
                    "\(check)"
                )
            }
            #expect(check.output.contains("\(key): warning: the master key is a link"), "\(check)")
            try FileManager.default.removeItem(atPath: key)
            try FileManager.default.linkItem(atPath: installation.folder + "/key", toPath: key)
            let hard = try await installation.run("check")
            #expect(hard.output.contains("the master key has another name besides this one"), "\(hard)")
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
