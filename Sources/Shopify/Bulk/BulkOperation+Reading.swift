import Records
import Sealing

extension BulkOperation {
    /// Reads an operation; `nil` without id or status.
    init?(_ json: JSONValue) {
        guard let id = json["id"]?.string, !id.isEmpty, let status = json["status"]?.string else { return nil }
        self.init(
            id: id,
            status: Status(status),
            errorCode: json["errorCode"]?.string,
            objectCount: json["objectCount"]?.whole,
            fileSize: json["fileSize"]?.whole,
            url: (json["url"]?.string).map { Secret($0) },
            partialDataURL: (json["partialDataUrl"]?.string).map { Secret($0) },
            createdAt: json["createdAt"]?.string ?? "",
            query: json["query"]?.string ?? ""
        )
    }

    /// The operations that the sentence on others in progress names; read before the sentence is scrubbed.
    static func ids(in payload: JSONValue) -> [String] {
        let sentences = payload["userErrors"]?.array?.compactMap { $0["message"]?.string } ?? []
        return sentences.joined(separator: " ").split { $0 == " " || $0 == "," }.compactMap { word in
            let id = word.hasSuffix(".") ? word.dropLast() : word
            let number = id.dropFirst(Self.idPrefix.count)
            return id.hasPrefix(Self.idPrefix) && !number.isEmpty && number.allSatisfy { $0.isASCII && $0.isNumber }
                ? String(id) : nil
        }
    }

    private static let idPrefix = "gid://shopify/BulkOperation/"
}

extension BulkOperation.Status {
    /// Reads the schema's word; any other is kept as it is.
    init(_ word: String) {
        self =
            switch word {
            case "CREATED": .created
            case "RUNNING": .running
            case "COMPLETED": .completed
            case "CANCELING": .canceling
            case "CANCELED": .canceled
            case "FAILED": .failed
            case "EXPIRED": .expired
            default: .unrecognized(word)
            }
    }

    /// The schema's word: `RUNNING`.
    public var word: String {
        switch self {
        case .created: "CREATED"
        case .running: "RUNNING"
        case .completed: "COMPLETED"
        case .canceling: "CANCELING"
        case .canceled: "CANCELED"
        case .failed: "FAILED"
        case .expired: "EXPIRED"
        case .unrecognized(let word): word
        }
    }
}

extension BulkStart {
    /// Tells the refusals apart; `code` is often absent, so the sentence counts too (reference, 2.4).
    init(refusedWith errors: [UserError], operations: [String]) {
        func first(_ codes: Set<String>, _ sentence: String) -> UserError? {
            errors.first { $0.code.map(codes.contains) == true || $0.message.lowercased().contains(sentence) }
        }
        if first(["OPERATION_IN_PROGRESS", "LIMIT_REACHED"], "already in progress") != nil {
            self = .busy(operations: operations)
        } else if first([], "must use an allowed mutation name") != nil {
            self = .mutationNotAllowed
        } else if first(["NO_SUCH_FILE"], "file could not be found") != nil {
            self = .noSuchFile
        } else if let error = first(["INVALID_STAGED_UPLOAD_FILE"], "the input file") {
            self = .invalidFile(error)
        } else if first(["INTERNAL_FILE_SERVER_ERROR"], "problem reading the jsonl file") != nil {
            self = .fileUnreadable
        } else {
            self = .refused(errors)
        }
    }
}

extension UserError {
    /// Whether Shopify says that bulk operations must be enabled for the app first; its exact words are not known (reference, 9).
    var saysBulkIsNotEnabled: Bool {
        let sentence = message.lowercased()
        return code == "ACCESS_DENIED"
            || (sentence.contains("bulk")
                && (sentence.contains("enable") || sentence.contains("access denied")
                    || sentence.contains("not permitted")))
    }
}

extension AnswerError {
    /// Whether a denial asks for an access scope such as `write_gift_cards`.
    var namesScope: Bool {
        let text = requiredAccess ?? message
        return text.contains("read_") || text.contains("write_")
    }
}
