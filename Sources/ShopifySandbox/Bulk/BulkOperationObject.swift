import Foundation

/// A bulk operation as the API shows it.
struct BulkOperationObject: ShopObject {
    let operation: BulkOperationRecord
    let call: Call

    var typeName: String { "BulkOperation" }

    func resolve(_ field: String, _ arguments: JSONObject) throws(FieldError) -> Resolved {
        switch field {
        case "id": .text(operation.id)
        case "status": .text(operation.status.rawValue)
        case "type": .text("MUTATION")
        case "errorCode": .text(operation.errorCode)
        case "createdAt": .text(Timestamp.text(operation.createdAt))
        case "completedAt": .text(operation.completedAt.map(Timestamp.text))
        case "objectCount", "rootObjectCount": .text(String(operation.objectCount))
        case "fileSize": .text(operation.fileSize.map(String.init))
        case "query": .text(operation.query)
        case "url": .text(operation.result == .whole ? ResultAddress(operation).url(call.base) : nil)
        case "partialDataUrl": .text(operation.result == .partial ? ResultAddress(operation).url(call.base) : nil)
        default: .null
        }
    }
}

/// A signed address of a result, valid for seven days after the end of the operation; signed each time that it is asked for.
struct ResultAddress {
    static let lifetime: TimeInterval = 7 * 86_400

    private let operation: BulkOperationRecord
    private let salt: String

    /// A new address.
    init(_ operation: BulkOperationRecord) {
        self.operation = operation
        salt = MD5.hex(UUID().uuidString.utf8)
    }

    /// The address that has a signature; its own signature is another one if nobody gave out that one.
    init(_ operation: BulkOperationRecord, signature: String) {
        self.operation = operation
        salt = Data(base64Encoded: signature).map { String(decoding: $0.prefix(32), as: UTF8.self) } ?? ""
    }

    var path: String { "/bulk-operation-outputs/\(operation.resultName)" }

    var expires: Int { Int((operation.completedAt ?? operation.createdAt).timeIntervalSince1970 + Self.lifetime) }

    /// Not a signature that means anything: text that only the sandbox can have made.
    var signature: String {
        Data((salt + MD5.hex("\(operation.secret)\(operation.seed)\(expires)\(salt)".utf8)).utf8).base64EncodedString()
    }

    func url(_ base: String) -> String {
        let name = "bulk-\(operation.number).jsonl"
        let signature = signature.replacingOccurrences(of: "+", with: "%2B").replacingOccurrences(of: "/", with: "%2F")
            .replacingOccurrences(of: "=", with: "%3D")
        return "\(base)\(path)?GoogleAccessId=assets-us-prod%40shopify-tiers.iam.gserviceaccount.com"
            + "&Expires=\(expires)&Signature=\(signature)"
            + "&response-content-disposition=attachment%3B+filename%3D%22\(name)%22%3B+filename%2A%3DUTF-8%27%27\(name)"
            + "&response-content-type=application%2Fjsonl"
    }
}

/// Finds bulk operations by a search text.
struct BulkOperationSearch {
    let call: Call

    /// The numbers found in the order asked for; without `reverse` the newest comes first: so captured.
    func numbers(_ field: String, _ arguments: JSONObject) throws(FieldError) -> [Int] {
        var operations = call.store.operationNumbers.reversed().compactMap { call.store.operations[$0] }
        if let text = arguments["query"]?.string, !text.isEmpty {
            let query = SearchQuery(text)
            let warnings = try SearchRules.bulkOperations.warnings(for: query)
            if !warnings.isEmpty {
                call.searches.append([
                    "path": .strings([field]), "query": .string(text), "parsed": query.parsed,
                    "warnings": .array(warnings),
                ])
            }
            operations = operations.filter { operation in query.matches { Self.matches(operation, $0) } }
        }
        if arguments["sortKey"]?.string == "COMPLETED_AT" {
            let ended = operations.filter { $0.completedAt != nil }.sorted {
                ($0.completedAt ?? .distantPast, $0.number) > ($1.completedAt ?? .distantPast, $1.number)
            }
            operations = ended + operations.filter { $0.completedAt == nil }
        }
        let numbers = operations.map(\.number)
        return arguments["reverse"]?.bool == true ? numbers.reversed() : numbers
    }

    private static func matches(_ operation: BulkOperationRecord, _ term: SearchQuery) -> Bool {
        guard case .field(let name, let comparator, let value) = term else { return true }
        switch name {
        case "id":
            guard let number = Int(SearchRules.tail(value)) else { return false }
            return SearchRules.compare(operation.number, comparator, number)
        case "created_at": return SearchRules.compare(operation.createdAt, comparator, text: value)
        case "operation_type": return value.lowercased() == "mutation"
        case "status": return operation.status.rawValue.lowercased() == value.lowercased()
        default: return true
        }
    }
}
