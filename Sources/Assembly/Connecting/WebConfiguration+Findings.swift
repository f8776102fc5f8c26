extension WebConfiguration {
    /// By what each user of the console is known, or why that can't be had.
    var findings: [ConnectionFinding] {
        users.map { user in
            let subject = "web user \(user.name)"
            do {
                return switch try credential(of: user) {
                case .password: ConnectionFinding(subject, "may \(user.role), with a password")
                case .token: ConnectionFinding(subject, "may \(user.role), with a token")
                }
            } catch {
                return ConnectionFinding(subject, failing: error)
            }
        }
    }
}
