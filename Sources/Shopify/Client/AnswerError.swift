import Records

/// One entry of an answer's top-level `errors`.
///
/// `extensions.value`, which repeats what was sent, is never read; what is read of it is scrubbed.
struct AnswerError: Sendable {
    /// What a code of Shopify's tells about the call.
    enum Kind: Sendable {
        /// The document itself is wrong: no call with it can succeed.
        case document
        /// The variables are wrong: this call was not executed.
        case input
        case throttled, denied, tooCostly
        /// Shopify failed while it worked, or a word nobody has described: the call may have been executed.
        case unknown
    }

    let message: String
    let code: String?
    let path: [String]
    /// The scope that `ACCESS_DENIED` asks for.
    let requiredAccess: String?
    /// Whether the schema that the shop shows this app has no gift cards: by its plan, or for want of a scope.
    ///
    /// `Field 'giftCards' doesn't exist on type 'QueryRoot'` (https://github.com/Shopify/shopify-api-js/issues/270); a field that our own types lack is none of it.
    let saysGiftCardsAreAbsent: Bool
    private let hasProblems: Bool

    init(_ json: JSONValue, _ scrubber: CodeScrubber) {
        // Shopify's 401 has a bare text in place of the list (reference, 5.1).
        let text = json.string ?? json["message"]?.string ?? ""
        message = text.contains { !$0.isWhitespace } ? scrubber.scrubbed(text) : "no message"
        saysGiftCardsAreAbsent =
            text.hasPrefix("GiftCardCreateInput isn't a defined input type")
            || (text.hasPrefix("Field 'giftCard")
                && (text.hasSuffix("doesn't exist on type 'QueryRoot'")
                    || text.hasSuffix("doesn't exist on type 'Mutation'")))
        let extensions = json["extensions"]
        code = extensions?["code"]?.string
        path = (json["path"]?.array ?? []).compactMap { $0.string ?? $0.whole.map(String.init) }
        requiredAccess = (extensions?["requiredAccess"]?.string).map(scrubber.scrubbed)
        hasProblems = extensions?["problems"]?.array != nil || text.hasPrefix("Variable $")
    }

    var kind: Kind {
        switch code {
        case "THROTTLED": .throttled
        case "ACCESS_DENIED": .denied
        case "MAX_COST_EXCEEDED": .tooCostly
        case "INVALID_VARIABLE", "INVALID_FIELD_ARGUMENTS", "RESOURCE_NOT_FOUND", "BAD_REQUEST",
            "MAX_INPUT_SIZE_EXCEEDED":
            .input
        case let code? where Self.documentCodes.contains(code): .document
        // The documentation prints a validation error without its code.
        case nil where hasProblems: .input
        default: .unknown
        }
    }

    /// graphql-ruby's words for a document that the schema does not allow.
    private static let documentCodes: Set<String> = [
        "undefinedField", "argumentNotAccepted", "argumentLiteralsIncompatible", "missingRequiredArguments",
        "missingRequiredInputObjectAttribute",
        "selectionMismatch", "undefinedType", "undefinedDirective", "variableNotUsed", "variableNotDefined",
        "variableMismatch",
        "variableRequiresValidType", "PARSE_ERROR",
    ]

    /// The entries of `errors`, which may also be a single text; none if there are none.
    static func all(in answer: JSONValue, _ scrubber: CodeScrubber) -> [AnswerError] {
        guard let errors = answer["errors"]?.present else { return [] }
        return errors.array?.map { AnswerError($0, scrubber) } ?? [AnswerError(errors, scrubber)]
    }
}

extension UserError {
    /// Reads the entries of a payload's `userErrors`; `nil` if there is no list.
    static func all(in payload: JSONValue, _ scrubber: CodeScrubber) -> [UserError]? {
        payload["userErrors"]?.array?.map {
            UserError(
                code: $0["code"]?.string,
                field: ($0["field"]?.array ?? []).compactMap(\.string),
                message: $0["message"]?.string ?? "no message",
                scrubber
            )
        }
    }
}

extension AnswerError {
    /// The sentence of a payload's `userErrors` by which the shop shows this app no gift cards; `nil` if there is none.
    static func giftCardsAbsent(in payload: JSONValue, _ scrubber: CodeScrubber) -> String? {
        payload["userErrors"]?.array?.lazy.map { AnswerError($0, scrubber) }.first(where: \.saysGiftCardsAreAbsent)?
            .message
    }
}
