import Commerce
import Sealing
import Shopify
import Testing

/// Answers that never end, come in drops, or are larger than any should be.
@Suite struct BoundTests {
    @Test(.timeLimit(.minutes(10)))
    func `an answer that comes in drops is given up in time`() async throws {
        try await withClient(.trickle, limits: { $0.call = .milliseconds(700) }) { client, shop in
            let start = ContinuousClock.now
            let error = try await shopError { try await client.createGiftCard(try card()) }
            #expect(error.code == .timedOut, "\(error)")
            #expect(error.isOutcomeUnknown)
            #expect(ContinuousClock.now - start < .seconds(20))
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `a result that comes in drops is given up in time`() async throws {
        try await withClient(.trickle, limits: { $0.download = .milliseconds(700) }) { client, shop in
            let error = try await shopError { try await client.download(Secret(shop.url + "/result")) { _ in } }
            #expect(error.code == .timedOut, "\(error)")
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `an upload's answer that comes in drops is given up in time`() async throws {
        try await withClient(limits: { $0.upload = .milliseconds(700) }) { client, shop in
            let place =
                #"{"data":{"stagedUploadsCreate":{"stagedTargets":[{"url":"\#(shop.url)/store","parameters":[{"name":"key","value":"k"}]}],"userErrors":[]}}}"#
            shop.then(.json(place), .trickle)
            let target = try await client.stageUpload(name: "a.jsonl", size: 0)
            let error = try await shopError { try await client.upload(to: target) { nil } }
            #expect(error.code == .timedOut, "\(error)")
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `a result without an end is given up at its limit`() async throws {
        try await withClient(.endless, limits: { $0.result = 1_000_000 }) { client, shop in
            var count = 0
            let error = try await shopError {
                try await client.download(Secret(shop.url + "/result")) { count += $0.count }
            }
            #expect(error.code == .answerTooLarge)
            #expect(count <= 1_000_000)
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `an answer without an end is given up at its limit`() async throws {
        try await withClient(.endless, limits: { $0.answer = 1_000_000 }) { client, _ in
            let error = try await shopError { try await client.createGiftCard(try card()) }
            #expect(error.code == .answerTooLarge)
            #expect(error.isOutcomeUnknown)
        }
    }

    @Test func `an answer of brackets alone is unreadable, and no crash`() async throws {
        let deep = String(repeating: "[", count: 2_000_000)
        try await withClient(.json("{\"data\":\(deep)"), limits: { $0.attempts = 1 }) { client, _ in
            let error = try await shopError { try await client.profile() }
            #expect(error.code == .malformedAnswer)
        }
    }
}
