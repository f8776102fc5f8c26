import Foundation

extension Shop {
    /// Grants a token for client credentials, sent as a form or as JSON.
    func grantToken(_ body: [UInt8]) -> Reply {
        defer { save() }
        if let fault = store.faults.take(.shopNotPermitted) {
            return .text(400, Self.oauthPage(fault.text ?? "shop_not_permitted"))
        }
        let text = String(decoding: body, as: UTF8.self)
        let fields: [String: String]
        if let object = (try? JSONParser.parse(body))?.object {
            fields = Dictionary(
                object.members.compactMap { member in member.value.string.map { (member.key, $0) } },
                uniquingKeysWith: { $1 }
            )
        } else {
            fields = Form.fields(text)
        }
        guard fields["grant_type"] == "client_credentials" else {
            return .json(
                400,
                ["error": "unsupported_grant_type", "error_description": "The grant type is not supported"]
            )
        }
        guard fields["client_id"] == configuration.clientID, fields["client_secret"] == configuration.clientSecret
        else {
            return .json(400, ["error": "invalid_client", "error_description": "Client authentication failed"])
        }
        let token = store.makeUp { "shpat_" + $0.hex(32) }
        store.keep(token: token, until: store.now + TimeInterval(configuration.tokenLifetime))
        return .json(
            200,
            [
                "access_token": .string(token), "scope": .string(configuration.scopes.joined(separator: ",")),
                "expires_in": .int(configuration.tokenLifetime),
            ]
        )
    }
}

extension Shop {
    /// The page with which Shopify answers a request that it grants no token to: the title has the word, the body the sentence.
    private static func oauthPage(_ word: String) -> String {
        let sentences = [
            "shop_not_permitted": "Client credentials cannot be performed on this shop.",
            "app_not_installed": "The application is not installed on this shop.",
        ]
        let sentence = sentences[word].map { ": \($0)" } ?? ""
        return """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>400 - Oauth error \(word)</title></head>
            <body><div class="main"><h1>Something went wrong</h1><p>Oauth error \(word)\(sentence)</p></div></body></html>
            """
    }
}

/// Texts of forms and addresses: `a=b&c=d%20e`.
enum Form {
    static func fields(_ text: some StringProtocol) -> [String: String] {
        var fields: [String: String] = [:]
        for part in text.split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = pair.count == 2 ? pair[1].replacingOccurrences(of: "+", with: " ") : ""
            fields[pair[0].removingPercentEncoding ?? String(pair[0])] = value.removingPercentEncoding ?? value
        }
        return fields
    }
}
