import Glibc

/// The files of an installation that nobody but its owner has a reason to read, as they lie on the disk.
struct ExposedFiles {
    /// The ledger.
    let state: String
    /// The folder of the sealed files.
    let workspace: String
    /// The master key; `nil` where systemd gives it, whose folder guards it.
    let key: String?
    let secrets: Set<String>

    /// What others can read, and a key that is a link.
    var warnings: [ConfigurationProblem] {
        let ledger = [state, state + "-wal", state + "-shm"].compactMap { exposure(of: $0, as: "the ledger") }
        let files = exposure(of: workspace, as: "the workspace", mode: "700")
        let keys = key.map { [exposure(of: $0, as: "the master key"), link(at: $0)].compactMap(\.self) } ?? []
        return ledger + [files].compactMap(\.self) + keys
            + secrets.subtracting([key].compactMap(\.self)).sorted().compactMap { exposure(of: $0, as: "a secret") }
    }

    private func exposure(of path: String, as what: String, mode: String = "600") -> ConfigurationProblem? {
        var information = stat()
        guard stat(path, &information) == 0, information.st_mode & 0o077 != 0 else { return nil }
        let present = String(information.st_mode & 0o7777, radix: 8)
        return problem(path, "others than its owner may use \(what) (mode 0\(present)); 'chmod \(mode) \(path)'")
    }

    /// Whoever can change a link decides which key is used, and a copy of it may lie where nobody looks.
    private func link(at path: String) -> ConfigurationProblem? {
        var information = stat()
        guard lstat(path, &information) == 0 else { return nil }
        if information.st_mode & S_IFMT == S_IFLNK {
            return problem(path, "the master key is a link; put the file itself here, or name it under 'key'")
        }
        guard information.st_mode & S_IFMT == S_IFREG, information.st_nlink > 1 else { return nil }
        return problem(path, "the master key has another name besides this one, a hard link; keep one")
    }

    private func problem(_ path: String, _ message: String) -> ConfigurationProblem {
        ConfigurationProblem(file: path, line: 0, column: 0, message: message)
    }
}
