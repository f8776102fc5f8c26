import ArgumentParser
import Foundation
import Glibc
import Pipelines

/// What every command takes by which a person decides something.
struct DecisionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Why; it is kept in the audit trail, with your user name.", valueName: "text"))
    var reason: String

    func validate() throws {
        guard !reason.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty else {
            throw ValidationError("--reason says why, in your own words; it is kept in the audit trail")
        }
    }

    /// The decision as it is taken now.
    var decision: Decision {
        let words = reason.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return Decision(by: Self.userName, because: words, at: Int64(Date().timeIntervalSince1970 * 1000))
    }

    /// The name of the user who runs this process, as the system knows it and not as the environment says.
    private static var userName: String {
        guard let entry = getpwuid(getuid()) else { return "uid \(getuid())" }
        return String(cString: entry.pointee.pw_name)
    }
}
