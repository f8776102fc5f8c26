import Sealing

/// Compares passwords, one at a time.
///
/// Of those that wait, the one whose address has failed least often goes first.
actor LoginDesk {
    private let comparison = PasswordComparison()
    private var isBusy = false
    private var waiting: [(failures: Int, turn: CheckedContinuation<Void, Never>)] = []

    /// How many wait for their turn.
    var waitingCount: Int { waiting.count }

    /// The user of that name, if the password, or the token, is theirs.
    func user(_ name: String, _ password: Secret, among users: [WebUser], failures: Int) async -> WebUser? {
        if isBusy { await withCheckedContinuation { waiting.append((failures, $0)) } }
        isBusy = true
        let user = await comparison.user(name, password, among: users)
        if let first = waiting.indices.min(by: { waiting[$0].failures < waiting[$1].failures }) {
            // It stays busy, for this one.
            waiting.remove(at: first).turn.resume()
        } else {
            isBusy = false
        }
        return user
    }
}
