public import Commerce

/// Why a call to a shop failed, and what to do about it.
///
/// A message holds no token, no signed address and no gift card code, and says what to do next.
public struct ShopError: ClassifiedError {
    /// The kind of failure; the raw value is the ledger's word for it.
    public enum Code: String, Sendable, CaseIterable {
        // MARK: Configuration
        /// The shop's address is none.
        case badURL = "shop-url-bad"
        /// The shop's address is not encrypted.
        case insecureURL = "shop-url-insecure"
        /// The token, client id or client secret is empty or unreadable.
        case badCredentials = "shop-credentials-bad"
        /// The shop's currency is not the configured one.
        case currencyMismatch = "shop-currency-mismatch"
        /// The configured address leads to another shop than the run was begun for.
        case otherShop = "shop-other"
        /// Shopify answered with another API version than the one asked for.
        case versionFellForward = "shop-version-fell-forward"

        // MARK: The network
        /// No connection came about; nothing was sent.
        case unreachable = "shop-unreachable"
        /// The connection ended before the answer was whole.
        case answerLost = "shop-answer-lost"
        /// The answer did not come in time.
        case timedOut = "shop-timed-out"
        /// The server's certificate is not to be believed, or the certificates that are to be believed can't be read; nothing was sent.
        case certificateRefused = "shop-certificate-refused"

        // MARK: Answers by status
        /// 401: the token is not known.
        case tokenRefused = "shop-token-refused"
        /// The client id and secret gave no token.
        case credentialsRefused = "shop-credentials-refused"
        /// They gave no token for this shop: it does not belong to the app's organization.
        case shopNotPermitted = "shop-not-permitted"
        /// They gave no token for this shop: the app is not installed there.
        case appNotInstalled = "shop-app-not-installed"
        /// 402: the shop is frozen, for want of payment as a rule.
        case frozen = "shop-frozen"
        /// 403 with "Unavailable Shop": the shop is closed or paused.
        case unavailable = "shop-unavailable"
        /// 403.
        case forbidden = "shop-forbidden"
        /// 404: no such shop.
        case notFound = "shop-not-found"
        /// 423: the shop is locked.
        case locked = "shop-locked"
        /// 430: Shopify's security turned the request away.
        case securityRejection = "shop-security-rejection"
        /// 429.
        case tooManyRequests = "shop-too-many-requests"
        /// 5xx.
        case serverFailed = "shop-server-failed"
        /// 3xx: never followed, the token would go along.
        case redirected = "shop-redirected"
        /// A status that means nothing to us.
        case unexpectedStatus = "shop-unexpected-status"

        // MARK: Answers by GraphQL code
        /// THROTTLED: the call was not executed.
        case throttled = "shop-throttled"
        /// ACCESS_DENIED: a scope is missing.
        case accessDenied = "shop-access-denied"
        /// The schema that the shop shows this app has no gift cards.
        case giftCardsAbsent = "shop-gift-cards-absent"
        /// ACCESS_DENIED on a bulk operation: the app may not run any.
        case bulkNotEnabled = "shop-bulk-not-enabled"
        /// INTERNAL_SERVER_ERROR, or an error nobody has described.
        case internalError = "shop-internal-error"
        /// The document or its variables are not valid: a fault of ours.
        case invalidRequest = "shop-invalid-request"
        /// MAX_COST_EXCEEDED: a fault of ours.
        case costExceeded = "shop-cost-exceeded"
        /// Shopify said no in `userErrors` where nobody expects it.
        case refused = "shop-refused"

        // MARK: Answers that cannot be read
        /// Not the JSON that was asked for.
        case malformedAnswer = "shop-malformed-answer"
        /// A page for people.
        case htmlAnswer = "shop-html-answer"
        /// More bytes than an answer may have.
        case answerTooLarge = "shop-answer-too-large"

        // MARK: Files
        /// The store behind a staged upload said no.
        case uploadRefused = "shop-upload-refused"
        /// The store behind a staged upload takes no file of this size.
        case uploadTooLarge = "shop-upload-too-large"
        /// The file was not as long as was said.
        case uploadSizeWrong = "shop-upload-size-wrong"
        /// The result's address has expired, or the file is gone.
        case downloadExpired = "shop-download-expired"
    }

    /// The kind of failure.
    public let code: Code
    /// What was being done: `creating a gift card`.
    public let doing: String
    /// The shop, by its name in the configuration.
    public let shop: String
    /// The HTTP status of the answer, where there was one.
    public let status: Int?
    /// What is known besides, in words that carry no secret.
    public let detail: String?
    /// The id Shopify gave the request, which its support asks for.
    public let requestID: String?
    /// What happened on the network, or the error that led to this one.
    public let cause: (any Error)?
    /// What the runner does.
    public let disposition: Disposition
    /// Whether the call may have had its effect although it failed: nothing may be sent again before the shop was asked.
    ///
    /// Only ever set for calls that create something.
    public let isOutcomeUnknown: Bool

    init(
        _ code: Code,
        doing: String,
        shop: String,
        status: Int? = nil,
        detail: String? = nil,
        requestID: String? = nil,
        cause: (any Error)? = nil,
        disposition: Disposition? = nil,
        isOutcomeUnknown: Bool = false
    ) {
        self.code = code
        self.doing = doing
        self.shop = shop
        self.status = status
        self.detail = detail
        self.requestID = requestID
        self.cause = cause
        self.disposition = disposition ?? code.disposition
        self.isOutcomeUnknown = isOutcomeUnknown
    }

    /// Where the fault lies.
    public var side: FaultSide { code.side }

    /// The kind of failure as a stable word: `shop-throttled`.
    public var codeName: String { code.rawValue }

    /// The shop, where the fault lies with it.
    public var remote: RemoteParty? { side == .remote ? .shop(shop) : nil }
}
