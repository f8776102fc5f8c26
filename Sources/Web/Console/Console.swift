import Hummingbird
import Ledgers
import Logging
import Pipelines
import Runner

/// What a request brings besides itself.
struct WebContext: InitializableFromSource {
    let address: String

    init(source: ApplicationRequestContextSource) { address = source.channel.remoteAddress?.ipAddress ?? "unknown" }
}

/// Leads each request to its page, past those who guard it.
struct Console: HTTPResponder {
    typealias Context = WebContext

    let access: Access
    let ledger: any Ledger
    let board: ServiceBoard
    let meters: RemoteMeters
    let actions: any ConsoleActions
    let version: String
    let logger: Logger
    let tallies = TallyMemory()
    let counters: RunCounters
    private let gate = RequestGate(8)

    init(
        access: Access,
        ledger: any Ledger,
        board: ServiceBoard,
        meters: RemoteMeters,
        actions: any ConsoleActions,
        version: String,
        logger: Logger
    ) {
        (self.access, self.ledger, self.board, self.meters, self.actions) = (access, ledger, board, meters, actions)
        (self.version, self.logger) = (version, logger)
        counters = RunCounters(since: PipelineClock.system.now())
    }

    func respond(to request: Request, context: WebContext) async throws -> Response {
        let reply = await gate.pass { await answer(request, context) }
        let busy = Reply.text("too many requests at once; try again\n", status: 503).with(("retry-after", "1"))
        return (reply ?? busy).response(isSecure: access.settings.isSecure, withBody: request.method != .head)
    }

    private func answer(_ request: Request, _ context: WebContext) async -> Reply {
        guard let call = Call(request, address: context.address) else { return .message(404, "There is no such page.") }
        guard access.isForUs(call) else {
            return .message(
                421,
                "This console is not known by that name; set 'web.public_url' to the address that people use."
            )
        }
        do {
            return try await page(call)
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

    private func page(_ call: Call) async throws -> Reply {
        if call.method == "GET" || call.method == "HEAD" {
            switch call.path {
            case ["healthz"]: return .text("ok\n")
            case ["static", "console.css"], ["static", "console.js"], ["static", "icon.svg"]:
                return Assets.reply(call.path[1])
            case ["readyz"]: return await readiness(in: call)
            case ["metrics"]: return try await metrics(for: call)
            case ["login"]: return loginPage(call)
            default: break
            }
        } else if call.method != "POST" {
            return Reply.message(405, "That can't be done here.").with(("allow", "GET, HEAD, POST"))
        }
        if call.method == "POST", call.path == ["login"] { return try await logIn(call) }
        guard let visitor = access.visitor(call) else {
            let isBrowsing = call.method != "POST" && call.header("authorization") == nil
            return isBrowsing ? .redirect("/login") : Self.notLoggedIn
        }
        return call.method == "POST" ? try await act(call) : try await show(call, visitor)
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
