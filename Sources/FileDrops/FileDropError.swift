public import Commerce

/// What went wrong with a file or directory of a drop.
///
/// Its text says what was being done, on which drop and path, why it failed, and what to do next. Names are shown with control characters escaped.
public struct FileDropError: ClassifiedError, Hashable {
    /// The kinds of failure; the raw value is the stable word for ledger and scripts.
    public enum Code: String, Sendable, CaseIterable {
        case notFound = "not-found"
        case exists = "exists"
        case permissionDenied = "permission-denied"
        case notAFile = "not-a-file"
        case notADirectory = "not-a-directory"
        case outsideRoot = "outside-root"
        case nameRefused = "name-refused"
        case noSpace = "no-space"
        case readOnly = "read-only"
        case notSupported = "not-supported"
        case unreachable = "unreachable"
        case timedOut = "timed-out"
        case connectionLost = "connection-lost"
        case hostKeyUnknown = "host-key-unknown"
        case hostKeyChanged = "host-key-changed"
        case hostKeyRevoked = "host-key-revoked"
        case knownHostsUnusable = "known-hosts-unusable"
        case loginRefused = "login-refused"
        case loginUnusable = "login-unusable"
        case io = "io"
    }

    /// What the system or the server said.
    public enum Cause: Hashable, Sendable {
        /// An error number of Linux.
        case errno(Int32)
        /// A server's status code and its words.
        case server(code: Int, words: String)
        /// Words of our own.
        case words(String)
    }

    /// The kind of failure.
    public let code: Code
    /// The drop's name, where one is involved: a path can be refused before.
    public let drop: String?
    /// The path in the drop, unescaped.
    public let path: String?
    /// What was being done, as "listing".
    public let doing: String
    /// Why.
    public let cause: Cause?
    /// What the runner does; by default what suits the code.
    public let disposition: Disposition
    /// What a person should do next, where more is known than the code tells.
    public let hint: String?
    /// Whether the connection broke, or could not be made: then nothing else on the drop can be had either.
    public let isOfConnection: Bool

    /// Describes a failure.
    ///
    /// - Parameters:
    ///   - code: the kind.
    ///   - doing: a participle with what belongs to it, before the path: `listing`, `publishing ‹staged name› to`.
    ///   - path: the path or name concerned.
    ///   - drop: the drop's name in the configuration.
    ///   - cause: what the system or the server said.
    ///   - disposition: what to do; `nil` takes what suits the code.
    ///   - hint: what a person should do next; `nil` takes what suits the code.
    ///   - endsConnection: whether it is one of the connection, whatever the code.
    public init(
        _ code: Code,
        doing: String,
        path: String? = nil,
        drop: String? = nil,
        cause: Cause? = nil,
        disposition: Disposition? = nil,
        hint: String? = nil,
        endsConnection: Bool = false
    ) {
        self.code = code
        self.doing = doing
        self.path = path
        self.drop = drop
        self.cause = cause
        self.disposition = disposition ?? code.disposition
        self.hint = hint
        isOfConnection = endsConnection || code.isOfConnection
    }

    /// The code as a stable word.
    public var codeName: String { code.rawValue }

    /// The drop, where the fault lies with it.
    public var remote: RemoteParty? { side == .remote ? drop.map { .drop($0) } : nil }

    /// Names and paths that can't be, and logins that can't be used, are faults of the configuration; all else lies with the drop.
    public var side: FaultSide {
        switch code {
        case .outsideRoot, .nameRefused, .knownHostsUnusable, .loginUnusable: .configuration
        default: .remote
        }
    }

    /// One line: `listing inbox on drop netsuite: permission denied (errno 13, Permission denied); let Dropline's user …`.
    public var description: String {
        var text = doing
        if let path { text += " " + (path.isEmpty ? "." : ShownText.escaped(path)) }
        if let drop { text += " on drop \(ShownText.escaped(drop))" }
        text += ": " + code.words
        if let cause { text += " (\(cause))" }
        return text + "; " + (hint ?? code.advice)
    }

    /// The same error with how to stage elsewhere, for a place in which the staging directory may not be made: the root of a chroot is nobody's to write to.
    package func advisingOtherStaging(than staging: DropPath) -> FileDropError {
        let place = staging.parent.isRoot ? "the drop's root" : "'\(staging.parent)'"
        return FileDropError(
            code,
            doing: doing,
            path: path,
            drop: drop,
            cause: cause,
            disposition: disposition,
            hint:
                "nothing may be made in \(place), as in that of a chroot: set 'staging' of the drop to a directory below one that can be written to,"
                + " such as 'upload/\(staging.name)', or give Dropline's user the right",
            endsConnection: isOfConnection
        )
    }

    static func refused(_ code: Code, path: String, because reason: String) -> FileDropError {
        FileDropError(code, doing: "reading the path", path: path, cause: .words(reason))
    }
}
