import CommandSupport
import Foundation

/// What a process did to files, in its order, as `strace` tells it.
struct DiskTrace {
    enum Step: Equatable {
        case written(String)
        case synced(String)
        case renamed(String, to: String)
        case linked(String, to: String)
        case madeFolder(String)
        /// Bytes that went to another machine.
        case sent
    }

    let steps: [Step]

    /// What stands before a program so that what it does is written to `log`: a call that has ended is a line.
    static func tracing(to log: String) -> [String] {
        let calls = [
            "write", "writev", "pwrite64", "pwritev", "sendto", "sendmsg", "fsync", "fdatasync", "rename", "renameat",
            "renameat2",
            "link", "linkat", "mkdir", "mkdirat",
        ]
        // A process that can't be looked into shows the names of its files to root alone.
        let asRoot = geteuid() == 0 ? [] : ["unshare", "--user", "--map-root-user", "--"]
        let options = ["-f", "-yy", "-z", "-qq", "-s", "0", "-o", log, "-e", "trace=" + calls.joined(separator: ",")]
        return asRoot + ["strace"] + options + ["--"]
    }

    init(_ log: String) throws {
        steps = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").compactMap {
            Self.step(String($0.drop { $0.isNumber || $0 == " " }))
        }
    }

    private static func step(_ line: String) -> Step? {
        let call = String(line.prefix { $0 != "(" })
        switch call {
        case "fsync", "fdatasync": return descriptor(line).map { .synced($0) }
        case "write", "writev", "pwrite64", "pwritev", "sendto", "sendmsg":
            guard let file = descriptor(line) else { return nil }
            return file.hasPrefix("TCP") ? .sent : .written(file)
        case "mkdir", "mkdirat": return paths(line).first.map { .madeFolder($0) }
        default:
            let paths = paths(line)
            guard paths.count == 2 else { return nil }
            return call.hasPrefix("rename") ? .renamed(paths[0], to: paths[1]) : .linked(paths[0], to: paths[1])
        }
    }

    /// The file of `fsync(6</a/b>)`.
    private static func descriptor(_ line: String) -> String? {
        line.firstMatch(of: /^[a-z0-9]+\([0-9]+<(TCP[^,]*|[^>]*)>/).map { String($0.output.1) }
    }

    /// The files of `rename("/a", "/b")` and of `renameat2(7</a>, "b", AT_FDCWD</c>, "d", …)`.
    private static func paths(_ line: String) -> [String] {
        line.matches(of: /(?:(?:AT_FDCWD|[0-9]+)<([^>]*)>, )?"([^"]*)"/).map { match in
            let name = String(match.output.2)
            guard let folder = match.output.1, !name.hasPrefix("/") else { return name }
            return folder + "/" + name
        }
    }
}

/// What a trace shows of the order in which things reached the disk.
struct DiskOrder {
    /// What was renamed or linked: from where, and to where.
    private(set) var names: [(from: String, to: String)] = []
    /// Where the order was another one.
    private(set) var violations: [String] = []
    /// How often a ledger's log was synced.
    private(set) var commits = 0

    private var dirty: Set<String> = []
    private var whole: Set<String> = []
    private var foldersDue: Set<String> = []
    private let isPublic: (String) -> Bool

    /// Follows a trace; `isPublic` tells the names that others see.
    init(_ trace: DiskTrace, isPublic: @escaping (String) -> Bool) {
        self.isPublic = isPublic
        for step in trace.steps { follow(step) }
    }

    /// Whether what got this name had been written and synced before, under whatever name.
    func isWhole(_ path: String) -> Bool { whole.contains(path) }

    private mutating func follow(_ step: DiskTrace.Step) {
        switch step {
        case .written(let path):
            if isLog(path) {
                for folder in foldersDue { violations.append("the ledger went on before \(folder) was synced") }
                foldersDue = []
            }
            dirty.insert(path)
            whole.remove(path)
        case .synced(let path):
            if isLog(path) { commits += 1 }
            if dirty.remove(path) != nil { whole.insert(path) }
            foldersDue.remove(path)
        case .renamed(let from, let to), .linked(let from, let to):
            if dirty.contains(from) { violations.append("\(from) became \(to) before it was synced") }
            if isPublic(to) { requireCommitted("\(to) got its name") }
            if whole.contains(from) { whole.insert(to) }
            names.append((from, to))
            foldersDue.insert(folder(of: to))
            if case .renamed = step { foldersDue.insert(folder(of: from)) }
        case .madeFolder(let path): foldersDue.insert(folder(of: path))
        case .sent: requireCommitted("something was sent")
        }
    }

    private mutating func requireCommitted(_ event: String) {
        if let log = dirty.first(where: isLog) { violations.append("\(event) before \(log) was synced") }
    }

    private func isLog(_ path: String) -> Bool { path.hasSuffix(".sqlite-wal") }
    private func folder(of path: String) -> String { (path as NSString).deletingLastPathComponent }
}
