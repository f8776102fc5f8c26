import CommandSupport
import Foundation

/// What a run published, without what may differ from run to run: the ids of the cards.
struct Published: Sendable, Equatable {
    /// The texts of feeds, results, rejects and of the first attempt's bulk files, by their paths in the drop.
    var texts: [String: String] = [:]

    init(_ installation: Installation) throws {
        let directories = ["bulk", "result"].map { "dropline/\(installation.pipeline)/" + $0 }
        for directory in [installation.feedDirectory] + directories + [installation.inboxDirectory + "/error"] {
            for name in try installation.names(directory) where !Self.isLaterAttempt(name) {
                texts[directory + "/" + name] = try installation.text(directory + "/" + name)
                    .replacing(#/gid://shopify/GiftCard/\d+/#, with: "gid")
            }
        }
    }

    private var withoutPipeline: [String: String] {
        let server = "dropline/\(Installation.serverPipeline)/"
        return Dictionary(
            texts.map { ($0.replacing(server, with: "dropline/\(Installation.pipeline)/"), $1) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    private static func isLaterAttempt(_ name: String) -> Bool {
        guard name.hasSuffix(".jsonl") else { return false }
        return name.dropLast(".jsonl".count).split(separator: "-").dropLast().last != "1"
    }

    /// What is not as it should be, whichever pipeline's directories the outputs lie in.
    func differences(from expected: Published) -> [String] {
        let (expected, texts) = (expected.withoutPipeline, withoutPipeline)
        return Set(texts.keys).union(expected.keys).sorted().compactMap { path in
            switch (expected[path], texts[path]) {
            case (nil, _?): return "\(path) was published, and a run without faults publishes no such file"
            case (_?, nil): return "\(path) was not published"
            case (let expected?, let got?):
                guard expected != got else { return nil }
                let pairs = zip(expected.split(separator: "\n"), got.split(separator: "\n")).filter { $0 != $1 }
                let first = pairs.first.map { "expected: \($0)\n      got:      \($1)" } ?? "the lengths differ"
                return "\(path) is not as without faults; first difference\n      \(first)"
            case (nil, nil): return nil
            }
        }
    }

    /// What a run of a file without any fault publishes, by API version; of the usual file unless another is named.
    static func expected(of source: SourceFile = SourceFile(), version: String = "2026-07") async throws -> Published {
        try await Baselines.shared.published(source, version)
    }
}

/// Runs without faults, each made once.
private actor Baselines {
    static let shared = Baselines()
    private var made: [String: Task<Published, any Error>] = [:]

    func published(_ source: SourceFile, _ version: String) async throws -> Published {
        let key = version + source.name + source.text
        if let task = made[key] { return try await task.value }
        let task = Task { try await Self.make(source, version) }
        made[key] = task
        return try await task.value
    }

    private static func make(_ source: SourceFile, _ version: String) async throws -> Published {
        // Not in a slot: whoever asks holds one.
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.set("limits", "{ card: 2000 }")
            try installation.set("api_version", "\"\(version)\"")
            try installation.drop(source.name, source.text)
            let poll = try await installation.poll("--wait", "40s")
            guard poll.exit == 1 else { throw SupportError("the run without faults: \(poll)") }
            return try Published(installation)
        }
    }
}
