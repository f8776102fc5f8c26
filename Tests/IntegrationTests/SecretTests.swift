import CommandSupport
import Foundation
import Testing

/// Codes and tokens are found nowhere but where they belong.
@Suite struct SecretTests {
    static let cases: [(String, [Fault])] = [
        ("without faults", []),
        (
            "lost answers and a second attempt",
            [Fault("lost-answer", root: FaultTests.bulk), Fault("operation-failed-no-data")]
        ),
        (
            "single calls and taken codes",
            [Fault("bulk-not-allowed"), Fault("code-taken", 2), Fault("lost-answer", 2, root: "giftCardCreate")]
        ),
        ("variables that the shop refuses and repeats", [Fault("fall-forward", root: FaultTests.bulk)]),
        (
            "calls that are refused",
            [Fault("token-revoked"), Fault("access-denied"), Fault("http-502", 2), Fault("upload-5xx")]
        ),
    ]

    @Test(arguments: cases.indices)
    func `no code and no token is found where it does not belong`(_ index: Int) async throws {
        let (name, faults) = Self.cases[index]
        try await withScene("secrets, \(name)") { scene in
            let installation = scene.installation
            let sources = [SourceFile(), SourceFile(cards: 4, seed: "b", time: "09:20:00")]
            let broken = "giftCardNumber,price\n\(SourceFile(seed: "q").codes[0]),5\n"
            try await scene.inject(faults)
            for source in sources { try scene.drop(source) }
            try installation.drop("Mon Mar 16 2026 09:40:00 GMT-0700 (PDT)-GiftCardFulfillment.csv", broken)
            var said: [(String, String)] = []
            for sweep in 1...4 {
                let poll = try await installation.poll("--log-level", "trace", "--wait", "30s")
                said += [
                    ("standard output of sweep \(sweep)", poll.output),
                    ("standard error of sweep \(sweep)", poll.errors),
                ]
            }
            for command in [["runs"], ["show", "1"], ["show", "1", "--json"], ["check", "--connect"]] {
                let result = try await installation.run(command)
                said.append(("'dropline \(command.joined(separator: " "))'", result.output + result.errors))
            }
            let codes = (sources + [SourceFile(cards: 1, seed: "q", bad: false)]).flatMap(\.rows)
                .flatMap { [$0.rawCode, $0.code ?? ""] }.filter { $0.count >= 8 }
            let places = try Secrets(codes: codes).places(in: installation, said: said)
            #expect(places.isEmpty, "\(scene.name): codes are found in \(places.sorted())")
            let tokens = try Secrets.tokenPlaces("shpat_sandbox", in: installation, said: said)
            #expect(tokens == ["secrets/shopify-token"], "\(scene.name): the token is found in \(tokens.sorted())")
            // The search itself works: it finds what is meant to be there.
            let known = try Secrets(codes: codes).files(under: installation.folder + "/drop").filter {
                $0.contains("/feed/")
            }
            #expect(!known.isEmpty, "\(scene.name): the search finds no code in the feed")
        }
    }

    @Test func `files are for their owner only`() async throws {
        try await withScene("permissions") { scene in
            try scene.drop(SourceFile())
            _ = try await scene.sweep()
            let folder = scene.installation.folder + "/var"
            let walk = FileManager.default.enumerator(atPath: folder)
            while let path = walk?.nextObject() as? String {
                let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/" + path)
                let mode = (attributes[.posixPermissions] as? Int) ?? -1
                let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
                #expect(mode == (isFolder ? 0o700 : 0o600), "var/\(path) has the mode \(String(mode, radix: 8))")
            }
        }
    }
}

/// Looks for codes as they were written, as they are sent, and without case.
struct Secrets {
    private let needles: [Data]

    init(codes: [String]) { needles = Set(codes.map { $0.lowercased() }).map { Data($0.utf8) } }

    /// Every place that holds a code and must not: the ledger and its journals, the workspace, outputs but feed and bulk file, names, and what was said.
    func places(in installation: Installation, said: [(String, String)]) throws -> [String] {
        let mayHoldCodes = [
            "drop/\(Installation.inbox)/Mon", "drop/\(Installation.inbox)/archive/Mon",
            "drop/dropline/local-gift-cards/feed/", "drop/dropline/local-gift-cards/bulk/",
        ]
        var found = try files(under: installation.folder).filter { path in
            // The quarantine keeps the file itself, beside reasons and rejects.
            let isQuarantined = path.hasPrefix("drop/\(Installation.inbox)/error/") && path.hasSuffix("Fulfillment.csv")
            return !isQuarantined && !mayHoldCodes.contains { path.hasPrefix($0) }
        }
        found += said.filter { holds(Data($0.1.utf8)) }.map(\.0)
        return found
    }

    /// The files that hold a code in their content or in their name.
    func files(under folder: String) throws -> [String] {
        var found: [String] = []
        let walk = FileManager.default.enumerator(atPath: folder)
        while let path = walk?.nextObject() as? String {
            if holds(Data(path.utf8)) { found.append("the name of \(path)") }
            guard walk?.fileAttributes?[.type] as? FileAttributeType == .typeRegular else { continue }
            if holds(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + path))) { found.append(path) }
        }
        return found
    }

    /// The files and outputs that hold a token.
    static func tokenPlaces(_ token: String, in installation: Installation, said: [(String, String)]) throws -> [String]
    {
        let secrets = Secrets(codes: [token])
        return try secrets.files(under: installation.folder) + said.filter { secrets.holds(Data($0.1.utf8)) }.map(\.0)
    }

    private func holds(_ data: Data) -> Bool {
        let lowered = Data(data.map { 0x41...0x5A ~= $0 ? $0 + 0x20 : $0 })
        return needles.contains { lowered.range(of: $0) != nil }
    }
}
