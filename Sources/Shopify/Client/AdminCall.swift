import Commerce
import Records

/// One document to be executed, with its variables.
///
/// The variables may hold a code: what describes a call shows its name only.
struct AdminCall: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// What a message says was being done.
    let doing: String
    /// The operation's name, for the log.
    let name: String
    let document: String
    let variables: JSONValue
    /// Whether sending it twice may make two of something.
    let creates: Bool
    /// About what it costs (reference, 2.2, 3.2 and 5.1), to wait in time.
    let cost: Double
    /// What its variables hold of codes, so that no answer's words repeat one.
    let scrubber: CodeScrubber

    init(
        _ name: String,
        _ document: String,
        variables: JSONValue,
        doing: String,
        creates: Bool = false,
        cost: Double,
        codes: [GiftCardCode] = []
    ) {
        self.name = name
        self.document = document
        self.variables = variables
        self.doing = doing
        self.creates = creates
        self.cost = cost
        scrubber = CodeScrubber(codes: codes)
    }

    var description: String { "the call \(name)" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: ["name": name]) }

    var body: [UInt8] {
        JSONValue.object(["query": .string(document), "variables": variables]).encoded()
    }
}

/// A readable answer to a call: `data` and `errors` as they came.
struct AdminReply: Sendable {
    /// `data`, unless it is `null`.
    let data: JSONValue?
    let errors: [AnswerError]
    let cost: QueryCost?
    let meaning: AnswerMeaning

    init(_ json: JSONValue, meaning: AnswerMeaning) {
        self.meaning = meaning
        data = json["data"]?.present
        errors = AnswerError.all(in: json, meaning.scrubber)
        cost = json["extensions"]?["cost"].map { cost in
            let status = cost["throttleStatus"]
            return QueryCost(
                requested: cost["requestedQueryCost"]?.figure,
                available: status?["currentlyAvailable"]?.figure,
                maximum: status?["maximumAvailable"]?.figure,
                restoreRate: status?["restoreRate"]?.figure
            )
        }
    }

    /// Whether the call was put off without being executed.
    var isThrottled: Bool { data == nil && errors.contains { $0.kind == .throttled } }

    /// The failure that `errors` tell; `nil` if there are none.
    func failure() -> ShopError? {
        guard !errors.isEmpty else { return nil }
        // What leaves the outcome open goes first; what was denied goes before what was invalid.
        for (kind, code) in Self.order {
            guard let error = errors.first(where: { $0.kind == kind }) else { continue }
            let detail = error.requiredAccess.map { "required: \($0)" } ?? error.message
            if kind == .document, let absent = errors.first(where: \.saysGiftCardsAreAbsent) {
                return meaning.error(.giftCardsAbsent, detail: absent.message)
            }
            let isUnknown = kind == .unknown || (kind == .throttled && data != nil)
            return meaning.error(code, detail: detail, isOutcomeUnknown: isUnknown)
        }
        return nil
    }

    private static let order: [(AnswerError.Kind, ShopError.Code)] = [
        (.unknown, .internalError), (.throttled, .throttled), (.denied, .accessDenied), (.tooCostly, .costExceeded),
        (.document, .invalidRequest), (.input, .invalidRequest),
    ]
}
