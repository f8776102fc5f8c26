import Synchronization

/// Counts logins that failed, by name and address, and has the next ones wait, so that nobody can try many passwords.
///
/// Nobody is refused for what others tried: the right password comes in too, after its wait. Only who has very many tries under way at once is turned away.
final class LoginTries: Sendable {
    /// How long a failure counts.
    static let window: Duration = .seconds(300)
    /// How many logins may be under way at once, from one address and from all.
    static let mostAtOnce = (address: 64, all: 256)
    static let mostKeys = 10_000

    /// A login that is under way.
    struct Try: Sendable {
        fileprivate let name: String
        fileprivate let address: String
        /// How long it waits before its password is looked at.
        let wait: Duration
        /// How many have failed from its address: those with fewer go first.
        let failures: Int
    }

    private struct State {
        var failures: [Key: [ContinuousClock.Instant]] = [:]
        var underWay: [String: Int] = [:]
    }

    fileprivate enum Key: Hashable {
        case address(String)
        case name(String, from: String)
    }

    private let state = Mutex(State())
    private let now: @Sendable () -> ContinuousClock.Instant

    init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) { self.now = now }

    /// How many names and addresses are remembered.
    var remembered: Int { state.withLock { $0.failures.count } }

    /// Begins a login, which must be ended; `nil` while too many are under way.
    ///
    /// It counts as one that failed until it has not, so that many at once are counted too.
    func begin(name: String, address: String) -> Try? {
        let now = now()
        return state.withLock { state in
            guard state.underWay[address, default: 0] < Self.mostAtOnce.address,
                state.underWay.values.reduce(0, +) < Self.mostAtOnce.all
            else { return nil }
            state.underWay[address, default: 0] += 1
            let (own, all) = (Key.name(name, from: address), Key.address(address))
            for key in [own, all] { state.failures[key]?.removeAll { now - $0 >= Self.window } }
            let ownFailures = state.failures[own]?.count ?? 0
            let failures = state.failures[all]?.count ?? 0
            for key in [own, all] { state.failures[key, default: []].append(now) }
            state.failures.forgetOldest(keeping: Self.mostKeys)
            let wait = max(Self.wait(ofOwn: ownFailures), Self.wait(ofAddress: failures))
            return Try(name: name, address: address, wait: wait, failures: failures)
        }
    }

    /// Ends a login; who got in has not failed, and nobody of that name has from there.
    func end(_ login: Try, succeeded: Bool) {
        state.withLock { state in
            let left = (state.underWay[login.address] ?? 1) - 1
            state.underWay[login.address] = left > 0 ? left : nil
            guard succeeded else { return }
            state.failures[.name(login.name, from: login.address)] = nil
            if state.failures[.address(login.address)]?.isEmpty == false {
                state.failures[.address(login.address)]?.removeLast()
            }
        }
    }

    /// After so many failures of one name from one address: three are free, then half a second, a second, and so on up to four.
    private static func wait(ofOwn failures: Int) -> Duration {
        failures < 3 ? .zero : .milliseconds(500 << min(failures - 3, 3))
    }

    /// After so many failures from one address, whatever the names.
    private static func wait(ofAddress failures: Int) -> Duration { failures < 20 ? .zero : .seconds(1) }
}

extension [LoginTries.Key: [ContinuousClock.Instant]] {
    /// Makes room where there are too many: those whose last failure is the oldest go.
    fileprivate mutating func forgetOldest(keeping most: Int) {
        guard count > most else { return }
        let kept = sorted { ($0.value.last ?? .now) > ($1.value.last ?? .now) }.prefix(most * 9 / 10)
        self = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
    }
}
