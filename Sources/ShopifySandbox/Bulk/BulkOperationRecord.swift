import Foundation

/// A bulk operation in the shop.
struct BulkOperationRecord: Sendable {
    enum Status: String, Sendable {
        case created = "CREATED"
        case running = "RUNNING"
        case completed = "COMPLETED"
        case canceling = "CANCELING"
        case canceled = "CANCELED"
        case failed = "FAILED"
        case expired = "EXPIRED"

        var isUnderWay: Bool { self == .created || self == .running || self == .canceling }
    }

    /// Where the result can be had.
    enum Result: String, Sendable {
        case none, whole, partial
    }

    let number: Int
    let query: String
    let version: APIVersion
    let uploadKey: String
    let createdAt: Date
    var status = Status.created
    var errorCode: String?
    var completedAt: Date?
    var lineCount = 0
    /// How many lines of the shuffled order are done.
    var position = 0
    /// How many lines were executed.
    var objectCount = 0
    /// How many bytes of result were written so far.
    var resultBytes = 0
    var fileSize: Int?
    var result = Result.none
    /// What the result's address is made of; nobody can guess it.
    let secret: String
    let seed: UInt64
    var faults: [SandboxFault] = []
    /// The signatures of addresses that expired before their time.
    var expired: [String] = []

    var id: String { "gid://shopify/BulkOperation/\(number)" }
    var resultName: String { "\(secret)-final" }

    func fault(_ kind: SandboxFault.Kind) -> SandboxFault? { faults.first { $0.kind == kind } }

    var view: SandboxOperation {
        SandboxOperation(
            id: id,
            status: status.rawValue,
            errorCode: errorCode,
            query: query,
            lineCount: lineCount,
            objectCount: objectCount,
            createdAt: Timestamp.text(createdAt),
            completedAt: completedAt.map(Timestamp.text)
        )
    }
}

extension BulkOperationRecord {
    /// The record for the journal.
    var json: JSON {
        var object: JSONObject = [
            "number": .int(number), "query": .string(query), "version": .string(version.rawValue),
            "upload": .string(uploadKey), "createdAt": .date(createdAt), "status": .string(status.rawValue),
            "lines": .int(lineCount), "position": .int(position), "objects": .int(objectCount),
            "bytes": .int(resultBytes), "result": .string(result.rawValue), "secret": .string(secret),
            "seed": .number(String(seed)), "faults": .array(faults.map(\.json)),
        ]
        if !expired.isEmpty { object.append("expired", .array(expired.map { .string($0) })) }
        if let errorCode { object.append("errorCode", .string(errorCode)) }
        if let completedAt { object.append("completedAt", .date(completedAt)) }
        if let fileSize { object.append("fileSize", .int(fileSize)) }
        return .object(object)
    }

    init?(_ json: JSON) {
        guard let number = json["number"]?.int, let query = json["query"]?.string,
            let version = json["version"]?.string.flatMap(APIVersion.init(rawValue:)),
            let uploadKey = json["upload"]?.string, let createdAt = json["createdAt"]?.date,
            let status = json["status"]?.string.flatMap(Status.init), let secret = json["secret"]?.string,
            case .number(let seed)? = json["seed"], let seed = UInt64(seed)
        else { return nil }
        self.number = number
        self.query = query
        self.version = version
        self.uploadKey = uploadKey
        self.createdAt = createdAt
        self.status = status
        self.secret = secret
        self.seed = seed
        errorCode = json["errorCode"]?.string
        completedAt = json["completedAt"]?.date
        lineCount = json["lines"]?.int ?? 0
        position = json["position"]?.int ?? 0
        objectCount = json["objects"]?.int ?? 0
        resultBytes = json["bytes"]?.int ?? 0
        fileSize = json["fileSize"]?.int
        result = json["result"]?.string.flatMap(Result.init) ?? .none
        expired = (json["expired"]?.array ?? []).compactMap(\.string)
        faults = (json["faults"]?.array ?? []).compactMap { try? SandboxFault($0) }
    }
}
