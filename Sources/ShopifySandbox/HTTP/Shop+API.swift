import Foundation
import Logging

/// A call of the GraphQL endpoint as it came in.
struct APIRequest: Sendable {
    let version: String
    let token: String?
    let body: [UInt8]
    /// The address by which the caller reached the sandbox.
    let base: String
}

extension Shop {
    private static let unauthorized: JSON = [
        "errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"
    ]

    /// Answers one call of the GraphQL endpoint, faults included.
    func answer(_ request: APIRequest) -> Reply {
        defer { save() }
        let body = (try? JSONParser.parse(request.body))?.object
        let text = body?["query"]?.string
        let document = text.map { text in Result { () throws(SyntaxError) in try DocumentParser.parse(text) } }
        let roots = Self.roots(of: try? document?.get())
        logger.debug(
            "call",
            metadata: ["roots": "\(roots.joined(separator: ","))", "version": "\(request.version)"]
        )
        if let reply = refusal(request, roots: roots) { return reply }
        guard let body, let document else {
            return .json(400, ["errors": ["query": "Required parameter missing or invalid"]])
        }
        var version = APIVersion(served: request.version)
        var served = version.rawValue
        if let fault = store.faults.take(.fallForward, roots: roots) {
            version = fault.text.flatMap(APIVersion.init(rawValue:)) ?? .oldest
            served = fault.text ?? version.rawValue
        }
        let currency = store.faults.take(.wrongCurrency, roots: roots).map { $0.text ?? "CAD" }
        let call = Call(
            store: store,
            version: version,
            base: request.base,
            currency: currency,
            isDenied: store.faults.take(.accessDenied, roots: roots) != nil,
            hasGiftCards: store.faults.take(.noGiftCards, roots: roots) == nil
        )
        var reply = Reply.json(
            200,
            answer(document, body, call),
            headers: [("X-Shopify-API-Version", served), ("X-Request-Id", requestID())]
        )
        submitted(call.submitted)
        canceled(call.canceled)
        reply.delaySeconds = configuration.latencySeconds
        return spoilt(reply, roots: roots)
    }

    private static func roots(of document: Document?) -> [String] {
        (document?.operations ?? []).flatMap(\.selections).compactMap { selection in
            if case .field(let field) = selection { field.name } else { nil }
        }
    }

    private func requestID() -> String { UUID().uuidString.lowercased() }

    private func isValid(_ token: String?) -> Bool {
        guard let token else { return false }
        return token == configuration.token || (store.tokens[token].map { $0 > store.now } ?? false)
    }

    /// What is answered before anything is done.
    private func refusal(_ request: APIRequest, roots: [String]) -> Reply? {
        if store.faults.take(.lostRequest, roots: roots) != nil { return .dropped }
        if store.faults.take(.tokenRevoked, roots: roots) != nil || !isValid(request.token) {
            return .json(401, Self.unauthorized)
        }
        for (kind, status, words) in Self.closed {
            guard let fault = store.faults.take(kind, roots: roots) else { continue }
            return .json(status, ["errors": .string(fault.text ?? words)])
        }
        if let fault = store.faults.take(.http429, roots: roots) {
            let message =
                "Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service."
            return .json(429, ["errors": .string(message)], headers: [("Retry-After", Self.retryAfter(fault))])
        }
        if let fault = store.faults.take(.http503, roots: roots) {
            return .text(503, "Service Unavailable", headers: [("Retry-After", Self.retryAfter(fault))])
        }
        if store.faults.take(.http502, roots: roots) != nil { return .text(502, "Bad Gateway") }
        if store.faults.take(.throttled, roots: roots) != nil {
            store.bucket.refill(at: store.now)
            return .json(200, throttled(requested: 10))
        }
        if store.faults.take(.internalError, roots: roots) != nil { return .json(200, internalError()) }
        return nil
    }

    /// What a shop answers that is not open to anybody; the words of 423 are made up.
    private static let closed: [(SandboxFault.Kind, Int, String)] = [
        (.http402, 402, "Unavailable Shop"), (.http403, 403, "Unavailable Shop"), (.http404, 404, "Not Found"),
        (.http423, 423, "Locked"),
    ]

    private static func retryAfter(_ fault: SandboxFault) -> String { String(fault.seconds ?? 1) }

    /// What becomes of an answer whose call was carried out.
    private func spoilt(_ reply: Reply, roots: [String]) -> Reply {
        if store.faults.take(.lostAnswer, roots: roots) != nil { return .dropped }
        if store.faults.take(.http504, roots: roots) != nil { return .text(504, "Gateway Timeout") }
        if store.faults.take(.internalErrorCommitted, roots: roots) != nil { return .json(200, internalError()) }
        var reply = reply
        if store.faults.take(.packedAnswer, roots: roots) != nil { reply.pack() }
        guard let fault = store.faults.take(.hang, roots: roots) else { return reply }
        reply.delaySeconds = fault.seconds ?? 60
        return reply
    }

    private func internalError() -> JSON {
        let id = requestID()
        let message =
            "Internal error. Looks like something went wrong on our end.\n"
            + "Request ID: \(id) (include this in support requests)."
        let error: JSON = [
            "message": .string(message),
            "extensions": ["code": "INTERNAL_SERVER_ERROR", "requestId": .string(id)],
        ]
        return ["errors": .array([error])]
    }

    private func throttled(requested: Int) -> JSON {
        let error: JSON = [
            "message": "Throttled",
            "extensions": [
                "code": "THROTTLED", "documentation": "https://shopify.dev/api/usage/limits#rate-limits",
            ],
        ]
        return [
            "errors": .array([error]),
            "extensions": ["cost": store.bucket.json(requested: requested, actual: nil)],
        ]
    }

    private func answer(_ document: Result<Document, SyntaxError>, _ body: JSONObject, _ call: Call) -> JSON {
        func failure(_ errors: [GraphQLError]) -> JSON { ["errors": .array(errors.map(\.json))] }
        let parsed: Document
        switch document {
        case .failure(let error): return failure([.syntax(error)])
        case .success(let document): parsed = document
        }
        let errors = Validator.errors(in: parsed, call.schema)
        guard errors.isEmpty else { return failure(errors) }
        let name = body["operationName"]?.string
        guard let operation = Self.operation(of: parsed, named: name) else {
            let message = name.map { "No operation named \"\($0)\"" } ?? "An operation name is required"
            return failure([GraphQLError(message: message)])
        }
        switch VariableCoercion(schema: call.schema).values(for: operation, body["variables"]?.object ?? JSONObject()) {
        case .failure(let errors): return failure(errors.errors)
        case .success(let values):
            return answer(
                Executor(schema: call.schema, document: parsed, operation: operation, variables: values),
                values,
                call
            )
        }
    }

    private static func operation(of document: Document, named name: String?) -> Operation? {
        guard let name, !name.isEmpty else { return document.operations.count == 1 ? document.operations.first : nil }
        return document.operations.first { $0.name == name }
    }

    private func answer(_ executor: Executor, _ values: JSONObject, _ call: Call) -> JSON {
        let cost = QueryCost(executor: executor, variables: values).requested()
        guard cost <= QueryCost.maximum else { return ["errors": .array([QueryCost.tooHigh(cost).json])] }
        store.bucket.refill(at: store.now)
        guard store.bucket.holds(cost) else { return throttled(requested: cost) }
        var executor = executor
        let root: any ShopObject =
            executor.operation.kind == .mutation ? MutationRoot(call: call) : QueryRoot(call: call)
        let data = executor.run(on: root)
        let actual = QueryCost(executor: executor, variables: values).actual(data)
        store.bucket.take(actual)
        var answer = JSONObject()
        if !executor.errors.isEmpty { answer.append("errors", .array(executor.errors.map(\.json))) }
        answer.append("data", data)
        var extensions: JSONObject = ["cost": store.bucket.json(requested: cost, actual: actual)]
        if !call.searches.isEmpty { extensions.append("search", .array(call.searches)) }
        answer.append("extensions", .object(extensions))
        return .object(answer)
    }
}
