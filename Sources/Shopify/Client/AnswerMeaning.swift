import Commerce
import Records

/// What an answer means for the call it answers, by its status and its body.
struct AnswerMeaning {
    let answer: Answer
    let doing: String
    let shop: String
    /// Whether the call creates something.
    let creates: Bool
    /// Knows what was sent, so that no word of the answer repeats it.
    let scrubber: CodeScrubber

    init(_ answer: Answer, doing: String, shop: String, creates: Bool, scrubber: CodeScrubber) {
        self.answer = answer
        self.doing = doing
        self.shop = shop
        self.creates = creates
        self.scrubber = scrubber
    }

    /// An error about this answer.
    func error(
        _ code: ShopError.Code,
        detail: String? = nil,
        disposition: Disposition? = nil,
        isOutcomeUnknown: Bool = false
    ) -> ShopError {
        ShopError(
            code,
            doing: doing,
            shop: shop,
            status: answer.status,
            detail: detail,
            requestID: answer.requestID,
            disposition: disposition,
            isOutcomeUnknown: creates && isOutcomeUnknown
        )
    }

    /// The failure that the status tells; `nil` for 2xx (https://shopify.dev/docs/api/usage/response-codes).
    func statusFailure() -> ShopError? {
        switch answer.status {
        case 200..<300: nil
        case 300..<400: error(.redirected)
        case 401: error(.tokenRefused, detail: words)
        case 402: error(.frozen, detail: words)
        case 403: error(saysShopIsUnavailable ? .unavailable : .forbidden, detail: words)
        case 404: error(.notFound, detail: words)
        case 423: error(.locked, detail: words)
        case 429: error(.tooManyRequests, detail: words, disposition: retryAfter.map { .retry(after: $0) })
        case 430: error(.securityRejection, detail: words)
        case 500...599: error(.serverFailed, detail: words, isOutcomeUnknown: true)
        default: error(.unexpectedStatus, detail: words, isOutcomeUnknown: true)
        }
    }

    /// How long Shopify asks to wait; a date in place of seconds is not read.
    var retryAfter: Duration? {
        guard let text = answer.header("retry-after"), let seconds = Double(text), seconds.isFinite, seconds >= 0 else {
            return nil
        }
        return .seconds(min(seconds, 86_400))
    }

    /// Compares the version that was answered with the one that was asked.
    func versionFailure(asked: APIVersion) -> ShopError? {
        guard let answered = answer.header("x-shopify-api-version"), answered != asked.rawValue else { return nil }
        let isVersion = answered.utf8.count <= 16 && answered.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        let detail =
            "asked for \(asked.rawValue), answered with \(isVersion ? answered : "something that is no version")"
        return error(.versionFellForward, detail: detail, isOutcomeUnknown: true)
    }

    /// The body as a JSON object.
    func json() -> JSONValue? {
        guard let value = JSONValue.reading(answer.body), value.object != nil else { return nil }
        return value
    }

    /// The failure of an answer that is not what was asked for.
    func unreadable(_ detail: String? = nil) -> ShopError {
        if let packing = answer.packing {
            return error(.malformedAnswer, detail: Self.packed(packing), isOutcomeUnknown: true)
        }
        return error(isPage ? .htmlAnswer : .malformedAnswer, detail: detail ?? pageWords, isOutcomeUnknown: true)
    }

    /// What is the matter with a body that is packed in a way that nobody here unpacks.
    static func packed(_ way: String) -> String { "it came packed as '\(way)', for which nobody asked" }
}
