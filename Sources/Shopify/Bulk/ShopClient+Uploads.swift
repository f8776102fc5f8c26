import AsyncHTTPClient
import Commerce
import HTTPS
import Logging
import NIOCore
import NIOHTTP1
public import Records
import Sealing
import Synchronization

extension ShopClient {
    /// Asks for a place to upload one bulk file of at most 100 MB to; it is good for 24 hours.
    ///
    /// - Parameters:
    ///   - name: The file's name: `20261121-1-1.jsonl`.
    ///   - size: Its length in bytes.
    /// - Returns: The place, for `upload(to:from:)`.
    /// - Throws: `ShopError`.
    public func stageUpload(name: String, size: Int) async throws -> StagedTarget {
        let input: JSONValue = [
            "resource": .string("BULK_MUTATION_VARIABLES"), "filename": .string(name),
            "mimeType": .string("text/jsonl"),
            "httpMethod": .string("POST"), "fileSize": .string(String(size)),
        ]
        // A place that nobody uses costs nothing, so this mutation may be sent again.
        let call = AdminCall(
            "StagedUploadsCreate",
            Document.stagedUploadsCreate,
            variables: ["input": .array([input])],
            doing: "asking for a place to upload to",
            cost: 11
        )
        let reply = try await data(of: call)
        guard let payload = reply.data?["stagedUploadsCreate"]?.present else {
            throw reply.meaning.unreadable("no staged upload")
        }
        if let error = UserError.all(in: payload, reply.meaning.scrubber)?.first {
            throw reply.meaning.error(.refused, detail: error.description)
        }
        guard let target = payload["stagedTargets"]?.array?.first,
            let url = (target["url"]?.string).map({ Secret($0) }),
            let answered = target["parameters"]?.array
        else { throw reply.meaning.unreadable("a staged upload without address or parameters") }
        var parameters: [StagedTarget.Parameter] = []
        for parameter in answered {
            guard let name = parameter["name"]?.string, let value = parameter["value"]?.string else {
                throw reply.meaning.unreadable("a staged upload's parameter without name or value")
            }
            parameters.append(StagedTarget.Parameter(name: name, value: Secret(value)))
        }
        guard let path = parameters.first(where: { $0.name == "key" })?.value.reveal(), !path.isEmpty else {
            throw reply.meaning.unreadable("a staged upload without a key")
        }
        guard address.accepts(url) else {
            throw reply.meaning.error(.insecureURL, detail: "the address to upload to is not encrypted")
        }
        return StagedTarget(url: url, parameters: parameters, fileName: name, size: size, path: path)
    }

    /// Uploads a file as it is read: no more than a chunk of it is in memory.
    ///
    /// The ETag in the answer is not compared: it would be the file's MD5, which the project does not compute.
    ///
    /// - Parameters:
    ///   - target: What `stageUpload(name:size:)` gave; its size is sent as the length.
    ///   - chunks: Gives the next bytes of the file, and `nil` at its end. It is called one at a time.
    /// - Returns: What `runBulkMutation` calls the file.
    /// - Throws: `ShopError`, or the error of `chunks` as it is. Nothing is sent again here: a file can be uploaded to the same target once more, read from its start.
    public func upload(
        to target: StagedTarget,
        from chunks: @escaping @Sendable () async throws -> [UInt8]?
    ) async throws -> String {
        let doing = "uploading a bulk file"
        // A boundary that the file cannot hold: its bytes are JSON with words of our own, and the boundary is drawn again.
        let boundary =
            "dropline-" + String(UInt64.random(in: .min ... .max), radix: 16)
            + String(UInt64.random(in: .min ... .max), radix: 16)
        let form = Multipart(target, boundary: boundary)
        let mark = SendMark()
        var request = HTTPClientRequest(plain: target.url.reveal())
        request.method = .POST
        request.headers.add(name: "content-type", value: "multipart/form-data; boundary=\(boundary)")
        let body = MultipartBody(head: form.head, tail: form.tail, size: target.size) {
            mark.set()
            return try await chunks()
        }
        request.body = .stream(body, length: .known(Int64(form.head.count + target.size + form.tail.count)))
        let end = ContinuousClock.now + limits.upload
        let answer: Answer
        do {
            let response = try await http.execute(request, timeout: .init(limits.upload))
            let bytes = try await Exchange.collect(response.body, upTo: limits.answer, until: end)
            answer = Answer(status: Int(response.status.code), headers: response.headers, body: bytes)
        } catch MultipartBody.Fault.source(let error) {
            throw error
        } catch MultipartBody.Fault.wrongSize {
            throw ShopError(
                .uploadSizeWrong,
                doing: doing,
                shop: settings.name,
                detail: "\(target.size) bytes were announced"
            )
        } catch {
            throw try await exchange.failure(
                error,
                at: target.url.reveal(),
                doing: doing,
                wasSent: mark.isSet,
                creates: false
            )
        }
        logger.debug("upload answered", metadata: ["shop": "\(settings.name)", "status": "\(answer.status)"])
        switch answer.status {
        case 200..<300: return target.path
        case 500...599: throw ShopError(.serverFailed, doing: doing, shop: settings.name, status: answer.status)
        default:
            // The store explains itself in XML, whose <Code> says enough: <Details> may repeat the signed form.
            let word = Self.storeCode(in: answer.body)
            let isTooLarge = answer.status == 413 || word == "EntityTooLarge"
            throw ShopError(
                isTooLarge ? .uploadTooLarge : .uploadRefused,
                doing: doing,
                shop: settings.name,
                status: answer.status,
                detail: isTooLarge ? "\(word ?? "no word"), a part of \(target.size) bytes" : word
            )
        }
    }

    /// Uploads a file from a source that is pulled, such as a sealed file's reader: see `upload(to:from:)` above.
    public func upload(to target: StagedTarget, reading source: sending some ByteSource & SendableMetatype) async throws
        -> String
    {
        let lent = LentSource(source)
        return try await upload(to: target) { try lent.next() }
    }

    /// The word in `<Code>EntityTooLarge</Code>`.
    private static func storeCode(in xml: [UInt8]) -> String? {
        let parts = String(decoding: xml.prefix(2000), as: UTF8.self).split(
            separator: "Code>",
            maxSplits: 2,
            omittingEmptySubsequences: false
        )
        guard parts.count == 3, parts[0].hasSuffix("<"), parts[1].hasSuffix("</") else { return nil }
        let word = parts[1].dropLast(2)
        return word.count <= 60 && word.allSatisfy { $0.isASCII && $0.isLetter } ? String(word) : nil
    }
}

/// A source of bytes that another task pulls while its lender waits.
private final class LentSource<Source: ByteSource & SendableMetatype>: Sendable {
    private let source: Mutex<Source>

    init(_ source: sending Source) { self.source = Mutex(source) }

    func next() throws -> [UInt8]? { try source.withLock { try $0.next() } }
}
