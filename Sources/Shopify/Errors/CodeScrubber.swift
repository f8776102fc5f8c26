/// Takes out of a text whatever could be a gift card code or a token.
///
/// Shopify's messages may quote what was sent. A word of eight or more letters and digits is replaced by `…` unless it is one that Shopify's messages are known to use:
/// a code may be typed by hand and need not hold a digit. `Code abcd1234efgh is bad` gives `Code … is bad`.
enum CodeScrubber {
    /// The text without anything like a code, cut at 300 characters.
    static func scrubbed(_ text: String) -> String {
        var result = ""
        var word = ""
        var length = 0
        for character in text {
            if length == 300 {
                // A word that is cut could no longer be told from a harmless one.
                return result + "…"
            }
            length += 1
            if isWordCharacter(character) {
                word.append(character)
            } else {
                result += finished(word)
                word = ""
                result.append(character.isNewline ? " " : character)
            }
        }
        return result + finished(word)
    }

    private static func isWordCharacter(_ character: Character) -> Bool {
        character == "-" || character == "_" || (character.isASCII && (character.isLetter || character.isNumber))
    }

    private static func finished(_ word: String) -> String {
        let parts = word.split { $0 == "-" || $0 == "_" }
        let count = parts.reduce(0) { $0 + $1.count }
        guard count >= 8, !isScope(word) else { return word }
        let isSuspect =
            word.contains(where: \.isNumber)
            || parts.contains { $0.count >= 8 && !knownWords.contains($0.lowercased()) }
            || (parts.count > 2 && !word.contains("_"))
        return isSuspect ? "…" : word
    }

    /// Whether the word is an access scope such as `read_products`, which a person must see to grant it; no code has an underscore.
    private static func isScope(_ word: String) -> Bool {
        (word.hasPrefix("read_") || word.hasPrefix("write_")) && !word.contains(where: \.isNumber)
            && !word.contains("-")
    }

    /// Words of eight and more letters from the messages that were captured, and names of the schema.
    private static let knownWords: Set<String> = Set(
        """
        accepted accessscopes anything apiversion applicable approval approved argument arguments attribute
        authentication authorization authorized available bulkmutation bulkoperation bulkoperationrunmutation
        bulkoperations bulkoperationssortkeys character characters completed concurrent configuration configured
        connection connections containing contains contents correctly createdat currencies currency currencycode
        currentappinstallation currently customer customercreate customerid customers database deactivated deadline
        declared definition deprecated described description directive disabled document documents duplicate
        duplicated exceeded executed execution existing expected expireson extension extensions external failures
        filename forbidden fragment giftcard giftcardconfiguration giftcardcreate giftcardcreateinput
        giftcardcreatepayload giftcardlookup giftcardrecipientinput giftcards identifier implement incorrect
        initialamount initialvalue inputobject installed internal interval inventory issuelimit lastcharacters
        lifetime limitation location locations maintenance malformed merchant moneyinput multiple mutation mutations
        myshopify negative notification notifications operation operations optional original otherwise parameter
        parameters partially partners password payments permission permissions permitted position positive possible
        preferred preferredname presence previous problems processed processing progress provided provider providing
        purchase quantity receiving recipient recipientattributes recognized rejected remaining repeated requested
        requests required requires reserved resource response restricted resulted returned scheduled
        schemadefinition security selected selection sendnotificationat separate settings shopprofile something
        specific specified stagedtargets stageduploadinput stageduploadpath stageduploadscreate standard starting
        statement submitted subscription succeeded successful supplied supported supports suspended templatesuffix
        temporarily temporary throttled timeouts timestamp together transaction transactions transient truncated
        unauthorized unavailable undefined unexpected unrecognized unsupported uploaded uploading usererrors
        validation variable variables verification versions whitelisted
        """.split { $0.isWhitespace }.map(String.init)
    )
}
