import Commerce
import Foundation
import Sealing
import Synchronization

/// Says who a request comes from, and lets people in and out.
final class Access: Sendable {
    let sessions = Sessions()
    let tries = LoginTries()
    let desk = LoginDesk()
    private let current: Mutex<WebSettings>

    init(_ settings: WebSettings) { current = Mutex(settings) }

    /// The settings of the moment.
    var settings: WebSettings { current.withLock { $0 } }

    /// Checks other settings, as they would hold where the console listens now; returns what turns to them.
    ///
    /// Who is not there any more, or is known by something else, is logged out by it.
    func turning(to new: WebSettings) throws(WebError) -> @Sendable () -> Void {
        var new = new
        (new.host, new.port) = (settings.host, settings.port)
        try new.check()
        return { [self, new] in
            let old = current.withLock { current in
                defer { current = new }
                return current
            }
            let kept = new.users.filter { user in old.users.contains { $0.isSame(as: user) } }.map(\.name)
            sessions.end(of: { !kept.contains($0) })
        }
    }

    /// Begins a session of somebody whose password fitted; `nil` when the configuration has changed meanwhile, so that it fits no more.
    func begin(_ user: WebUser) -> String? {
        let session = sessions.begin(user.name)
        if settings.users.contains(where: { $0.isSame(as: user) }) { return session }
        sessions.end(session)
        return nil
    }

    /// The name of the cookie; browsers keep one with this prefix to this very host and to TLS.
    var cookieName: String { settings.isSecure ? "__Host-dropline" : "dropline" }

    /// Whether anybody has to log in.
    var needsLogin: Bool { !settings.users.isEmpty }

    /// Who sends a request; `nil` for somebody who has to log in first.
    func visitor(_ call: Call) -> Visitor? {
        let settings = settings
        guard !settings.users.isEmpty else { return Visitor(name: nil, role: .see) }
        if let authorization = call.header("authorization") {
            return authorization.hasPrefix("Bearer ") ? bearer(Secret(String(authorization.dropFirst(7)))) : nil
        }
        guard let id = call.cookie(cookieName), let session = sessions.session(id, isUsed: !call.isRenewal),
            let user = settings.users.first(where: { $0.name == session.name })
        else { return nil }
        return Visitor(name: user.name, role: user.role, session: id, formToken: session.formToken)
    }

    /// The user whose token a script sends.
    private func bearer(_ token: Secret) -> Visitor? {
        for user in settings.users {
            if case .token(let known) = user.credential, known.isSame(as: token) {
                return Visitor(name: user.name, role: user.role)
            }
        }
        return nil
    }

    /// The address of the sender, as the trusted proxies tell it: the last in `X-Forwarded-For` that is none of theirs.
    ///
    /// What anybody else writes there is not believed.
    func sender(of call: Call) -> String {
        let settings = settings
        guard settings.isTrustedProxy(call.address) else { return call.address }
        let told = call.headers("x-forwarded-for").flatMap { $0.split(separator: ",") }
            .map { $0.trimmingCharacters(in: .whitespaces) }
        var sender = call.address
        for address in told.reversed() {
            guard AddressRange(address) != nil else { break }
            sender = address
            guard settings.isTrustedProxy(address) else { break }
        }
        return sender
    }

    /// Whether a page of ours sent the form, as far as a browser says; what no browser sends passes, for it carries no cookie by itself.
    func comesFromHere(_ call: Call) -> Bool {
        if let site = call.header("sec-fetch-site"), site != "same-origin", site != "none" { return false }
        guard let origin = call.header("origin") else { return true }
        guard let place = origin.range(of: "://").map({ origin[$0.upperBound...].lowercased() }) else { return false }
        return place == call.authority || place == settings.publicAuthority
    }

    /// Whether the request names us; one that was led here under another name is none of ours.
    ///
    /// A page of somebody else's whose name is made to point to this machine would else be let in by the browser.
    func isForUs(_ call: Call) -> Bool {
        guard let authority = call.authority else { return false }
        if authority == settings.publicAuthority { return true }
        let host = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
        return WebSettings.isLoopback(host) || host == settings.host.lowercased()
    }

    func cookie(_ id: String, ends: Bool = false) -> (String, String) {
        let secure = settings.isSecure ? "; Secure" : ""
        let age = ends ? 0 : Sessions.longest.components.seconds
        return ("set-cookie", "\(cookieName)=\(id); Path=/; HttpOnly; SameSite=Strict; Max-Age=\(age)\(secure)")
    }
}
