import Commerce
import HTTPS

extension ShopError.Code {
    /// What the runner does, unless the failure at hand says otherwise.
    var disposition: Disposition {
        switch self {
        case .badURL, .insecureURL, .badCredentials, .currencyMismatch, .otherShop, .versionFellForward, .tokenRefused,
            .credentialsRefused, .shopNotPermitted, .appNotInstalled, .certificateRefused, .frozen, .unavailable,
            .forbidden, .notFound, .securityRejection, .redirected, .accessDenied, .giftCardsAbsent, .bulkNotEnabled,
            .invalidRequest,
            .costExceeded, .refused,
            .htmlAnswer, .uploadSizeWrong, .uploadTooLarge:
            .stop
        case .unreachable, .answerLost, .timedOut, .serverFailed, .internalError, .malformedAnswer, .answerTooLarge,
            .uploadRefused,
            .unexpectedStatus:
            .retry()
        case .locked: .retry(after: .seconds(3600))
        case .tooManyRequests, .throttled: .retry(after: .seconds(10))
        case .downloadExpired: .hold
        }
    }

    /// Where the fault lies.
    var side: FaultSide {
        switch self {
        case .badURL, .insecureURL, .badCredentials, .currencyMismatch, .otherShop, .versionFellForward: .configuration
        case .invalidRequest, .costExceeded, .uploadSizeWrong: .local
        default: .remote
        }
    }

    /// What happened, as the end of a sentence that begins with what was being done.
    var meaning: String {
        switch self {
        case .badURL: "the shop's url is not an address like https://example.myshopify.com"
        case .insecureURL: "the shop's url is not encrypted"
        case .badCredentials: "the shop's credentials are not usable"
        case .currencyMismatch: "the shop's currency is not the configured one"
        case .otherShop: "this is another shop than the run was begun for"
        case .versionFellForward: "Shopify answered with another API version"
        case .unreachable: "no connection came about, nothing was sent"
        case .answerLost: "the connection ended before the answer was whole"
        case .timedOut: "no answer came in time"
        case .certificateRefused: "the server can't be trusted, and nothing was sent to it"
        case .tokenRefused: "Shopify does not know the access token"
        case .credentialsRefused: "Shopify gave no access token for this client id and secret"
        case .shopNotPermitted: "Shopify gives this app no access token for this shop"
        case .appNotInstalled: "Shopify gives no access token, since the app is not installed in this shop"
        case .frozen: "the shop is frozen"
        case .unavailable: "the shop is closed or paused"
        case .forbidden: "Shopify forbids the call"
        case .notFound: "there is no shop at this address"
        case .locked: "the shop is locked"
        case .securityRejection: "Shopify's security turned the request away"
        case .tooManyRequests: "Shopify was asked too often"
        case .serverFailed: "Shopify has a failure of its own"
        case .redirected: "Shopify sent us to another address"
        case .unexpectedStatus: "Shopify answered with a status that is not in use"
        case .throttled: "the call was put off again and again: the shop's budget of calls is used up"
        case .accessDenied: "the app lacks an access scope"
        case .giftCardsAbsent: "the shop shows this app no gift cards"
        case .bulkNotEnabled: "the app may not run bulk operations in this shop"
        case .internalError: "Shopify reported an internal error"
        case .invalidRequest: "Shopify does not take the request as valid"
        case .costExceeded: "the query costs more than a single one may"
        case .refused: "Shopify refused"
        case .malformedAnswer: "the answer cannot be read"
        case .htmlAnswer: "the answer is a web page"
        case .answerTooLarge: "the answer is larger than any should be"
        case .uploadRefused: "the upload store did not take the file"
        case .uploadTooLarge: "the upload store takes no file of this size"
        case .uploadSizeWrong: "the file has another length than was announced"
        case .downloadExpired: "the result file can't be fetched from this address"
        }
    }

    /// What a person does next.
    var advice: String {
        switch self {
        case .badURL: "Correct the shop's url; a query, a user name or a fragment has no place in it"
        case .insecureURL: "Write https://; http is for a sandbox on this machine only"
        case .badCredentials: "Set the token, or client_id and client_secret, without blanks or line breaks"
        case .currencyMismatch: "Set the shop's currency in the configuration, and see that the values are meant in it"
        case .otherShop: "Set the shop's url back until the run is at its end; its cards belong to that shop"
        case .versionFellForward: "Set api_version to a version that Shopify still supports"
        case .unreachable, .answerLost, .timedOut:
            "It is tried again; if it stays, look at the network and at status.shopify.com"
        case .certificateRefused:
            "See that the shop's url is right and that this machine trusts the certificate's authority"
        case .tokenRefused: "Set a valid token: it was withdrawn, mistyped, or belongs to another shop"
        case .credentialsRefused: "Check client_id and client_secret, and that the app is installed in this shop"
        case .shopNotPermitted:
            "App and shop must belong to one organization: make the app in the Dev Dashboard of the shop's own organization, install it in the shop, and set its client_id and client_secret; see also that the url is this shop's myshopify.com address"
        case .appNotInstalled:
            "Install the app in this shop (Dev Dashboard, the app, Install app), and see that the url is this shop's myshopify.com address"
        case .frozen:
            "The shop's owner must pay the shop's bill or choose a plan in Shopify's admin; then it goes on by itself"
        case .unavailable:
            "The shop's owner must open it again in Shopify's admin; if another shop is meant, correct the url"
        case .forbidden: "Check that the app is still installed and has its access scopes"
        case .notFound: "Correct the shop's url: it should be the shop's myshopify.com address"
        case .locked:
            "It is tried again every hour; if it stays, the shop's owner must ask Shopify's support why it is locked"
        case .securityRejection:
            "See that requests come from the expected machine and credentials, then ask Shopify's support"
        case .tooManyRequests, .throttled:
            "It is tried again; if it stays, see what else calls this shop with the same app"
        case .serverFailed, .internalError, .malformedAnswer, .answerTooLarge:
            "It is tried again; if it stays, look at status.shopify.com and tell Shopify's support the request id"
        case .redirected: "Set the shop's url to its myshopify.com address; nothing was followed"
        case .unexpectedStatus: "It is tried again; if it stays, check the shop's url"
        case .accessDenied: "Give the app the scope and install it again"
        case .giftCardsAbsent:
            "Give the app read_gift_cards and write_gift_cards and install it again; if it has them, the shop's plan has no gift cards for apps (a trial has none, older apps needed Shopify Plus and an approval): ask Shopify's support"
        case .bulkNotEnabled:
            "In the Partner Dashboard open the app, API access requests, and enable bulk mutations; Shopify takes the permission back after 31 days without one"
        case .invalidRequest, .costExceeded, .uploadSizeWrong:
            "This is a fault of Dropline: report it with this message"
        case .refused: "Fix what Shopify names, then run again"
        case .htmlAnswer: "Check the shop's url and what stands between: a proxy, or a page that asks for a password"
        case .uploadRefused: "It is tried again with a new upload"
        case .uploadTooLarge:
            "Set a smaller 'part_size' at the stage 'bulk-file' of the pipeline, then run it again from 'bulk-file'"
        case .downloadExpired:
            "The operation is asked for a new address, which it has for seven days"
        }
    }
}

extension ShopError {
    /// `main: creating a gift card: Shopify has a failure of its own (status 503). …`, what to do next, and whether the outcome is unknown.
    public var description: String {
        var facts: [String] = []
        if let status { facts.append("status \(status)") }
        if let detail { facts.append(detail) }
        if let requestID { facts.append("request \(requestID)") }
        if let cause = causeText { facts.append(cause) }
        var text = "\(shop): \(doing): \(code.meaning)"
        if !facts.isEmpty { text += " (\(facts.joined(separator: "; ")))" }
        text += ". "
        if isOutcomeUnknown {
            text += "Whether it was carried out is unknown, so the shop is asked before anything is sent again. "
        }
        return text + ((cause as? NetworkFault)?.cure ?? code.advice) + "."
    }

    /// What is known of the cause, without anything that a request carried.
    private var causeText: String? {
        switch cause {
        case let fault as NetworkFault: fault.description
        case let error as ShopError: error.codeName
        // Nobody knows what another error's text holds.
        case let error?: "\(type(of: error))"
        case nil: nil
        }
    }
}
