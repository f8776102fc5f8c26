import Records

/// Shopify's own words, whatever form they come in; all are scrubbed.
extension AnswerMeaning {
    /// What the answer says of itself: the errors of its JSON, else the title of its page, or its one line of plain text.
    var words: String? {
        let texts = json().map(Self.texts) ?? (plainText.map { [$0] } ?? [])
        let said = texts.filter { $0.contains { !$0.isWhitespace } }.prefix(3).joined(separator: ": ")
        return said.isEmpty ? pageWords : scrubber.scrubbed(said)
    }

    /// What a page for people says: what it calls an OAuth error, else its title.
    var pageWords: String? {
        guard isPage else { return nil }
        let text = String(decoding: answer.body.prefix(Self.mostRead), as: UTF8.self)
        return (Page.oauthError(in: text) ?? Page.title(of: text)).map(scrubber.scrubbed)
    }

    /// Whether the body is a page for people.
    var isPage: Bool {
        if answer.header("content-type")?.lowercased().hasPrefix("text/html") == true { return true }
        return answer.body.first { $0 > 0x20 } == UInt8(ascii: "<")
    }

    /// Whether the shop is closed, paused or without a plan: `{"errors":"Unavailable Shop"}`, as 402 or 403.
    var saysShopIsUnavailable: Bool { words?.lowercased().contains("unavailable shop") == true }

    /// `errors` as a text, a list or an object, and OAuth's `error` with its description (https://www.rfc-editor.org/rfc/rfc6749#section-5.2).
    private static func texts(in json: JSONValue) -> [String] {
        if let text = json["error_description"]?.string { return [json["error"]?.string, text].compactMap { $0 } }
        if let text = json["error"]?.string { return [text] }
        guard let errors = json["errors"]?.present else { return [] }
        if let list = errors.array { return list.prefix(1).compactMap { $0.string ?? $0["message"]?.string } }
        if let members = errors.object {
            return members.members.flatMap { member in
                member.value.string.map { [$0] } ?? member.value.array?.compactMap(\.string) ?? []
            }
        }
        return errors.string.map { [$0] } ?? []
    }

    /// A short body that is neither JSON nor a page.
    private var plainText: String? {
        guard json() == nil, answer.body.first(where: { $0 > 0x20 }) != UInt8(ascii: "<"), answer.body.count <= 1_000
        else {
            return nil
        }
        return String(decoding: answer.body, as: UTF8.self)
    }

    private static let mostRead = 65_536
}

/// The two places of an HTML page where Shopify says what is the matter.
private enum Page {
    /// `Oauth error shop_not_permitted: Client credentials cannot be performed on this shop.`; the page's title has it without its sentence.
    static func oauthError(in text: String) -> String? {
        text.split(separator: "Oauth error ").dropFirst()
            .map { "Oauth error " + $0.prefix { $0 != "<" && $0 != "\"" && !$0.isNewline } }
            .max { $0.count < $1.count }
            .map(plain)
    }

    static func title(of text: String) -> String? {
        let parts = text.split(separator: "<title", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let title = plain(String(parts[1].drop { $0 != ">" }.dropFirst().prefix { $0 != "<" }))
        return title.isEmpty ? nil : title
    }

    /// The text without its entities and the white space around it.
    private static func plain(_ text: String) -> String {
        let entities = [("&#39;", "'"), ("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")]
        let said = entities.reduce(text) { $0.replacing($1.0, with: $1.1) }
        return said.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
