import FileDrops

/// Why a call to a server failed, before it is said what was being done.
struct RemoteFailure: Error, Equatable {
    let code: FileDropError.Code
    let cause: FileDropError.Cause
    /// Whether the connection can't be used any more.
    let endsConnection: Bool
    /// What a person should do, where more is known than the code tells.
    var hint: String?
    /// The types of host keys that the server has, where the two have no other thing not in common; it may have been asked for too few.
    var offeredHostKeys: [String]?

    /// A failure of the connection or of its making.
    static func connection(_ code: FileDropError.Code, _ words: String) -> RemoteFailure {
        RemoteFailure(code: code, cause: .words(words), endsConnection: true)
    }

    /// A failure of one call; the connection stands.
    static func call(_ code: FileDropError.Code, _ words: String) -> RemoteFailure {
        RemoteFailure(code: code, cause: .words(words), endsConnection: false)
    }

    /// The same, told as the failure of what was being done.
    func telling(_ doing: String, path: DropPath? = nil, drop: String? = nil) -> FileDropError {
        FileDropError(
            code,
            doing: doing,
            path: path?.text,
            drop: drop,
            cause: cause,
            hint: hint,
            endsConnection: endsConnection
        )
    }
}
