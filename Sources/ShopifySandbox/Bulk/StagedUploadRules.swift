import Foundation

/// Gives out places for uploads.
struct StagedUploadRules {
    let call: Call

    private var store: Store { call.store }

    func create(_ inputs: [JSON]) -> Resolved {
        var targets: [Resolved] = []
        var errors: [UserError] = []
        for (index, input) in inputs.enumerated() {
            if let (field, message) = Self.refusal(of: input) {
                // What is refused keeps its place among the targets: so captured.
                targets.append(target(url: nil, resource: nil, []))
                errors.append(UserError(field: ["input", String(index), field], message: message))
            } else {
                targets.append(target(input))
            }
        }
        return .object(
            PlainObject(
                typeName: "StagedUploadsCreatePayload",
                fields: [
                    "stagedTargets": .list(targets), "userErrors": PlainObject.userErrors(errors, "UserError"),
                ]
            )
        )
    }

    /// The member of an input that is at fault, and why; in captured words, save for what the sandbox alone doesn't stage.
    private static func refusal(of input: JSON) -> (field: String, message: String)? {
        let mimeType = input["mimeType"]?.string ?? ""
        let hasSize = input["fileSize"].map { !$0.isNull } ?? false
        switch input["resource"]?.string {
        case "BULK_MUTATION_VARIABLES":
            return nil
        case "VIDEO" where !hasSize:
            return ("fileSize", "file size is required for video resources")
        case "MODEL_3D" where !hasSize:
            return ("fileSize", "file size is required for 3D model resources")
        case "IMAGE" where !mimeType.hasPrefix("image/"):
            return ("mimeType", "\(input["filename"]?.string ?? ""): (\(mimeType)) is not a recognized format")
        default:
            return ("resource", "The sandbox stages BULK_MUTATION_VARIABLES only")
        }
    }

    private func target(_ input: JSON) -> Resolved {
        let name = (input["filename"]?.string ?? "file").replacingOccurrences(of: "/", with: "_")
        let key = "tmp/\(store.shopNumber)/bulk/\(uuid())/\(name)"
        let upload = StagedUpload(
            key: key,
            mimeType: input["mimeType"]?.string ?? "text/jsonl",
            method: input["httpMethod"]?.string ?? "PUT",
            createdAt: store.now,
            signature: store.makeUp { $0.hex(512) }
        )
        store.keep(upload)
        guard upload.method == "POST" else {
            let address = "\(call.base)/staged-uploads/\(key)?\(upload.query)"
            return target(
                url: address,
                resource: address,
                [("content_type", upload.mimeType), ("acl", "private")]
            )
        }
        let url = "\(call.base)/staged-uploads/"
        return target(
            url: url,
            resource: url,
            upload.parameters(maximumBytes: store.configuration.maximumFileBytes)
        )
    }

    private func target(url: String?, resource: String?, _ parameters: [(name: String, value: String)]) -> Resolved {
        let parameters = parameters.map { parameter in
            Resolved.object(
                PlainObject(
                    typeName: "StagedUploadParameter",
                    fields: ["name": .text(parameter.name), "value": .text(parameter.value)]
                )
            )
        }
        return .object(
            PlainObject(
                typeName: "StagedMediaUploadTarget",
                fields: ["url": .text(url), "resourceUrl": .text(resource), "parameters": .list(parameters)]
            )
        )
    }

    private func uuid() -> String {
        store.makeUp { random in
            [8, 4, 4, 4, 12].map { random.hex($0) }.joined(separator: "-")
        }
    }
}

extension StagedUpload {
    /// The signing part of a PUT address.
    var query: String {
        let credential = credential.replacingOccurrences(of: "@", with: "%40").replacingOccurrences(
            of: "/",
            with: "%2F"
        )
        return "X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Credential=\(credential)"
            + "&X-Goog-Date=\(Timestamp.compact(createdAt))&X-Goog-Expires=\(Int(Self.putLifetime))&X-Goog-SignedHeaders=host&X-Goog-Signature=\(signature)"
    }
}
