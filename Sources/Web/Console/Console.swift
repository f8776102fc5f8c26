import Hummingbird
import Ledgers
import Logging
import NIOCore
import Pipelines
import Runner

/// What a request brings besides itself.
struct WebContext: InitializableFromSource {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) { channel = source.channel }
}

/// Leads each request to its page, past those who guard it.
struct Console: HTTPResponder {
    typealias Context = WebContext

    let access: Access
    let connections: Connections
    let ledger: any Ledger
    let board: ServiceBoard
    let meters: RemoteMeters
    let actions: any ConsoleActions
    let version: String
    let logger: Logger
    let tallies = TallyMemory()
    let pulse = LedgerPulse()
    let counters: RunCounters
    private let gate = RequestGate(8)
    /// Files that are dropped on pages lie in memory, from their first byte on.
    private let uploads = RequestGate(4)

    init(
        access: Access,
        connections: Connections,
        ledger: any Ledger,
        board: ServiceBoard,
        meters: RemoteMeters,
        actions: any ConsoleActions,
        version: String,
        logger: Logger
    ) {
        (self.access, self.ledger, self.board, self.meters, self.actions) = (access, ledger, board, meters, actions)
        (self.connections, self.version, self.logger) = (connections, version, logger)
        counters = RunCounters(since: PipelineClock.system.now())
    }

    func respond(to request: Request, context: WebContext) async throws -> Response {
        let reply = await answer(request, context)
        return reply.response(isSecure: access.settings.isSecure, withBody: request.method != .head)
    }

    private func answer(_ request: Request, _ context: WebContext) async -> Reply {
        guard let call = Call(request, on: context.channel) else { return .message(404, "There is no such page.") }
        if let probe = await probe(call) { return probe }
        guard access.isForUs(call) else {
            return .message(
                421,
                "This console is not known by that name; set 'web.public_url' to the address that people use."
            )
        }
        do {
            return call.method == "POST" ? try await posted(call) : try await page(call)
        } catch let reply as Reply {
            return reply
        } catch let refusal as Refusal {
            return .message(409, "\(refusal)")
        } catch is CancellationError {
            return .message(503, "Dropline is being stopped.")
        } catch {
            logger.error("a page failed", metadata: ["path": "/\(call.path.first ?? "")", "error": "\(error)"])
            return .message(500, "\(error)")
        }
    }

    /// What asks whether Dropline lives, which is told however much else is asked; `nil` for anything else.
    private func probe(_ call: Call) async -> Reply? {
        guard call.isReading else { return nil }
        return switch call.path {
        case ["healthz"]: .text("ok\n")
        case ["readyz"]: await readiness(in: call)
        default: nil
        }
    }

    private func page(_ call: Call) async throws -> Reply {
        guard call.isReading else {
            return Reply.message(405, "That can't be done here.").with(("allow", "GET, HEAD, POST"))
        }
        return try await gate.pass {
            switch call.path {
            case ["static", "console.css"], ["static", "console.js"], ["static", "icon.svg"]:
                return Assets.reply(call.path[1])
            case ["metrics"]: return try await metrics(for: call)
            case ["login"]: return loginPage(call)
            default: break
            }
            guard let visitor = access.visitor(call) else {
                return call.header("authorization") == nil ? .redirect("/login") : Self.notLoggedIn
            }
            return try await show(call, visitor)
        }
    }

    /// What a form asks for, once all of it is there: one that arrives slowly keeps nobody out.
    private func posted(_ call: Call) async throws -> Reply {
        if call.path == ["login"] { return try await logIn(call) }
        if call.isUpload {
            return try await uploads.pass {
                let (form, visitor) = try await self.form(of: call)
                return try await connections.whileSenderStays(on: call.channel) { try await done(call, form, visitor) }
            }
        }
        let (form, visitor) = try await self.form(of: call)
        return try await gate.pass { try await done(call, form, visitor) }
    }

    static let notLoggedIn = Reply.message(401, "You are not logged in, or not any more.")
        .with(("www-authenticate", "Bearer"))

    private func show(_ call: Call, _ visitor: Visitor) async throws -> Reply {
        switch call.path {
        case []: return try await overviewPage(visitor)
        case ["live"]: return .html(try await overviewTable(visitor))
        case ["runs"]: return try await runsPage(call, visitor)
        case ["search"]: return try await searchPage(call, visitor)
        case ["audit"]: return try await auditPage(call, visitor)
        case let path where path.count == 2 && path[0] == "pipelines":
            return try await pipelinePage(path[1], visitor)
        case let path where path.count >= 2 && path[0] == "runs":
            guard let run = Int64(path[1]).map({ RunID($0) }) else { break }
            switch path.dropFirst(2) {
            case []: return try await runPage(run, visitor)
            case ["live"]: return .html(try await runProgress(run, visitor))
            case let rest where rest.count == 2 && rest.first == "lines":
                guard let line = rest.last.flatMap({ Int($0) }) else { break }
                return try await linePage(run, line, visitor)
            default: break
            }
        default: break
        }
        return .message(404, "There is no such page.")
    }
}
