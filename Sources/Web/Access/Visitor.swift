/// Who sends a request.
struct Visitor: Sendable {
    /// The name, as the audit trail has it; `nil` for whoever sits at this machine while nobody can log in.
    var name: String?
    /// What the visitor may do.
    var role: Role
    /// The browser's session; `nil` for a script, and where nobody can log in.
    var session: String?
    /// What the forms of the session carry.
    var formToken: String?

    var canAct: Bool { role == .act && name != nil }
}
