import FileDrops
import Sealing

/// Compares passwords, one at a time and on a thread of its own, so that logins hold up nobody's work.
actor LoginDesk {
    nonisolated private let executor = QueueExecutor(label: "login")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    /// What an unknown name is compared with, so that it takes as long as a known one.
    private static let nobody = try? PasswordHash(of: Secret(Sessions.randomToken()))

    /// The user of that name, if the password, or the token, is theirs.
    func user(_ name: String, _ password: Secret, among users: [WebUser]) -> WebUser? {
        guard let user = users.first(where: { $0.name == name }) else {
            _ = Self.nobody?.matches(password)
            return nil
        }
        return switch user.credential {
        case .password(let hash): hash.matches(password) ? user : nil
        case .token(let token): token.isSame(as: password) ? user : nil
        }
    }
}
