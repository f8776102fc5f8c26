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
    private static let listingsInFlight = 8
    /// A directory with more names than this is none that files are dropped in; its listing may have no end.
    private static let mostNames = 1_000_000
    /// How many requests for the attributes of single files are.
    private static let looksInFlight = 64

    func list(_ path: DropPath) throws(FileDropError) -> [DropEntry] {
        try refuseStaging(path, doing: "listing")
        return try entries(of: path, shownBelow: path, doing: "listing")
    }

    func stat(_ path: DropPath) throws(FileDropError) -> DropEntry? {
        try refuseStaging(path, doing: "looking at")
        guard case .there(let attributes) = try look(at: path, doing: "looking at") else { return nil }
        return attributes.entry(at: path)
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
        let names = try calling(doing, path) { (client) throws(RemoteFailure) in
            try self.names(in: remote(path), client)
        }
        var entries: [DropPath: DropEntry] = [:]
        var unusable: [DropEntry] = []
        var incomplete: [DropPath] = []
        for name in names where !name.isDot {
            guard let text = String(validating: name.bytes, as: UTF8.self), let entry = try? shown.appending(text)
            else {
                let path = DropPath.unusable(name.bytes, in: shown)
                unusable.append(DropEntry(path: path, kind: .other, stamp: FileStamp(size: 0, modified: 0)))
                continue
            }
            guard entry != staging || path == staging else { continue }
            // A directory that changes while it is read may show a name twice.
            entries[entry] = name.attributes.entry(at: entry)
            if !name.attributes.isComplete { incomplete.append(entry) }
        }
        for (entry, attributes) in try attributes(of: incomplete, in: path, doing: doing) {
            entries[entry] = attributes?.entry(at: entry)
        }
        return (entries.values + unusable).sorted { $0.path < $1.path }
    }

    private func names(in directory: String, _ client: SFTPClient) throws(RemoteFailure) -> [SFTPReply.Name] {
        let handle = try client.call(.openDirectory(directory)).opened()
        defer { client.tell(.close(handle)) }
        var names: [SFTPReply.Name] = []
        var waiting: [UInt32] = []
        defer { waiting.forEach(client.forget) }
        while true {
            while waiting.count < Self.listingsInFlight { waiting.append(client.send(.readDirectory(handle))) }
            switch try client.reply(to: waiting.removeFirst()) {
            case .names(let more) where !more.isEmpty:
                names += more
                guard names.count <= Self.mostNames else {
                    throw .call(
                        .notSupported,
                        "the directory has more than \(Self.mostNames) names; move files away from it"
                    )
                }
            case .names: return names
            case .status(let status) where status.code == SFTPStatus.endOfFile: return names
            case let other: throw other.unexpected
            }
        }
    }

    /// What listings of some servers leave out, asked for file by file; `nil` for one that is gone.
    private func attributes(
        of entries: [DropPath],
        in directory: DropPath,
        doing: String
    ) throws(FileDropError) -> [(DropPath, SFTPAttributes?)] {
        var found: [(DropPath, SFTPAttributes?)] = []
        for start in stride(from: 0, to: entries.count, by: Self.looksInFlight) {
            let some = entries[start..<min(entries.count, start + Self.looksInFlight)]
            let replies = try calling(doing, directory) { (client) throws(RemoteFailure) in
                try client.replies(
                    to: some.map { client.send(.attributesNotFollowing(remote(directory) + "/" + $0.name)) }
                )
            }
            for (entry, reply) in zip(some, replies) {
                found.append((entry, try attributes(reply, doing: doing, path: entry)))
            }
        }
        return found
    }

    /// The attributes in a reply, or `nil` when nothing has the name.
    private func attributes(_ reply: SFTPReply, doing: String, path: DropPath) throws(FileDropError) -> SFTPAttributes?
    {
        do throws(RemoteFailure) {
            return try reply.found()
        } catch  where error.code == .notFound || error.code == .notADirectory {
            return nil
        } catch {
            throw fault(error.code, doing: doing, path: path, cause: error.cause)
        }
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
