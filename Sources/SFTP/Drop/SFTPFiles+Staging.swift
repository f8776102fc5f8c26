import FileDrops

extension SFTPFiles {
    /// Bytes that may be on their way: about what OpenSSH's server takes ahead on one channel.
    private static let writeInFlight = 2 << 20
    private static let ownPartPrefix = StagedFile.partPrefix + "sftp-"
    /// A part that was not written for so long has no writer any more.
    private static let deadAfter: Int64 = 24 * 3600 * 1_000_000_000

    /// Opens a file under a name that no other has in the staging directory.
    func beginPart(for staged: StagedFile, mode: FileMode?) throws(FileDropError) -> OpenFile {
        let doing = "staging"
        begin()
        try requireStaging()
        let name = Self.ownPartPrefix + String(UInt64.random(in: .min ... .max), radix: 16)
        let path = stagedPath(name)
        let handle = try calling(doing, path) { (client) throws(RemoteFailure) in
            try client.call(.open(remote(path), [.write, .create, .exclusive], mode: mode)).opened()
        }
        let part = keep(RemoteFile(path: path, handle: handle, generation: generation, pace: newPaceOfFile))
        do throws(FileDropError) {
            if let mode { try set(mode, of: part, staged) }
            if lastSweep.map({ $0.duration(to: .now) > .seconds(3600) }) ?? true {
                lastSweep = .now
                sweep(asOf: try stamp(of: part).modified)
            }
        } catch {
            abandon(part)
            throw error
        }
        return part
    }

    func write(_ bytes: [UInt8], to part: OpenFile) throws(FileDropError) {
        try writing(part) { (state, client) throws(RemoteFailure) in
            for start in stride(from: 0, to: bytes.count, by: client.writeSize) {
                let piece = bytes[start..<min(bytes.count, start + client.writeSize)]
                let id = client.send(.write(state.handle, offset: state.offset, piece))
                state.inFlight.append(RemoteFile.Request(id: id, offset: state.offset, count: UInt32(piece.count)))
                state.offset += UInt64(piece.count)
                client.pace.note(content: piece.count)
                while state.offset - (state.inFlight.first?.offset ?? state.offset) > UInt64(Self.writeInFlight) {
                    try client.reply(to: state.inFlight.removeFirst().id).done()
                }
            }
        }
    }

    /// Waits until the server has all of a part and holds it, and gives it the name under which it is held to be whole.
    func finish(_ part: OpenFile, as staged: StagedFile) throws(FileDropError) {
        try writing(part) { (state, client) throws(RemoteFailure) in
            while !state.inFlight.isEmpty { try client.reply(to: state.inFlight.removeFirst().id).done() }
            if client.extensions.hasFsync { try client.call(.fsync(state.handle)).done() }
            let size = try client.call(.attributesOfHandle(state.handle)).found().size
            guard size == nil || size == state.offset else {
                throw .call(.io, "the server holds \(size ?? 0) of the \(state.offset) bytes that it took")
            }
            state.isClosed = true
            try client.call(.close(state.handle)).done()
        }
        files[part.number] = nil
        begin()
        try rename(part.path, to: stagedPath(staged.name), doing: "staging")
    }

    /// Closes and removes a part, if that can still be done.
    func abandon(_ part: OpenFile) {
        let state = files.removeValue(forKey: part.number)
        tellIfConnected { (client) throws(RemoteFailure) in
            if let state, isOpen(state) {
                for request in state.inFlight { client.forget(request.id) }
                client.tell(.close(state.handle))
            }
            _ = try client.call(.remove(remote(part.path)))
        }
        // Who stops Dropline while a server hangs has it give up the connection; over a new one the part can still be removed.
        guard Task.isCancelled, !isConnected else { return }
        _ = try? calling("removing", part.path) { (client) throws(RemoteFailure) in
            try client.call(.remove(remote(part.path))).done()
        }
    }

    func staged(_ staged: StagedFile) throws(FileDropError) -> DropEntry? {
        begin()
        return try whole(staged)
    }

    /// What is known of a staged file.
    func whole(_ staged: StagedFile) throws(FileDropError) -> DropEntry? {
        let path = stagedPath(staged.name)
        guard case .there(let attributes) = try look(at: path, doing: "looking at the staged file"),
            attributes.kind == .file
        else { return nil }
        return attributes.entry(at: staged.path)
    }

    func allStaged() throws(FileDropError) -> [DropEntry] {
        begin()
        guard case .there = try look(at: staging, doing: "looking at staged files in") else { return [] }
        return try entries(of: staging, shownBelow: .root, doing: "looking at staged files in").filter {
            $0.kind == .file && !$0.path.text.utf8.starts(with: StagedFile.partPrefix.utf8)
        }
    }

    /// Writes to a part; version 3 has no word for a full disk, so where the server can be asked for the space left, it is.
    private func writing(
        _ part: OpenFile,
        _ body: (inout RemoteFile, SFTPClient) throws(RemoteFailure) -> Void
    ) throws(FileDropError) {
        try using(part, doing: "staging") { (state, client) throws(RemoteFailure) in
            do throws(RemoteFailure) {
                try body(&state, client)
            } catch  where error.code == .io && !error.endsConnection {
                guard try client.freeBlocks(at: remote(staging)) == 0 else { throw error }
                throw RemoteFailure(code: .noSpace, cause: error.cause, endsConnection: false)
            }
        }
    }

    /// Where a staged file lies.
    func stagedPath(_ name: String) -> DropPath { DropPath(checked: staging.text + "/" + name) }

    /// Makes the staging directory if it isn't there: 0700, for what lies in it may hold codes of cards.
    private func requireStaging() throws(FileDropError) {
        let doing = "making the staging directory"
        if case .missing = try look(at: staging, doing: doing) {
            do {
                try makeDirectories(staging, lastMode: FileMode(bits: 0o700), doing: doing)
            } catch let error where error.code == .permissionDenied {
                throw error.advisingOtherStaging(than: staging)
            }
        }
        try requireDirectory(staging, doing: doing, for: staging)
    }

    /// Sets a part's mode, if the server hasn't made it with that one: some take modes only with the file, others less their umask.
    private func set(_ mode: FileMode, of part: OpenFile, _ staged: StagedFile) throws(FileDropError) {
        do {
            try using(part, doing: "staging") { (state, client) throws(RemoteFailure) in
                let made = try client.call(.attributesOfHandle(state.handle)).found().mode
                guard made.map({ FileMode(bits: $0) }) != mode else { return }
                try client.call(.setMode(state.handle, mode)).done()
            }
        } catch let error where !error.isOfConnection {
            throw FileDropError(
                .notSupported,
                doing: "setting the mode \(mode) of",
                path: staged.name,
                drop: drop,
                cause: error.cause
            )
        }
    }

    /// Removes the parts that dead processes and lost connections left, by the server's clock, as far as that can be done.
    private func sweep(asOf now: Int64) {
        let entries = try? entries(of: staging, shownBelow: staging, doing: "sweeping")
        for entry in entries ?? []
        where entry.path.name.utf8.starts(with: Self.ownPartPrefix.utf8) && entry.stamp.modified < now - Self.deadAfter
        {
            tellIfConnected { (client) throws(RemoteFailure) in
                _ = try client.call(.remove(remote(entry.path)))
            }
        }
    }
}
