import Synchronization

/// Counts logins that failed, by user and by address, so that nobody can try passwords for long.
final class LoginLimits: Sendable {
    /// So many may fail within `window`.
    static let mostPerUser = 5
    static let mostPerAddress = 20
    static let window: Duration = .seconds(300)
    private static let mostKeys = 10_000

    private let failures = Mutex<[String: [ContinuousClock.Instant]]>([:])
    private let now: @Sendable () -> ContinuousClock.Instant

    init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) { self.now = now }

    /// Counts a try before it is made, so that many at once are counted too; gives for how long none is taken, or `nil`.
    func begin(user: String, address: String) -> Duration? {
        let now = now()
        return failures.withLock { failures in
            if failures.count > Self.mostKeys {
                failures = failures.filter { entry in entry.value.contains { now - $0 < Self.window } }
                // Nobody tries from so many places by accident.
                if failures.count > Self.mostKeys { return Self.window }
            }
            let limits = [("user " + user, Self.mostPerUser), ("address " + address, Self.mostPerAddress)]
            for (key, most) in limits {
                let recent = (failures[key] ?? []).filter { now - $0 < Self.window }
                failures[key] = recent
                if recent.count >= most, let first = recent.first { return Self.window - (now - first) }
            }
            for (key, _) in limits { failures[key, default: []].append(now) }
            return nil
        }
    }

    /// Forgets the tries of a user who got in.
    func succeed(user: String, address: String) {
        failures.withLock { failures in
            failures["user " + user] = nil
            if failures["address " + address]?.isEmpty == false { failures["address " + address]?.removeLast() }
        }
    }
}
