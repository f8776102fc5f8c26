import Foundation
import Ledgers
import Logging
import Pipelines

extension Console {
    /// The form that a button sends, and who sends it, who may do so.
    func form(of call: Call) async throws -> (Form, Visitor) {
        guard access.comesFromHere(call) else { throw Reply.message(403, "The form was sent from another site.") }
        // Who may not act does not send files either.
        _ = try actor(of: call)
        let settings = access.settings
        let largest = call.isUpload ? settings.largestUpload + 65_536 : 65_536
        let form = try await call.form(upTo: largest, within: settings.times.form)
        // The users may have changed while it arrived.
        let visitor = try actor(of: call)
        if visitor.session != nil {
            guard let token = visitor.formToken, form["token"] == token else {
                throw Reply.message(
                    403,
                    "The form is out of date, or was not sent by a page of this console. Go back, reload and send it again."
                )
            }
        }
        return (form, visitor)
    }

    /// Who sends a form and may do so now.
    private func actor(of call: Call) throws -> Visitor {
        guard let visitor = access.visitor(call) else { throw Self.notLoggedIn }
        guard visitor.canAct || call.path == ["logout"] else {
            throw Reply.message(
                403,
                visitor.name == nil ? Self.nobodyActs : "Your role is 'see': you may look, and change nothing."
            )
        }
        return visitor
    }

    /// Does what a form asks for.
    func done(_ call: Call, _ form: Form, _ visitor: Visitor) async throws -> Reply {
        if call.path == ["logout"] { return logOut(visitor) }
        let name = visitor.name ?? ""
        func decision(_ fallback: String? = nil) throws -> Decision {
            let reason = form["reason"].trimmingWhitespace
            guard let words = reason.isEmpty ? fallback : reason else {
                throw Reply.message(400, "Say why, in your own words: it is kept in the audit trail.")
            }
            return Decision(by: name, because: String(words.prefix(500)), at: PipelineClock.system.now())
        }
        switch call.path.first {
        case "pipelines" where call.path.count == 3:
            let pipeline = try known(call.path[1])
            let page = "/pipelines/\(pipeline.encoded)"
            switch call.path[2] {
            case "run":
                try await actions.runNow(pipeline, try decision("run now, from the console"))
                return told(visitor, page, "\(pipeline) is swept now.")
            case "pause":
                try await actions.pause(pipeline, try decision())
                return told(visitor, page, "\(pipeline) is paused.")
            case "resume":
                try await actions.resume(pipeline, try decision())
                return told(visitor, page, "\(pipeline) goes on.")
            case "file": return try await foreseenPage(form, pipeline, visitor)
            case "take": return try await take(form, pipeline, visitor, try decision())
            default: break
            }
        case "runs" where call.path.count >= 3:
            guard let run = Int64(call.path[1]).map({ RunID($0) }) else { break }
            switch call.path.dropFirst(2) {
            case ["approve"]:
                return told(visitor, "/runs/\(run)", try await actions.approve(run, try decision()))
            case ["refuse"]:
                return told(visitor, "/runs/\(run)", try await actions.refuse(run, try decision()))
            case ["cancel"]:
                return told(visitor, "/runs/\(run)", try await actions.cancel(run, try decision()))
            case ["rerun"]:
                try await actions.rerun(run, from: form["from"], try decision())
                return told(visitor, "/runs/\(run)", "Run \(run) is done again from \(form["from"]) on.")
            case let rest where rest.count == 3 && rest.first == "lines" && rest.last == "resolve":
                guard let line = call.path.count == 5 ? Int(call.path[3]) : nil else { break }
                return try await resolve(run, line, form, visitor, try decision())
            default: break
            }
        default: break
        }
        return .message(404, "There is no such button.")
    }

    private func resolve(
        _ run: RunID,
        _ line: Int,
        _ form: Form,
        _ visitor: Visitor,
        _ decision: Decision
    ) async throws -> Reply {
        guard let status = ResolvedStatus(rawValue: form["as"]) else {
            throw Reply.message(400, "Choose what became of the row.")
        }
        let card = form["card"].trimmingWhitespace
        let resolution = Resolution(run: run, line: line, status: status, cardID: card.isEmpty ? nil : card)
        try await actions.resolve(resolution, decision)
        return told(visitor, "/runs/\(run)/lines/\(line)", "Line \(line) is \(status.rawValue).")
    }

    /// The name of a pipeline that is there.
    func known(_ pipeline: String) throws -> String {
        guard actions.pipelines.contains(where: { $0.name == pipeline }) else {
            throw Reply.message(404, "No pipeline is named '\(pipeline)'.")
        }
        return pipeline
    }

    /// Leads to a page that says what was done; a script is told at once.
    private func told(_ visitor: Visitor, _ page: String, _ text: String) -> Reply {
        guard let session = visitor.session else { return .text(text + "\n") }
        _ = access.sessions.change(session) { $0.notice = Sessions.Notice(text: text) }
        return .redirect(page)
    }

    static let nobodyActs = """
        Nobody can log in here, so the console only shows: what is done must have a name in the audit trail. Name somebody under 'web.users'; \
        'dropline password' makes the hash.
        """
}

extension String {
    /// The text as a part of a path.
    var encoded: String { addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(["-", "_", "."])) ?? self }
}
