extension Console {
    /// A page for a visitor, with navigation and what was just done.
    func page(
        _ title: String,
        _ template: String,
        _ view: View,
        _ visitor: Visitor,
        place: String = "",
        status: Int = 200
    )
        -> Reply
    {
        var view = view
        view["visitor"] = self.view(of: visitor)
        var frame: View = ["nav": true, "on_\(place)": true]
        if let name = visitor.name { frame["user"] = ["name": name, "role": visitor.role.rawValue] }
        if let token = visitor.formToken { frame["token"] = token }
        if let session = visitor.session {
            let notice = access.sessions.change(session) { session in
                defer { session.notice = nil }
                return session.notice
            }
            if case .some(.some(let notice)) = notice {
                frame["notice"] = ["text": notice.text, "tone": notice.isError ? "bad" : "good"]
            }
        }
        return .html(Templates.layout(title: title, main: Templates.render(template, view), frame), status: status)
    }

    /// What templates ask of a visitor.
    func view(of visitor: Visitor) -> View {
        var view: View = [:]
        if visitor.canAct, let token = visitor.formToken { view["acts"] = ["token": token] }
        if visitor.name == nil { view["isNobody"] = true }
        return view
    }
}
