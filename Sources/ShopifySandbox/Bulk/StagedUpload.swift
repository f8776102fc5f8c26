import Foundation

/// A place for a file that `stagedUploadsCreate` gave out.
struct StagedUpload: Sendable {
    let key: String
    let mimeType: String
    let method: String
    let createdAt: Date
    /// The signature that the upload must bring.
    let signature: String
    /// How many bytes were stored; nil until the upload.
    var byteCount: Int?

    static let lifetime: TimeInterval = 86_400
    static let putLifetime: TimeInterval = 604_800
    static let account = "merchant-assets@shopify-tiers.iam.gserviceaccount.com"

    var fileName: String { String(MD5.hex(key.utf8)) }
    var credential: String { "\(Self.account)/\(Timestamp.compact(createdAt).prefix(8))/auto/storage/goog4_request" }

    /// The form's parameters in the order of the real answer.
    func parameters(maximumBytes: Int) -> [(name: String, value: String)] {
        [
            ("Content-Type", mimeType),
            ("success_action_status", "201"),
            ("acl", "private"),
            ("key", key),
            ("x-goog-date", Timestamp.compact(createdAt)),
            ("x-goog-credential", credential),
            ("x-goog-algorithm", "GOOG4-RSA-SHA256"),
            ("x-goog-signature", signature),
            ("policy", policy(maximumBytes: maximumBytes)),
        ]
    }

    private func policy(maximumBytes: Int) -> String {
        let conditions: [JSON] = [
            ["Content-Type": .string(mimeType)], ["success_action_status": "201"], ["acl": "private"],
            .array(["content-length-range", .int(1), .int(maximumBytes)]),
            ["bucket": "shopify-staged-uploads"], ["key": .string(key)],
            ["x-goog-date": .string(Timestamp.compact(createdAt))],
            ["x-goog-credential": .string(credential)], ["x-goog-algorithm": "GOOG4-RSA-SHA256"],
        ]
        let policy: JSON = [
            "conditions": .array(conditions), "expiration": .string(Timestamp.text(createdAt + Self.lifetime)),
        ]
        var writer = JSONWriter(escapesSlashes: true)
        writer.write(policy)
        return Data(writer.bytes).base64EncodedString()
    }
}

extension StagedUpload {
    /// The record for the journal.
    var json: JSON {
        var object: JSONObject = [
            "key": .string(key), "mimeType": .string(mimeType), "method": .string(method),
            "createdAt": .date(createdAt), "signature": .string(signature),
        ]
        if let byteCount { object.append("bytes", .int(byteCount)) }
        return .object(object)
    }

    init?(_ json: JSON) {
        guard let key = json["key"]?.string, let mimeType = json["mimeType"]?.string,
            let method = json["method"]?.string, let createdAt = json["createdAt"]?.date,
            let signature = json["signature"]?.string
        else { return nil }
        self.init(
            key: key,
            mimeType: mimeType,
            method: method,
            createdAt: createdAt,
            signature: signature,
            byteCount: json["bytes"]?.int
        )
    }
}
