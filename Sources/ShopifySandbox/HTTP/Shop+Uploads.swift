import Foundation
import Logging

extension Shop {
    /// Takes a file by a form, as Google's storage does: every parameter as it was given out, the file last.
    func upload(_ body: Data, contentType: String) -> Reply {
        defer { save() }
        if let reply = uploadFault() { return reply }
        guard let form = MultipartForm(body, contentType: contentType) else {
            return Self.refused(
                400,
                "MalformedPOSTRequest",
                "The body of your POST request is not well-formed multipart/form-data."
            )
        }
        guard let file = form.parts.last, file.name == "file",
            !form.parts.dropLast().contains(where: { $0.name == "file" })
        else {
            return Self.refused(
                400,
                "InvalidArgument",
                "Invalid argument.",
                details: "The file must be the last field of the form."
            )
        }
        var fields: [String: String] = [:]
        for part in form.parts.dropLast() {
            fields[part.name] = String(decoding: body[part.range], as: UTF8.self)
        }
        guard let key = fields["key"], let upload = store.uploads[key], upload.method == "POST" else {
            return Self.refused(
                403,
                "AccessDenied",
                "Access denied.",
                details: "No policy has been given out for this key."
            )
        }
        for parameter in upload.parameters(maximumBytes: configuration.maximumFileBytes) {
            guard fields[parameter.name] == parameter.value else {
                guard parameter.name != "x-goog-signature" else {
                    return Self.refused(
                        403,
                        "SignatureDoesNotMatch",
                        "The request signature we calculated does not match the signature you provided."
                    )
                }
                return Self.refused(
                    400,
                    "InvalidPolicyDocument",
                    "The content of the form does not meet the conditions specified in the policy document.",
                    details: "Policy condition failed: \(parameter.name)"
                )
            }
        }
        guard store.now < upload.createdAt + StagedUpload.lifetime else {
            return Self.refused(
                400,
                "InvalidPolicyDocument",
                "The content of the form does not meet the conditions specified in the policy document.",
                details: "Policy expired."
            )
        }
        guard !file.range.isEmpty else {
            return Self.refused(
                400,
                "EntityTooSmall",
                "Your proposed upload is smaller than the minimum object size specified in your Policy Document.",
                details: "Content-length smaller than lower bound on range"
            )
        }
        guard file.range.count <= configuration.maximumFileBytes, store.faults.take(.uploadTooLarge) == nil else {
            return Self.refused(
                400,
                "EntityTooLarge",
                "Your proposed upload exceeds the maximum object size specified in your Policy Document.",
                details: "Content-length exceeds upper bound on range"
            )
        }
        guard let etag = keep(body[file.range], of: upload) else { return .text(500, "Internal Server Error") }
        if store.faults.take(.uploadLostAnswer) != nil { return .dropped }
        return .xml(
            201,
            "<PostResponse><Location>https://storage.googleapis.com/shopify-staged-uploads/\(key)</Location>"
                + "<Bucket>shopify-staged-uploads</Bucket><Key>\(key)</Key><ETag>\"\(etag)\"</ETag></PostResponse>"
        )
    }

    /// Takes a file by PUT to a signed address.
    ///
    /// Neither the form's range nor an empty body is checked here.
    func upload(_ body: Data, path: String, query: String) -> Reply {
        defer { save() }
        if let reply = uploadFault() { return reply }
        let key = path.removingPercentEncoding ?? path
        guard let upload = store.uploads[key], upload.method == "PUT", query == upload.query else {
            return Self.refused(
                403,
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided."
            )
        }
        guard store.now < upload.createdAt + StagedUpload.putLifetime else {
            return Self.refused(400, "ExpiredToken", "The provided token has expired.")
        }
        guard let etag = keep(body, of: upload) else { return .text(500, "Internal Server Error") }
        if store.faults.take(.uploadLostAnswer) != nil { return .dropped }
        return Reply(200, "text/html; charset=UTF-8", [], headers: [("ETag", "\"\(etag)\"")])
    }

    private func uploadFault() -> Reply? {
        if store.faults.take(.uploadLostRequest) != nil { return .dropped }
        guard store.faults.take(.upload5xx) != nil else { return nil }
        return Self.refused(503, "ServiceUnavailable", "We encountered an internal error. Please try again.")
    }

    private func keep(_ content: Data, of upload: StagedUpload) -> String? {
        var upload = upload
        upload.byteCount = content.count
        do {
            try store.files.write(content, to: upload.fileName)
        } catch {
            logger.error("upload not written", metadata: ["error": "\(error)"])
            return nil
        }
        store.keep(upload)
        return MD5.hex(content)
    }

    /// An error of Google's storage.
    static func refused(_ status: Int, _ code: String, _ message: String, details: String? = nil) -> Reply {
        let details = details.map { "<Details>\($0)</Details>" } ?? ""
        return .xml(status, "<Error><Code>\(code)</Code><Message>\(message)</Message>\(details)</Error>")
    }

    /// Hands out the result of a bulk operation to whoever has its signed address.
    func result(named name: String, query: String) -> Reply {
        defer { save() }
        if store.faults.take(.result5xx) != nil {
            return Self.refused(503, "ServiceUnavailable", "We encountered an internal error. Please try again.")
        }
        let operation = store.operations.values.first { $0.resultName == name && $0.result != .none }
        guard let operation, store.faults.take(.resultGone) == nil else {
            return Self.refused(404, "NoSuchKey", "The specified key does not exist.")
        }
        let fields = Form.fields(query)
        let signature = fields["Signature"] ?? ""
        let address = ResultAddress(operation, signature: signature)
        guard signature == address.signature, fields["Expires"] == String(address.expires) else {
            return Self.refused(
                403,
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided."
            )
        }
        if store.faults.take(.resultExpired) != nil {
            var operation = operation
            operation.expired.append(signature)
            store.keep(operation)
        }
        guard store.now.timeIntervalSince1970 < Double(address.expires),
            store.operations[operation.number]?.expired.contains(signature) != true
        else { return Self.refused(400, "ExpiredToken", "The provided token has expired.") }
        let data = store.files.read(name) ?? Data()
        var reply = Reply(
            200,
            "application/jsonl",
            Array(data),
            headers: [("Content-Disposition", "attachment; filename=\"bulk-\(operation.number).jsonl\"")]
        )
        if store.faults.take(.resultPacked) != nil { reply.pack() }
        if store.faults.take(.resultInterrupted) != nil { reply.ending = .half }
        return reply
    }
}
