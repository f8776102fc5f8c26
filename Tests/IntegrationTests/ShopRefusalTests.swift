import CommandSupport
import Foundation
import Testing

/// A shop that says no: what it says reaches the person, and costs no more than it must.
@Suite struct ShopRefusalTests {
    /// Counts the calls that have a root field; they are served as they would be.
    private static func counter(_ root: String) -> Fault {
        Fault("fall-forward", Fault.most, root: root, text: "2026-07")
    }

    private func calls(of root: String, at shop: SandboxShop) async throws -> Int {
        let fault = try await shop.faults().first { $0["kind"].string == "fall-forward" && $0["root"].string == root }
        return Fault.most - (fault?["count"].int ?? 0)
    }

    private func operationStatus(_ scene: Scene) async throws -> String {
        try await scene.installation.show(1)["operations"].array?.first?["status"].string ?? "?"
    }

    // MARK: - Results

    @Test(arguments: [1, 2, 4])
    func `a result whose address has expired is fetched from a fresh one, and no row is looked up`(_ count: Int)
        async throws
    {
        try await withScene("result-expired:\(count)") { scene in
            try await scene.inject([
                Fault("result-expired", count), Self.counter("giftCards"), .counter(version: "2026-07"),
            ])
            try scene.drop(SourceFile())
            let sweeps = try await scene.sweep(atMost: 1)
            #expect(sweeps.map(\.exit) == [1], "\(scene.name): \(sweeps)")
            try await Invariants.expect(scene, sweeps: sweeps)
            let lookups = try await calls(of: "giftCards", at: scene.shop)
            #expect(lookups == 0, "\(scene.name): \(lookups) look-ups")
            let status = try await operationStatus(scene)
            #expect(status == "completed", "\(scene.name): \(status)")
        }
    }

    @Test func `a result of which five addresses were refused is gone, and its rows are looked up`() async throws {
        try await withScene("result-expired:100") { scene in
            try await scene.inject([Fault("result-expired", 100), .counter(version: "2026-07")])
            try scene.drop(SourceFile())
            let sweeps = try await scene.sweep(atMost: 1)
            try await Invariants.expect(scene, sweeps: sweeps)
            let status = try await operationStatus(scene)
            #expect(status == "completed, result gone", "\(scene.name): \(status)")
            let left = try await scene.shop.faults().first { $0["kind"].string == "result-expired" }?["count"].int
            #expect(left == 95, "\(scene.name): \(left ?? 0) are left of 100")
        }
    }

    @Test func `refusals of a result are counted over sweeps and kills`() async throws {
        try await withScene("result-expired:100, killed and swept") { scene in
            try await scene.inject([Fault("result-expired", 100), .counter(version: "2026-07")])
            try scene.drop(SourceFile())
            var sweeps: [CommandResult] = []
            for time in 1...4 {
                let kill = ["DROPLINE_CRASH_AT": "bulk-import.result-refused"]
                let killed = try await scene.installation.poll("--wait", "30s", environment: kill)
                #expect(killed.exit == -9, "\(scene.name), kill \(time): \(killed)")
                sweeps.append(killed)
            }
            sweeps += try await scene.sweep(atMost: 1)
            try await Invariants.expect(scene, sweeps: sweeps)
            let left = try await scene.shop.faults().first { $0["kind"].string == "result-expired" }?["count"].int
            #expect(left == 95, "\(scene.name): \(left ?? 0) are left of 100")
        }
    }

    @Test func `a result that breaks off is fetched again within the sweep, also from an address that is refused then`()
        async throws
    {
        try await withScene("result-interrupted, then result-expired") { scene in
            try await scene.inject([
                Fault("result-interrupted"), Fault("result-expired", 2, skip: 1), Self.counter("giftCards"),
                .counter(version: "2026-07"),
            ])
            try scene.drop(SourceFile())
            let sweeps = try await scene.sweep(atMost: 1)
            #expect(sweeps.map(\.exit) == [1], "\(scene.name): \(sweeps)")
            try await Invariants.expect(scene, sweeps: sweeps)
            let lookups = try await calls(of: "giftCards", at: scene.shop)
            #expect(lookups == 0, "\(scene.name): \(lookups) look-ups")
        }
    }

    // MARK: - Operations

    @Test func `an operation is found after a lost answer among three thousand older ones by one call`() async throws {
        let folder = NSTemporaryDirectory() + "dropline-old-shop-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let lines = (1...3_000).map { number in
            #"[{"operation":{"number":\#(7_000_000_000_000 + number),"query":"mutation Old_\#(number)($input: X!) { a }","version":"2026-07","upload":"none","createdAt":1790000000000,"status":"COMPLETED","result":"none","secret":"s","seed":1}}]"#
        }
        let state = folder + "/shop.json"
        try (lines.joined(separator: "\n") + "\n").write(toFile: state, atomically: true, encoding: .utf8)
        try await withScene("3,000 older operations", sandbox: ["--state", state], countsSingleCalls: false) { scene in
            let known = try await scene.shop.operations().count
            #expect(known == 3_000, "\(scene.name): the shop begins with \(known) operations")
            try await scene.inject([Fault("lost-answer", root: FaultTests.bulk), Self.counter("bulkOperations")])
            try scene.drop(SourceFile())
            let sweeps = try await scene.sweep(atMost: 1)
            let codes = try await scene.shop.codes()
            #expect(codes == SourceFile().codes.sorted(), "\(scene.name): \(sweeps)")
            let pages = try await calls(of: "bulkOperations", at: scene.shop)
            #expect(pages == 1, "\(scene.name): \(pages) pages were asked for")
            let operations = try await scene.shop.operations().count
            #expect(operations == 3_001, "\(scene.name): \(operations) operations")
        }
    }

    // MARK: - Words

    @Test(arguments: [
        (
            "shop_not_permitted", "Client credentials cannot be performed on this shop.",
            "must belong to one organization"
        ),
        ("app_not_installed", "The application is not installed on this shop.", "Install the app in this shop"),
    ])
    func `a token that is refused to the app is told in Shopify's words`(
        _ word: String,
        _ sentence: String,
        _ advice: String
    ) async throws {
        try await withScene("a token refused by \(word)") { scene in
            let installation = scene.installation
            try installation.edit(installation.configuration) { text in
                text = text.replacing(
                    "token: file:secrets/shopify-token",
                    with: "client_id: sandbox-client\n    client_secret: file:secrets/client-secret"
                )
            }
            let secret = installation.folder + "/secrets/client-secret"
            try "sandbox-secret\n".write(toFile: secret, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret)
            try await scene.inject([Fault("shop-not-permitted", 2, text: word)])
            try scene.drop(SourceFile())
            let poll = try await installation.poll("--wait", "30s")
            #expect(poll.exit == 69, "\(scene.name): \(poll)")
            let check = try await installation.run("check", "--connect")
            #expect(check.exit == 69, "\(scene.name): \(check)")
            for said in [poll.errors, check.output] {
                #expect(said.contains("Oauth error \(word): \(sentence)"), "\(scene.name): \(said)")
                #expect(said.contains(advice) && !said.contains("sandbox-secret"), "\(scene.name): \(said)")
            }
            let runs = try await installation.runs()
            #expect(runs.map { $0["state"].string } == ["stopped"], "\(scene.name): \(runs)")
            let sweeps = try await scene.sweep()
            #expect(sweeps.map(\.exit) == [1], "\(scene.name): \(sweeps)")
        }
    }

    @Test(arguments: [[], [Fault("bulk-not-allowed")]])
    func `a code of letters alone that the shop quotes is shown nowhere, and its words are`(_ before: [Fault])
        async throws
    {
        try await withScene("codes of words, quoted" + (before.isEmpty ? "" : ", one by one")) { scene in
            let source = SourceFile(codes: ["abcdefghij", "creations", "qwertyuiopas"], value: 10, time: "10:00:00")
            try await scene.inject(before + [Fault("code-quoted", 3)])
            try scene.drop(source)
            var said: [(String, String)] = []
            for arguments in [
                ["poll", "--log-level", "trace", "--wait", "30s"], ["show", "1"], ["show", "1", "--json"],
            ] {
                let result = try await scene.installation.run(arguments)
                said.append((arguments[0], result.output + result.errors))
            }
            let results = try scene.installation.results(of: source.name)
            expectSame(results.column("status"), Array(repeating: "refused", count: 3), scene.name)
            for reason in results.column("reason") {
                #expect(reason.contains("Code … (…) is not allowed in this creation"), "\(scene.name): \(reason)")
            }
            let places = try Secrets(codes: source.codes).places(in: scene.installation, said: said)
            #expect(places.isEmpty, "\(scene.name): codes are found in \(places.sorted())")
            let spaced = Secrets(codes: ["abcd efgh ij", "crea tion s", "qwer tyui opas"])
            let found = try spaced.places(in: scene.installation, said: said)
            #expect(found.isEmpty, "\(scene.name): codes in groups of four are found in \(found.sorted())")
        }
    }
}
