/// Why the sandbox cannot start or cannot do what was asked.
public struct SandboxError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Code: String, Sendable {
        /// The host is not a loopback address.
        case hostNotLoopback
        /// The configuration holds a value that is none, such as an amount that is no number.
        case badConfiguration
        /// The text or JSON names no known fault, or gives it a value that is none.
        case badFault
        /// The state file is there but cannot be read.
        case unreadableState
        /// `run` was called a second time.
        case alreadyRunning
        /// There is no such card.
        case noSuchCard
    }

    /// The kind of failure.
    public let code: Code
    /// What exactly is wrong.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message with its code.
    public var description: String { "\(code.rawValue): \(message)" }
}
