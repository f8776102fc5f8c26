import Foundation
import Logging
import Testing

@testable import ShopifySandbox

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A running sandbox and a way to talk to it over HTTP.
struct TestShop: Sendable {
    let sandbox: Sandbox
    let port: Int
    var version = "2026-07"

    /// In seconds: how long an answer may take on a machine that does much else.
    static let patience: Double = 600

    var base: String { "http://127.0.0.1:\(port)" }

    struct Answer: Sendable {
        let status: Int
        let headers: [String: String]
        let data: Data

        var text: String { String(decoding: data, as: UTF8.self) }
        var json: JSON { (try? JSONParser.parse(Array(data))) ?? .null }
    }

    /// One request on a connection of its own: curl would silently repeat a lost one on a connection used before.
    func send(
        _ method: String,
        _ url: String,
        headers: [String: String] = [:],
        body: Data? = nil,
        timeout: Double = TestShop.patience
    ) async throws -> Answer {
        guard let url = URL(string: url.hasPrefix("http") ? url : base + url) else { throw URLError(.badURL) }
        var request = URLRequest(url: url)
        request.httpMethod = method
        request.setValue("close", forHTTPHeaderField: "Connection")
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        request.httpBody = body
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = timeout
        let session = URLSession(configuration: configuration)
        defer { session.finishTasksAndInvalidate() }
        let (data, response) = try await session.data(for: request)
        guard let response = response as? HTTPURLResponse else { throw URLError(.badServerResponse) }
        var fields: [String: String] = [:]
        for (name, value) in response.allHeaderFields {
            if let name = name as? String, let value = value as? String { fields[name.lowercased()] = value }
        }
        return Answer(status: response.statusCode, headers: fields, data: data)
    }

    /// One call of the API with the whole answer.
    func call(
        _ query: String,
        _ variables: JSON = .object(JSONObject()),
        token: String? = "shpat_sandbox",
        operationName: String? = nil,
        timeout: Double = TestShop.patience
    ) async throws -> Answer {
        var body: JSONObject = ["query": .string(query), "variables": variables]
        if let operationName { body.append("operationName", .string(operationName)) }
        var headers = ["Content-Type": "application/json"]
        headers["X-Shopify-Access-Token"] = token
        return try await send(
            "POST",
            "/admin/api/\(version)/graphql.json",
            headers: headers,
            body: Data(JSONWriter.bytes(.object(body))),
            timeout: timeout
        )
    }

    /// One call of the API, its answer's JSON.
    func ask(_ query: String, _ variables: JSON = .object(JSONObject())) async throws -> JSON {
        try await call(query, variables).json
    }

    // MARK: Steps

    static let createMutation = """
        mutation Create($input: GiftCardCreateInput!) {
          giftCardCreate(input: $input) {
            giftCard { id lastCharacters maskedCode note initialValue { amount currencyCode } balance { amount } enabled }
            giftCardCode
            userErrors { field message code }
          }
        }
        """

    static let bulkMutation = """
        mutation GiftBatch_1($input: GiftCardCreateInput!) {
          giftCardCreate(input: $input) {
            giftCard { id lastCharacters note initialValue { amount currencyCode } }
            userErrors { field message code }
          }
        }
        """

    static let operationFields =
        "id status type errorCode createdAt completedAt objectCount rootObjectCount fileSize url partialDataUrl query"

    /// The input for a card, by the API version.
    func input(_ code: String?, _ amount: String = "25.00", note: String? = nil) -> JSON {
        var input = JSONObject()
        if version < "2026-07" {
            input.append("initialValue", .string(amount))
        } else {
            input.append("initialAmount", ["amount": .string(amount), "currencyCode": "USD"])
        }
        if let code { input.append("code", .string(code)) }
        if let note { input.append("note", .string(note)) }
        return .object(input)
    }

    func create(_ code: String?, _ amount: String = "25.00") async throws -> JSON {
        let answer = try await ask(Self.createMutation, ["input": input(code, amount)])
        return answer["data"]?["giftCardCreate"] ?? answer
    }

    func lines(_ codes: [String], _ amount: String = "25.00") -> String {
        codes.map { JSONWriter.text(["input": input($0, amount)]) + "\n" }.joined()
    }

    struct Target: Sendable {
        let url: String
        let parameters: [(name: String, value: String)]

        var key: String { parameters.first { $0.name == "key" }?.value ?? "" }
    }

    func stage(method: String = "POST") async throws -> Target {
        let answer = try await ask(
            """
            mutation Stage($input: [StagedUploadInput!]!) {
              stagedUploadsCreate(input: $input) {
                stagedTargets { url resourceUrl parameters { name value } }
                userErrors { field message }
              }
            }
            """,
            [
                "input": [
                    "resource": "BULK_MUTATION_VARIABLES", "filename": "lines.jsonl", "mimeType": "text/jsonl",
                    "httpMethod": .string(method),
                ]
            ]
        )
        let target = try #require(answer["data"]?["stagedUploadsCreate"]?["stagedTargets"]?.array?.first)
        let parameters = (target["parameters"]?.array ?? []).map { parameter in
            (name: parameter["name"]?.string ?? "", value: parameter["value"]?.string ?? "")
        }
        return Target(url: target["url"]?.string ?? "", parameters: parameters)
    }

    func upload(_ text: String, to target: Target, fileFirst: Bool = false) async throws -> Answer {
        let boundary = "----boundary7d"
        var fields = target.parameters.map { parameter in
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(parameter.name)\"\r\n\r\n\(parameter.value)\r\n"
        }
        let file =
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"lines.jsonl\"\r\n"
            + "Content-Type: text/jsonl\r\n\r\n\(text)\r\n"
        if fileFirst { fields.insert(file, at: 0) } else { fields.append(file) }
        let body = fields.joined() + "--\(boundary)--\r\n"
        return try await send(
            "POST",
            target.url,
            headers: ["Content-Type": "multipart/form-data; boundary=\(boundary)"],
            body: Data(body.utf8)
        )
    }

    func staged(_ text: String) async throws -> String {
        let target = try await stage()
        let answer = try await upload(text, to: target)
        #expect(answer.status == 201, "\(answer.text)")
        return target.key
    }

    /// Runs a mutation over an uploaded file; the payload of `bulkOperationRunMutation`.
    func run(_ key: String, _ mutation: String = TestShop.bulkMutation, clientIdentifier: String? = nil) async throws
        -> JSON
    {
        var variables: JSONObject = ["mutation": .string(mutation), "path": .string(key)]
        if let clientIdentifier { variables.append("client", .string(clientIdentifier)) }
        let declared = clientIdentifier == nil ? "" : ", $client: String"
        let passed = clientIdentifier == nil ? "" : ", clientIdentifier: $client"
        let answer = try await ask(
            """
            mutation Run($mutation: String!, $path: String!\(declared)) {
              bulkOperationRunMutation(mutation: $mutation, stagedUploadPath: $path\(passed)) {
                bulkOperation { \(Self.operationFields) }
                userErrors { field message code }
              }
            }
            """,
            .object(variables)
        )
        return answer["data"]?["bulkOperationRunMutation"] ?? answer
    }

    func operation(_ id: String) async throws -> JSON {
        let answer = try await ask(
            "query Poll($id: ID!) { bulkOperation(id: $id) { \(Self.operationFields) } }",
            ["id": .string(id)]
        )
        return answer["data"]?["bulkOperation"] ?? answer
    }

    /// Polls until the operation has ended.
    func ended(_ id: String, seconds: Double = TestShop.patience, every pause: Duration = .milliseconds(20))
        async throws -> JSON
    {
        let limit = Date() + seconds
        while Date() < limit {
            let operation = try await operation(id)
            if !["CREATED", "RUNNING", "CANCELING"].contains(operation["status"]?.string ?? "") { return operation }
            try await Task.sleep(for: pause)
        }
        throw URLError(.timedOut)
    }

    /// Uploads, runs and waits.
    func bulk(_ text: String, _ mutation: String = TestShop.bulkMutation) async throws -> JSON {
        let payload = try await run(try await staged(text), mutation)
        let id = try #require(payload["bulkOperation"]?["id"]?.string, "\(payload)")
        return try await ended(id)
    }

    /// The lines of a result by line number; a number that stands twice counts once.
    func result(_ operation: JSON, _ field: String = "url") async throws -> [(line: Int, json: JSON)] {
        let answer = try await send("GET", try #require(operation[field]?.string))
        #expect(answer.status == 200)
        return try answer.data.split(separator: 0x0A).map { line in
            let json = try JSONParser.parse(Array(line))
            return (try #require(json["__lineNumber"]?.int), json)
        }
    }
}

/// Runs a sandbox on a free port while `body` uses it.
func withShop(
    version: String = "2026-07",
    _ configure: (inout SandboxConfiguration) -> Void = { _ in },
    _ body: @escaping @Sendable (TestShop) async throws -> Void
) async throws {
    var configuration = SandboxConfiguration()
    configuration.operationSeconds = 0.06
    configure(&configuration)
    let sandbox = Sandbox(configuration, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    let (ports, ready) = AsyncStream.makeStream(of: Int.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { ready.finish() }
            try await sandbox.run { port in ready.yield(port) }
        }
        var iterator = ports.makeAsyncIterator()
        guard let port = await iterator.next() else {
            try await group.next()
            return
        }
        try await body(TestShop(sandbox: sandbox, port: port, version: version))
        group.cancelAll()
    }
}
