import FileDrops
import Sealing

/// Compares passwords on a thread of its own, so that logins hold up nobody's work.
actor PasswordComparison {
    nonisolated private let executor = QueueExecutor(label: "login")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    /// Hashes that no password fits, one of each amount of work that was met.
    private var decoys: [PasswordHash] = []

    /// The user of that name, if the password, or the token, is theirs.
    ///
    /// It takes as long whatever the name, known or not: one hash of each amount of work is compared that any user's hash has.
    func user(_ name: String, _ password: Secret, among users: [WebUser]) -> WebUser? {
        let user = users.first { $0.name == name }
        var fits = false
        if case .token(let token)? = user?.credential { fits = token.isSame(as: password) }
        for decoy in decoys(for: users.compactMap(\.hash)) {
            if let hash = user?.hash, hash.takesAsLong(as: decoy) {
                fits = hash.matches(password)
            } else {
                _ = decoy.matches(password)
            }
        }
        return fits ? user : nil
    }

    private func decoys(for hashes: [PasswordHash]) -> [PasswordHash] {
        for hash in hashes where !decoys.contains(where: hash.takesAsLong) { decoys.append(hash.decoy()) }
        return decoys.filter { decoy in hashes.contains { $0.takesAsLong(as: decoy) } }
    }
}

extension WebUser {
    fileprivate var hash: PasswordHash? {
        if case .password(let hash) = credential { hash } else { nil }
    }
}
