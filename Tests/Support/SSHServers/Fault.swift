/// What happens to one kind of request at an `AsyncSSHServer`, in place of its answer.
public struct Fault: Sendable, Codable {
    /// A kind of request.
    public enum Request: String, Sendable, Codable, CaseIterable {
        case login
        case initialize = "init"
        case open
        case close
        case read
        case write
        case lstat
        case fstat
        case setstat
        case fsetstat
        case opendir
        case readdir
        case remove
        case mkdir
        case rmdir
        case realpath
        case stat
        case rename
        case posixRename = "posix-rename@openssh.com"
        case fsync = "fsync@openssh.com"
        case limits = "limits@openssh.com"
        case statvfs = "statvfs@openssh.com"
    }

    /// What comes of it.
    public enum Effect: Sendable {
        /// No answer, ever; the connection stays, and other requests are answered.
        case silence
        /// No answer; the connection is dropped.
        case drop
        /// An answer of this code (SSH_FXP_STATUS) with this message.
        case status(Int, String = "Failure")
    }

    /// When it comes.
    public enum Moment: Sendable {
        /// The request is not fulfilled.
        case before
        /// The request is fulfilled, only its answer is struck.
        case after
    }

    /// The kind of request.
    public let request: Request
    let effect: String
    let performed: Bool
    let skip: Int
    let count: Int?
    let status: Int
    let message: String

    /// Strikes a kind of request, all but the first `skip`, `count` times or for ever.
    ///
    /// `.login` and `.initialize` know only `.silence` and `.drop`, and are never fulfilled.
    public init(_ request: Request, _ effect: Effect, _ moment: Moment = .before, skip: Int = 0, count: Int? = nil) {
        (self.request, performed) = (request, moment == .after)
        (self.skip, self.count) = (skip, count)
        switch effect {
        case .silence: (self.effect, status, message) = ("silence", 0, "")
        case .drop: (self.effect, status, message) = ("drop", 0, "")
        case .status(let code, let words): (self.effect, status, message) = ("status", code, words)
        }
    }
}
