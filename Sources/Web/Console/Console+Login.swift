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
        let form = try await call.form(upTo: 4_096)
        let name = form["name"].trimmingWhitespace
        if let wait = access.limits.begin(user: name, address: call.address) {
            let seconds = max(1, wait.components.seconds)
            logger.warning("too many logins failed", metadata: ["address": "\(call.address)"])
            return loginPage(
                call,
                failure: "Too many tries. Wait \((seconds + 59) / 60) minutes and try again.",
                status: 429
            ).with(("retry-after", "\(seconds)"))
        }
        guard let user = await access.desk.user(name, Secret(form["password"]), among: access.settings.users),
            let session = access.begin(user)
        else {
            logger.warning("a login failed", metadata: ["address": "\(call.address)"])
            return loginPage(call, failure: "That name and password don't fit together.", status: 401)
        }
        access.limits.succeed(user: name, address: call.address)
        if let old = call.cookie(access.cookieName) { access.sessions.end(old) }
        logger.info("logged in", metadata: ["user": "\(user.name)", "address": "\(call.address)"])
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
