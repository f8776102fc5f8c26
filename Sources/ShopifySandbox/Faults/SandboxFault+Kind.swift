extension SandboxFault {
    /// The faults that the sandbox can play.
    ///
    /// The raw value is the name in options and JSON.
    public enum Kind: String, Sendable, CaseIterable {
        // Calls of the API
        case throttled
        case http402 = "http-402"
        case http403 = "http-403"
        case http404 = "http-404"
        case http423 = "http-423"
        case http429 = "http-429"
        case http502 = "http-502"
        case http503 = "http-503"
        case http504 = "http-504"
        case internalError = "internal-error"
        case internalErrorCommitted = "internal-error-committed"
        case lostRequest = "lost-request"
        case lostAnswer = "lost-answer"
        case hang
        case tokenRevoked = "token-revoked"
        case accessDenied = "access-denied"
        case fallForward = "fall-forward"
        case wrongCurrency = "wrong-currency"
        case noGiftCards = "no-gift-cards"
        case packedAnswer = "packed-answer"
        // Access tokens
        case shopNotPermitted = "shop-not-permitted"
        // Uploads
        case uploadLostAnswer = "upload-lost-answer"
        case uploadLostRequest = "upload-lost-request"
        case upload5xx = "upload-5xx"
        case uploadTooLarge = "upload-too-large"
        // Starting a bulk operation
        case bulkNotAllowed = "bulk-not-allowed"
        case inProgress = "in-progress"
        case limitReached = "limit-reached"
        case noSuchFile = "no-such-file"
        // A bulk operation under way
        case operationFailed = "operation-failed"
        case operationFailedNoData = "operation-failed-no-data"
        case operationCanceled = "operation-canceled"
        case operationExpired = "operation-expired"
        case operationTimeout = "operation-timeout"
        case operationSlow = "operation-slow"
        case operationStuck = "operation-stuck"
        case cancelStuck = "cancel-stuck"
        case cancelLate = "cancel-late"
        // Its result
        case missingLines = "missing-lines"
        case missingUnexecuted = "missing-unexecuted"
        case doubledLines = "doubled-lines"
        case shuffledLines = "shuffled-lines"
        case truncatedResult = "truncated-result"
        case resultGone = "result-gone"
        case resultExpired = "result-expired"
        case resultPacked = "result-packed"
        case result5xx = "result-5xx"
        case resultInterrupted = "result-interrupted"
        // Cards
        case codeTaken = "code-taken"
        case otherValue = "other-value"
        case otherCurrency = "other-currency"
        case otherLastCharacters = "other-last-characters"
        case foreignMarker = "foreign-marker"
        case codeQuoted = "code-quoted"
        case searchLag = "search-lag"
        case searchFuzzy = "search-fuzzy"

        /// What the fault does, in one sentence, for a help text.
        public var summary: String {
            switch self {
            case .throttled: "The next `count` calls answer THROTTLED, with HTTP 200."
            case .http402:
                "The next `count` calls answer HTTP 402 with the words `text` (Unavailable Shop); nothing is done."
            case .http403:
                "The next `count` calls answer HTTP 403 with the words `text` (Unavailable Shop); nothing is done."
            case .http404: "The next `count` calls answer HTTP 404 with the words `text` (Not Found); nothing is done."
            case .http423: "The next `count` calls answer HTTP 423 with the words `text` (Locked); nothing is done."
            case .http429: "The next `count` calls answer HTTP 429 with Retry-After `seconds` (1)."
            case .http502: "The next `count` calls answer HTTP 502; nothing is done."
            case .http503: "The next `count` calls answer HTTP 503 with Retry-After `seconds` (1); nothing is done."
            case .http504: "The next `count` calls answer HTTP 504 although they are carried out."
            case .internalError: "The next `count` calls answer INTERNAL_SERVER_ERROR; nothing is done."
            case .internalErrorCommitted:
                "The next `count` calls answer INTERNAL_SERVER_ERROR although they are carried out."
            case .lostRequest: "The connection of the next `count` calls is closed before anything is done."
            case .lostAnswer: "The next `count` calls are carried out, then the connection is closed without an answer."
            case .hang: "The next `count` calls are carried out and answered only after `seconds` (60)."
            case .tokenRevoked: "The next `count` calls answer HTTP 401, whatever the token."
            case .accessDenied: "The root fields of the next `count` calls answer ACCESS_DENIED."
            case .fallForward:
                "The next `count` calls are served by the oldest supported version (or `text`), and say so in the header."
            case .wrongCurrency: "In the next `count` calls the shop's currency is `text` (CAD)."
            case .noGiftCards:
                "The next `count` calls find no gift cards in the schema, as an app does for want of a plan or a scope."
            case .packedAnswer: "The next `count` answers come packed by gzip, though nobody asked for that."
            case .shopNotPermitted:
                "The next `count` requests for an access token are answered by a page, Oauth error `text` (shop_not_permitted)."
            case .uploadLostAnswer:
                "The next `count` uploads are stored, then the connection is closed without an answer."
            case .uploadLostRequest: "The connection of the next `count` uploads is closed and nothing is stored."
            case .upload5xx: "The next `count` uploads answer HTTP 503; nothing is stored."
            case .uploadTooLarge: "The next `count` uploads are refused as larger than the store takes."
            case .bulkNotAllowed:
                "The next `count` attempts to run giftCardCreate in bulk are told to use an allowed mutation name."
            case .inProgress: "The next `count` attempts to run an operation find all slots taken."
            case .limitReached: "The next `count` attempts to run an operation answer LIMIT_REACHED."
            case .noSuchFile: "The next `count` attempts to run an operation do not find the uploaded file."
            case .operationFailed:
                "The next `count` operations fail with `text` (INTERNAL_SERVER_ERROR) after `fraction` (0.5) of their lines, "
                    + "with partial data."
            case .operationFailedNoData:
                "The next `count` operations fail with `text` (INTERNAL_SERVER_ERROR) after `fraction` (0.5) of their lines, "
                    + "without any data."
            case .operationCanceled:
                "The next `count` operations are canceled by Shopify after `fraction` (0.5) of their lines."
            case .operationExpired:
                "The next `count` operations end EXPIRED after `fraction` (0.5) of their lines, without any data."
            case .operationTimeout:
                "The next `count` operations fail with TIMEOUT after `fraction` (0.5) of their lines, with partial data."
            case .operationSlow: "The next `count` operations take `seconds` (10) longer."
            case .operationStuck:
                "The next `count` operations come to a stand after `fraction` (0.5) of their lines and never end, unless they are cancelled."
            case .cancelStuck: "The next `count` operations to be cancelled stay CANCELING."
            case .cancelLate:
                "Of the next `count` operations to be cancelled the other lines are executed `seconds` (1) after the end, all of "
                    + "them, and have no result."
            case .missingLines:
                "In the results of the next `count` operations `lines` (1) or a `fraction` are left out, though executed."
            case .missingUnexecuted:
                "In the next `count` operations `lines` (1) or a `fraction` are neither executed nor in the result."
            case .doubledLines:
                "In the results of the next `count` operations `lines` (1) or a `fraction` stand twice."
            case .shuffledLines:
                "In the results of the next `count` operations the lines bear each other's line numbers."
            case .truncatedResult: "The result of the next `count` operations ends in the middle of its last line."
            case .resultGone: "The next `count` downloads of results answer HTTP 404."
            case .resultExpired:
                "The addresses of the next `count` downloads of results have expired for good; the operation has a new one each time it is asked for."
            case .resultPacked: "The next `count` results come packed by gzip, though nobody asked for that."
            case .result5xx: "The next `count` downloads of results answer HTTP 503."
            case .resultInterrupted: "The connection of the next `count` downloads of results breaks half-way."
            case .codeTaken: "The next `count` cards to be made are told that their code is taken, though it is not."
            case .otherValue: "The next `count` cards are made with another value: ten times theirs, or `text`."
            case .otherCurrency: "The next `count` cards are made in another currency: CAD (in CAD: USD), or `text`."
            case .otherLastCharacters:
                "The next `count` cards are made with another code, which ends in other characters than the one sent."
            case .foreignMarker:
                "The next `count` cards are made with another note, which ends in a marker of nobody's, or with `text` as their note."
            case .codeQuoted: "The next `count` cards to be made are refused in words that quote their code."
            case .searchLag:
                "Cards made from now on are not found by the next `count` searches, or, with `seconds`, until so long "
                    + "after they were made."
            case .searchFuzzy:
                "The next `count` searches for a code also find the cards that share its last four characters."
            }
        }
    }
}
