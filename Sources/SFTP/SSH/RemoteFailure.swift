import FileDrops

/// Why a call to a server failed, before it is said what was being done.
struct RemoteFailure: Error, Equatable {
    let code: FileDropError.Code
    let cause: FileDropError.Cause
    /// Whether the connection can't be used any more.
    let endsConnection: Bool

    /// A failure of the connection or of its making.
    static func connection(_ code: FileDropError.Code, _ words: String) -> RemoteFailure {
        RemoteFailure(code: code, cause: .words(words), endsConnection: true)
    }

    /// A failure of one call; the connection stands.
    static func call(_ code: FileDropError.Code, _ words: String) -> RemoteFailure {
        RemoteFailure(code: code, cause: .words(words), endsConnection: false)
    }
}
