import Foundation

/// Gives out places for uploads.
struct StagedUploadRules {
    let call: Call

    private var store: Store { call.store }

    func create(_ inputs: [JSON]) -> Resolved {
        var targets: [Resolved] = []
        var errors: [UserError] = []
        for (index, input) in inputs.enumerated() {
            guard input["resource"]?.string == "BULK_MUTATION_VARIABLES" else {
                let message = "The sandbox stages BULK_MUTATION_VARIABLES only"
                errors.append(UserError(field: ["input", String(index), "resource"], message: message))
                continue
            }
            targets.append(target(input))
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
            let place = "\(call.base)/staged-uploads/\(key)"
            return target(
                url: place + "?" + upload.query,
                resource: place,
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

    private func target(url: String, resource: String, _ parameters: [(name: String, value: String)]) -> Resolved {
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
        "X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Date=\(Timestamp.compact(createdAt))"
            + "&X-Goog-Expires=\(Int(Self.putLifetime))&X-Goog-SignedHeaders=host&X-Goog-Signature=\(signature)"
    }
}
