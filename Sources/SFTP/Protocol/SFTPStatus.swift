import FileDrops

/// What a server answers with SSH_FXP_STATUS (draft-ietf-secsh-filexfer-02 section 7).
///
/// Version 3 has nine codes, and most servers say `failure` for all that has none of its own: a full disk, a name that is taken.
/// Some answer with codes of later versions (draft 13 section 9.1), which are understood too.
struct SFTPStatus: Equatable {
    let code: UInt32
    let words: String

    static let ok: UInt32 = 0
    static let endOfFile: UInt32 = 1
    static let failure: UInt32 = 4
    static let unsupported: UInt32 = 8

    /// The failure that this answer is for a call which should have been done.
    var asFailure: RemoteFailure {
        RemoteFailure(code: meaning, cause: .server(code: Int(code), words: words), endsConnection: false)
    }

    private var meaning: FileDropError.Code {
        switch code {
        case 2, 10: .notFound  // no such file, no such path
        case 3: .permissionDenied
        case 5, 20: .nameRefused  // bad message, as OpenSSH answers to names that are too long; invalid filename
        case Self.unsupported: .notSupported
        case 11: .exists
        case 12: .readOnly
        case 14, 15: .noSpace  // no space, quota exceeded
        case 19: .notADirectory
        case 24: .notAFile
        default: .io
        }
    }
}
