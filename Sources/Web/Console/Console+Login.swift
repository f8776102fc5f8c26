import Ledgers
import Logging
import Sealing

extension Console {
    func loginPage(_ call: Call, failure: String? = nil, status: Int = 200) -> Reply {
        guard access.needsLogin else { return .redirect("/") }
        if failure == nil, access.visitor(call) != nil { return .redirect("/") }
        var view: View = [:]
        view["failure"] = failure
        return .html(Templates.layout(title: "Log in", main: Templates.render("login", view)), status: status)
    }

    func logIn(_ call: Call) async throws -> Reply {
        guard access.needsLogin else { return .redirect("/") }
        guard access.comesFromHere(call) else { return .message(403, "The form was sent from another site.") }
        let form = try await call.form(upTo: 4_096, within: access.settings.times.form)
        let (name, sender) = (String(form["name"].trimmingWhitespace.prefix(100)), access.sender(of: call))
        guard let login = access.tries.begin(name: name, address: sender) else {
            logger.warning("too many logins at once", metadata: ["address": "\(sender)"])
            return loginPage(call, failure: "Too many are logging in. Try again in a moment.", status: 429)
                .with(("retry-after", "5"))
        }
        var session: String?
        defer { access.tries.end(login, succeeded: session != nil) }
        if login.wait > .zero {
            try await connections.whileSenderStays(on: call.channel) { try await Task.sleep(for: login.wait) }
        }
        let password = Secret(form["password"])
        let user = await access.desk.user(name, password, among: access.settings.users, failures: login.failures)
        session = user.flatMap(access.begin)
        guard let user, let session else {
            logger.warning("a login failed", metadata: ["address": "\(sender)"])
            return loginPage(call, failure: "That name and password don't fit together.", status: 401)
        }
        if let old = call.cookie(access.cookieName) { access.sessions.end(old) }
        logger.info("logged in", metadata: ["user": "\(user.name)", "address": "\(sender)"])
        return Reply.redirect("/").with(access.cookie(session))
    }

    func logOut(_ visitor: Visitor) -> Reply {
        if let session = visitor.session { access.sessions.end(session) }
        return Reply.redirect("/login").with(access.cookie("", ends: true))
    }
}

extension String {
    /// The text without blanks around it, each run of them within it as one.
    var trimmingWhitespace: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
