import Foundation

/// Who gave a command, for the audit trail.
enum Person {
    /// The login name of the process's user, or the user's number where it has no name.
    static var current: String {
        guard let entry = getpwuid(getuid()), let name = entry.pointee.pw_name else { return "uid \(getuid())" }
        return String(cString: name)
    }
}
