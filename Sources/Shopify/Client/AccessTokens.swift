import Commerce
import Logging
import Records
import Sealing

/// The access token of the moment: the configured one, or one of 24 hours that is asked for and renewed here.
///
/// Callers that need a new token at the same time share one request for it.
actor AccessTokens {
    private struct Lease {
        let token: Secret
        let renewAt: Duration
    }

    private let settings: ShopSettings
    private let address: ShopAddress
    private let exchange: Exchange
    private let timing: ShopTiming
    private let logger: Logger
    private var lease: Lease?
    private var isRenewing = false
    private var waiting: [CheckedContinuation<Result<Secret, ShopError>?, Never>] = []

    init(settings: ShopSettings, address: ShopAddress, exchange: Exchange, timing: ShopTiming, logger: Logger) {
        self.settings = settings
        self.address = address
        self.exchange = exchange
        self.timing = timing
        self.logger = logger
    }

    /// A token to send.
    ///
    /// - Parameter refused: A token that Shopify has just refused, and that is not to be given again.
    /// - Returns: A token that is good for some minutes at least.
    /// - Throws: `ShopError`, or `CancellationError`.
    func token(otherThan refused: Secret? = nil) async throws -> Secret {
        guard case .client(let id, let secret) = settings.credentials else {
            guard case .token(let token) = settings.credentials else {
                preconditionFailure("there are two kinds of credentials")
            }
            return token
        }
        while true {
            if let lease, lease.token.reveal() != refused?.reveal(), timing.now() < lease.renewAt { return lease.token }
            guard isRenewing else { return try await renew(id: id, secret: secret) }
            // Nothing comes if the one who asked was cancelled: then another asks.
            if let result = await withCheckedContinuation({ waiting.append($0) }) { return try result.get() }
            try Task.checkCancellation()
        }
    }

    /// The secrets that are sent at present.
    var secrets: [Secret] {
        switch settings.credentials {
        case .token(let token): [token]
        case .client(_, let secret): [secret] + (lease.map { [$0.token] } ?? [])
        }
    }

    private func renew(id: String, secret: Secret) async throws -> Secret {
        isRenewing = true
        let result: Result<Secret, ShopError>?
        do {
            let new = try await request(id: id, secret: secret)
            lease = new
            result = .success(new.token)
        } catch let error as ShopError {
            result = .failure(error)
        } catch {
            result = nil
        }
        isRenewing = false
        let others = waiting
        waiting = []
        for other in others { other.resume(returning: result) }
        guard let result else { throw CancellationError() }
        return try result.get()
    }

    private func request(id: String, secret: Secret) async throws -> Lease {
        let doing = "asking for an access token"
        let form = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret.reveal())]
        let body = form.map { "\($0)=\(Self.formEncoded($1))" }.joined(separator: "&")
        let answer = try await exchange.post(
            Array(body.utf8),
            to: address.accessToken,
            headers: [("content-type", "application/x-www-form-urlencoded")],
            doing: doing,
            creates: false
        )
        logger.debug("access token answered", metadata: ["shop": "\(settings.name)", "status": "\(answer.status)"])
        let meaning = AnswerMeaning(
            answer,
            doing: doing,
            shop: settings.name,
            creates: false,
            scrubber: CodeScrubber(secrets: [secret, Secret(Self.formEncoded(secret.reveal()))])
        )
        if [400, 401, 403].contains(answer.status) { throw Self.refusal(meaning) }
        if let failure = meaning.statusFailure() { throw failure }
        guard let json = meaning.json(), let token = json["access_token"]?.string, Self.isToken(token) else {
            throw meaning.unreadable()
        }
        // No token is kept into its last five minutes, nor into the last tenth of a short life.
        let life = json["expires_in"]?.figure ?? 3600
        let margin = min(300, life / 10)
        return Lease(token: Secret(token), renewAt: timing.now() + .seconds(max(0, life - margin)))
    }

    /// Why there is no token.
    ///
    /// Shopify says so in JSON (RFC 6749, 5.2), in plain text or on a page: `Oauth error shop_not_permitted: Client credentials cannot be performed on this shop.`
    /// (https://shopify.dev/docs/apps/build/dev-dashboard/get-api-access-tokens).
    private static func refusal(_ meaning: AnswerMeaning) -> ShopError {
        let words = meaning.words
        let code: ShopError.Code =
            switch words ?? "" {
            case _ where meaning.saysShopIsUnavailable: .unavailable
            case let words
            where words.contains("shop_not_permitted") || words.contains("cannot be performed on this shop"):
                .shopNotPermitted
            case let words where words.contains("app_not_installed"): .appNotInstalled
            default: .credentialsRefused
            }
        return meaning.error(code, detail: words)
    }

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// `application/x-www-form-urlencoded`, with everything but letters, digits and `-._~` as `%XX`.
    static func formEncoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let hex = String(byte, radix: 16, uppercase: true)
                result += hex.count == 1 ? "%0\(hex)" : "%\(hex)"
            }
        }
        return result
    }
}
