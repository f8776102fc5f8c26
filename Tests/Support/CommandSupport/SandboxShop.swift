import Foundation
import FoundationNetworking
import Subprocess

/// A running `dropline sandbox`, by its control routes.
public struct SandboxShop: Sendable {
    /// The port on this machine.
    public let port: Int
    /// `http://127.0.0.1:‹port›`.
    public var url: String { "http://127.0.0.1:\(port)" }

    /// Speaks to a sandbox that runs on a port.
    public init(port: Int) { self.port = port }

    /// All cards, newest first, each with `id`, `code`, `initialValue`, `note`, `enabled` and `expiresOn`.
    public func cards() async throws -> [JSON] { try await control("GET", "cards")["cards"].array ?? [] }

    /// The codes of all cards, sorted.
    public func codes() async throws -> [String] { try await cards().compactMap { $0["code"].string }.sorted() }

    /// The card with a code, in the form in which the shop keeps it.
    public func card(_ code: String) async throws -> JSON? { try await cards().first { $0["code"].string == code } }

    /// Totals: `cards`, `enabled`, `value`, `operations`, `uploads`, `faults`, `now`.
    public func state() async throws -> JSON { try await control("GET", "state") }

    /// Every bulk operation.
    public func operations() async throws -> [JSON] { try await control("GET", "operations")["operations"].array ?? [] }

    /// Puts a fault in force: `{"kind":"lost-answer","count":1}`; `dropline sandbox --help` names the kinds.
    public func inject(_ fault: JSON) async throws { _ = try await control("POST", "faults", fault) }

    /// Puts a fault in force by its kind alone.
    public func inject(_ kind: String, count: Int = 1) async throws {
        try await inject(["kind": .string(kind), "count": .int(count)])
    }

    /// The faults that are still in force.
    public func faults() async throws -> [JSON] { try await control("GET", "faults")["faults"].array ?? [] }

    /// Ends all faults.
    public func clearFaults() async throws { _ = try await control("DELETE", "faults") }

    /// Makes a card by hand, as somebody else's; returns its id.
    @discardableResult
    public func addCard(_ code: String, _ value: String, note: String? = nil, currency: String? = nil) async throws
        -> String
    {
        var card: [String: JSON] = ["code": .string(code), "value": .string(value)]
        card["note"] = note.map { .string($0) }
        card["currency"] = currency.map { .string($0) }
        guard let id = try await control("POST", "cards", .object(card))["id"].string else {
            throw SupportError("the sandbox gave no id for a card")
        }
        return id
    }

    /// Deactivates a card.
    public func disable(_ id: String) async throws { _ = try await control("POST", "cards/\(number(id))/disable") }

    /// Lets a card expire.
    public func expire(_ id: String) async throws { _ = try await control("POST", "cards/\(number(id))/expire") }

    /// Moves the shop's clock on.
    public func advanceClock(seconds: Int) async throws {
        _ = try await control("POST", "clock", ["seconds": .int(seconds)])
    }

    /// Waits until something holds in the shop; throws after ten seconds.
    public func wait(until what: String, _ holds: (SandboxShop) async throws -> Bool) async throws {
        try await waitUntil(what) { try await holds(self) }
    }

    private func number(_ id: String) -> String { id.split(separator: "/").last.map(String.init) ?? id }

    /// Calls a control route.
    public func control(_ method: String, _ path: String, _ body: JSON? = nil) async throws -> JSON {
        guard let address = URL(string: "\(url)/sandbox/\(path)") else { throw SupportError("no address: \(path)") }
        var request = URLRequest(url: address)
        request.httpMethod = method
        request.timeoutInterval = 600
        request.httpBody = body.map { Data($0.text.utf8) }
        let (data, response) = try await URLSession.shared.data(for: request)
        guard let status = (response as? HTTPURLResponse)?.statusCode, 200..<300 ~= status else {
            throw SupportError("\(method) /sandbox/\(path): \(response) \(String(decoding: data, as: UTF8.self))")
        }
        return try JSON(parsing: data)
    }
}

/// Runs a sandbox on a free port beside a body, and ends it behind it.
///
/// `arguments` are more options: `["--currency", "JPY"]`, `["--port", "8123", "--state", FILE]`, `["--fault", "http-502:2"]`.
public func withSandbox<Value: Sendable>(
    _ arguments: [String] = [],
    operationSeconds: String = "0.05",
    _ body: (SandboxShop) async throws -> Value
) async throws -> Value {
    let chosen = arguments.contains("--port") ? [] : ["--port", "0"]
    let all = ["sandbox", "--quiet", "--operation-seconds", operationSeconds] + chosen + arguments
    let ended = try await run(try configuration(all), input: .none, output: .sequence, error: .combinedWithOutput) {
        execution in
        let result: Result<Value, any Error>
        do {
            let port = try await portSaid(execution.standardOutput)
            result = .success(try await body(SandboxShop(port: port)))
        } catch {
            result = .failure(error)
        }
        await execution.teardown(using: [.gracefulShutDown(allowedDurationToNextStep: .seconds(3))])
        return result
    }
    return try ended.closureResult.get()
}

/// The port that a sandbox names once it listens.
private func portSaid(_ output: SubprocessOutputSequence) async throws -> Int {
    var said: [String] = []
    for try await line in output.strings() {
        said.append(line)
        guard let address = line.split(separator: "http://127.0.0.1:").dropFirst().first else { continue }
        if let port = Int(address.prefix { $0.isNumber }) { return port }
    }
    throw SupportError("the sandbox did not start: \(said)")
}

/// Looks every 10 ms whether something holds, for what can't be awaited otherwise; throws after a while.
public func waitUntil(
    _ what: String,
    within limit: Duration = .seconds(300),
    _ holds: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    while try await !holds() {
        guard ContinuousClock.now < end else { throw SupportError("waited \(limit) in vain until \(what)") }
        try await Task.sleep(for: .milliseconds(10))
    }
}
