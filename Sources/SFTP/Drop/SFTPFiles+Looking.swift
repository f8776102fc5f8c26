import FileDrops

extension SFTPFiles {
    /// What stands at a path.
    enum Place {
        case there(SFTPAttributes)
        case missing
        /// Something on the way to it is no directory.
        case blocked
    }

    /// How many READDIR requests are in flight: each answer of a server brings a hundred names or so.
    private static let listingsInFlight = 64
    /// A directory with more names than this is none that files are dropped in; its listing may have no end.
    private static let mostNames = 100_000
    /// In bytes, of all names of a directory.
    private static let mostNameBytes = 16 << 20
    /// In bytes, of all that a listing takes on the way: names that mean nothing, such as `.`, must come to an end too.
    private static let mostListedBytes = 128 << 20
    /// How many requests for the attributes of single files are.
    private static let looksInFlight = 64

    func list(_ path: DropPath) throws(FileDropError) -> [DropEntry] {
        begin()
        try refuseStaging(path, doing: "listing")
        return try entries(of: path, shownBelow: path, doing: "listing")
    }

    func stat(_ path: DropPath) throws(FileDropError) -> DropEntry? {
        begin()
        try refuseStaging(path, doing: "looking at")
        guard case .there(let attributes) = try look(at: path, doing: "looking at") else { return nil }
        return attributes.entry(at: path)
    }

    func fileSystem(of directory: DropPath) throws(FileDropError) -> UInt64? {
        begin()
        guard case .there = try look(at: directory, doing: "looking at") else { return nil }
        return try calling("looking at", directory) { (client) throws(RemoteFailure) in
            try client.fileSystem(at: remote(directory))
        }
    }

    // MARK: What the other calls are made of

    /// Looks at a path and at every directory on the way, all in one round trip, so that no link below the root is followed.
    ///
    /// A server can't be asked to open a name relative to a directory that is open, so what others do to the way at the same moment isn't seen.
    func look(at path: DropPath, doing: String) throws(FileDropError) -> Place {
        let steps = path.components.indices.map { DropPath(checked: path.components[...$0].joined(separator: "/")) }
        let replies = try calling(doing, path) { (client) throws(RemoteFailure) in
            let ids =
                [client.send(.attributes(root))]
                + steps.map { client.send(.attributesNotFollowing(remote($0))) }
            return try client.replies(to: ids)
        }
        let place = try attributes(replies[0], doing: doing, path: path)
        guard let place, place.mayBeDirectory else {
            let what = place == nil ? "isn't there" : "is no directory"
            throw fault(.unreachable, doing: doing, path: path, because: "the root \(root) \(what) at \(server.host)")
        }
        var last = place
        for (reply, step) in zip(replies.dropFirst(), steps) {
            guard let found = try attributes(reply, doing: doing, path: path) else { return .missing }
            if step != path {
                guard found.kind != .link else {
                    throw fault(
                        .outsideRoot,
                        doing: doing,
                        path: path,
                        because: "\(step) is a link, and links aren't followed"
                    )
                }
                guard found.mayBeDirectory else { return .blocked }
            }
            last = found
        }
        return .there(last)
    }

    /// Makes sure that a path is a directory.
    func requireDirectory(_ path: DropPath, doing: String, for subject: DropPath) throws(FileDropError) {
        switch try look(at: path, doing: doing) {
        case .there(let attributes) where attributes.mayBeDirectory: return
        case .there(let attributes) where attributes.kind == .link:
            throw fault(
                .outsideRoot,
                doing: doing,
                path: subject,
                because: "\(path) is a link, and links aren't followed"
            )
        case .there, .blocked: throw fault(.notADirectory, doing: doing, path: subject)
        case .missing: throw fault(.notFound, doing: doing, path: subject)
        }
    }

    func entries(of path: DropPath, shownBelow shown: DropPath, doing: String) throws(FileDropError) -> [DropEntry] {
        try requireDirectory(path, doing: doing, for: path)
        var entries: [DropEntry] = []
        var incomplete: [Int] = []
        try calling(doing, path) { (client) throws(RemoteFailure) in
            try readNames(in: remote(path), client) { name in
                let entry = self.entry(name, in: shown)
                guard entry.path != staging || path == staging else { return }
                if entry.kind != .other, !name.attributes.isComplete { incomplete.append(entries.count) }
                entries.append(entry)
            }
        }
        try complete(&entries, at: incomplete, in: path, doing: doing)
        entries.sort { $0.path < $1.path }
        // A directory that changes while it is read may show a name twice; names that can't be asked for may look alike.
        let doubled = entries.indices.dropFirst().filter { index in
            entries[index].kind != .other && entries[index].path == entries[index - 1].path
        }
        entries.remove(at: Set(doubled))
        return entries
    }

    private func entry(_ name: SFTPReply.Name, in directory: DropPath) -> DropEntry {
        if let text = String(validating: name.bytes, as: UTF8.self), let path = try? directory.appending(text) {
            return name.attributes.entry(at: path)
        }
        let isLong = name.bytes.count > DropPath.longestName
        let fault =
            isLong
            ? "its name has \(name.bytes.count) bytes, and names have at most \(DropPath.longestName)"
            : "its name is not UTF-8, or none that a file can have"
        return DropEntry(of: .unusable(name.bytes, in: directory), .other, because: fault)
    }

    /// Reads a directory to its end, or until it has more names than any in which files are dropped.
    private func readNames(
        in directory: String,
        _ client: SFTPClient,
        _ take: (SFTPReply.Name) -> Void
    ) throws(RemoteFailure) {
        let handle = try client.call(.openDirectory(directory)).opened()
        defer { client.tell(.close(handle)) }
        var (count, nameBytes, listedBytes) = (0, 0, 0)
        var waiting: [UInt32] = []
        defer { waiting.forEach(client.forget) }
        while true {
            while waiting.count < Self.listingsInFlight { waiting.append(client.send(.readDirectory(handle))) }
            switch try client.reply(to: waiting.removeFirst()) {
            case .names(let names) where !names.isEmpty:
                for name in names {
                    count += 1
                    nameBytes += name.bytes.count
                    listedBytes += name.room
                    guard count <= Self.mostNames, nameBytes <= Self.mostNameBytes, listedBytes <= Self.mostListedBytes
                    else { throw Self.tooMany }
                    if !name.isDot { take(name) }
                }
            case .names: return
            case .status(let status) where status.code == SFTPStatus.endOfFile: return
            case let other: throw other.unexpected
            }
        }
    }

    private static let tooMany = RemoteFailure(
        code: .notSupported,
        cause: .words("the directory has more than \(mostNames) names, or more than \(mostNameBytes >> 20) MB of them"),
        endsConnection: false,
        hint: "move files away from it; if there are not so many, see what its server lists"
    )

    /// Asks file by file for what the listings of some servers leave out, and takes those out that are gone.
    ///
    /// What the server refuses to tell of one costs that one alone.
    private func complete(
        _ entries: inout [DropEntry],
        at incomplete: [Int],
        in directory: DropPath,
        doing: String
    ) throws(FileDropError) {
        var gone: Set<Int> = []
        for start in stride(from: 0, to: incomplete.count, by: Self.looksInFlight) {
            let some = incomplete[start..<min(incomplete.count, start + Self.looksInFlight)]
            let paths = some.map { entries[$0].path }
            let replies = try calling(doing, directory) { (client) throws(RemoteFailure) in
                try client.replies(
                    to: paths.map { client.send(.attributesNotFollowing(remote(directory) + "/" + $0.name)) }
                )
            }
            for ((index, path), reply) in zip(zip(some, paths), replies) {
                do throws(FileDropError) {
                    let attributes = try attributes(reply, doing: "looking at", path: path)
                    if let attributes { entries[index] = attributes.entry(at: path) } else { gone.insert(index) }
                } catch {
                    guard !error.isOfConnection else { throw error }
                    entries[index] = DropEntry(of: path, .refused, because: "\(error)")
                }
            }
        }
        entries.remove(at: gone)
    }

    /// The attributes in a reply, or `nil` when nothing has the name.
    private func attributes(_ reply: SFTPReply, doing: String, path: DropPath) throws(FileDropError) -> SFTPAttributes?
    {
        do throws(RemoteFailure) {
            return try reply.found()
        } catch  where error.code == .notFound || error.code == .notADirectory {
            return nil
        } catch {
            if error.endsConnection { disconnect() }
            throw error.telling(doing, path: path, drop: drop)
        }
    }
}

extension [DropEntry] {
    fileprivate mutating func remove(at gone: Set<Int>) {
        guard !gone.isEmpty else { return }
        self = indices.filter { !gone.contains($0) }.map { self[$0] }
    }
}

extension SFTPClient {
    /// Waits for the replies to several requests, in their order.
    func replies(to ids: [UInt32]) throws(RemoteFailure) -> [SFTPReply] {
        var replies: [SFTPReply] = []
        for id in ids { replies.append(try reply(to: id)) }
        return replies
    }
}
