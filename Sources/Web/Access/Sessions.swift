import Sealing
import Synchronization

/// Who is logged in, kept in memory only: a restart logs everybody out.
///
/// What a browser holds is 256 random bits; here stands their digest.
final class Sessions: Sendable {
    /// One login of one person.
    struct Session: Sendable {
        /// The user's name; the role is looked up at each request.
        let name: String
        /// What every form of this session carries.
        let formToken: String
        let began: ContinuousClock.Instant
        var lastUsed: ContinuousClock.Instant
        /// What the next page says.
        var notice: Notice?
        /// Files that were looked at by a dry run and may be taken.
        var files: [String: HeldFile] = [:]
    }

    /// A line on top of the next page.
    struct Notice: Sendable {
        var text: String
        var isError = false
    }

    /// A file in the hand of a person who has seen its dry run.
    struct HeldFile: Sendable {
        var file: DroppedFile
        var pipeline: String
    }

    static let longest: Duration = .seconds(12 * 3600)
    static let longestIdle: Duration = .seconds(2 * 3600)
    private static let most = 1_000
    private static let mostFiles = 2
    private static let mostFileBytes = 64_000_000

    private let sessions = Mutex<[SHA256Digest: Session]>([:])
    private let now: @Sendable () -> ContinuousClock.Instant

    init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) { self.now = now }

    /// Begins a session; returns what the browser is to keep.
    func begin(_ name: String) -> String {
        let id = Self.randomToken()
        let now = now()
        sessions.withLock { sessions in
            sessions = sessions.filter { Self.isAlive($0.value, now) }
            if sessions.count >= Self.most, let oldest = sessions.min(by: { $0.value.lastUsed < $1.value.lastUsed }) {
                sessions[oldest.key] = nil
            }
            sessions[Self.key(id)] = Session(name: name, formToken: Self.randomToken(), began: now, lastUsed: now)
        }
        return id
    }

    /// The session of a browser; `nil` once it is over.
    ///
    /// What a person does keeps it alive, what a page asks by itself does not.
    func session(_ id: String, isUsed: Bool = true) -> Session? {
        let now = now()
        return sessions.withLock { sessions in
            let key = Self.key(id)
            guard var session = sessions[key] else { return nil }
            guard Self.isAlive(session, now) else {
                sessions[key] = nil
                return nil
            }
            if isUsed { session.lastUsed = now }
            sessions[key] = session
            return session
        }
    }

    /// Changes a session that is there.
    func change<Value: Sendable>(_ id: String, _ body: @Sendable (inout Session) -> Value) -> Value? {
        sessions.withLock { sessions in
            let key = Self.key(id)
            guard var session = sessions[key] else { return nil }
            let value = body(&session)
            sessions[key] = session
            return value
        }
    }

    /// Keeps a file for as long as the session lasts; `nil` when there is no room for it now.
    func hold(_ file: HeldFile, of id: String) -> String? {
        let name = Self.randomToken()
        return sessions.withLock { sessions in
            let held = sessions.values.flatMap(\.files.values).reduce(0) { $0 + $1.file.bytes.count }
            let key = Self.key(id)
            guard held + file.file.bytes.count <= Self.mostFileBytes, var session = sessions[key] else { return nil }
            while session.files.count >= Self.mostFiles, let any = session.files.keys.first { session.files[any] = nil }
            session.files[name] = file
            sessions[key] = session
            return name
        }
    }

    /// Ends a session.
    func end(_ id: String) { sessions.withLock { $0[Self.key(id)] = nil } }

    /// Ends all sessions of some people.
    func end(of isMeant: (String) -> Bool) {
        sessions.withLock { sessions in sessions = sessions.filter { !isMeant($0.value.name) } }
    }

    private static func isAlive(_ session: Session, _ now: ContinuousClock.Instant) -> Bool {
        now - session.began < longest && now - session.lastUsed < longestIdle
    }

    private static func key(_ id: String) -> SHA256Digest { SHA256Digest(of: Array(id.utf8)) }

    /// 256 bits from the system's secure random numbers, in hexadecimal digits.
    static func randomToken() -> String {
        var source = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let digits = String(source.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
