import FileDrops

extension SFTPFiles {
    /// How many READ requests are in flight: 2 MiB, half of the channel's window.
    private static let readsInFlight = 64

    func openForReading(_ path: DropPath) throws(FileDropError) -> OpenFile {
        let doing = "reading"
        begin()
        try refuseStaging(path, doing: doing)
        // What isn't a plain file is not opened: opening a pipe may wait for ever.
        switch try look(at: path, doing: doing) {
        case .missing: throw fault(.notFound, doing: doing, path: path)
        case .blocked: throw fault(.notADirectory, doing: doing, path: path)
        case .there(let attributes):
            guard attributes.kind == .file else { throw fault(.notAFile, doing: doing, path: path) }
            let handle = try calling(doing, path) { (client) throws(RemoteFailure) in
                try client.call(.open(remote(path), .read, mode: nil)).opened()
            }
            return keep(
                RemoteFile(
                    path: path,
                    handle: handle,
                    generation: generation,
                    size: attributes.size ?? 0,
                    pace: newPaceOfFile
                )
            )
        }
    }

    /// The next piece of a file; requests for the pieces after it are on their way meanwhile.
    func read(_ file: OpenFile) throws(FileDropError) -> [UInt8]? {
        try using(file, doing: "reading") { (state, client) throws(RemoteFailure) in
            guard !state.hasEnded else { return nil }
            // Up to the size that is known, and one request more, whose answer is the end: the file may have grown.
            while state.inFlight.isEmpty
                || (state.inFlight.count < Self.readsInFlight && state.offset <= state.size)
            {
                state.inFlight.append(request(state.offset, client.readSize, state.handle, client))
                state.offset += UInt64(client.readSize)
            }
            let asked = state.inFlight.removeFirst()
            switch try client.reply(to: asked.id) {
            case .data(let bytes) where !bytes.isEmpty && bytes.count <= Int(asked.count):
                if bytes.count < Int(asked.count) {
                    // A server may give less than it was asked for, not only at the end: the rest is asked for again.
                    let rest = request(
                        asked.offset + UInt64(bytes.count),
                        asked.count - UInt32(bytes.count),
                        state.handle,
                        client
                    )
                    state.inFlight.insert(rest, at: 0)
                }
                client.pace.note(content: bytes.count)
                return bytes
            case .data(let bytes) where bytes.isEmpty: return end(&state, client)
            case .status(let status) where status.code == SFTPStatus.endOfFile: return end(&state, client)
            case let other:
                state.hasFailed = true
                throw other.unexpected
            }
        }
    }

    func stamp(of file: OpenFile) throws(FileDropError) -> FileStamp {
        try using(file, doing: "looking at") { (state, client) throws(RemoteFailure) in
            try client.call(.attributesOfHandle(state.handle)).found().stamp
        }
    }

    /// Closes a file that was read; nothing hangs on the answer.
    func close(_ file: OpenFile) {
        guard let state = files.removeValue(forKey: file.number), isOpen(state) else { return }
        tellIfConnected { (client) throws(RemoteFailure) in
            for request in state.inFlight { client.forget(request.id) }
            client.tell(.close(state.handle))
        }
    }

    private func request(_ offset: UInt64, _ count: UInt32, _ handle: [UInt8], _ client: SFTPClient)
        -> RemoteFile.Request
    {
        RemoteFile.Request(
            id: client.send(.read(handle, offset: offset, count: count)),
            offset: offset,
            count: count
        )
    }

    private func end(_ state: inout RemoteFile, _ client: SFTPClient) -> [UInt8]? {
        for request in state.inFlight { client.forget(request.id) }
        state.inFlight = []
        state.hasEnded = true
        return nil
    }

    // MARK: Open files

    func keep(_ file: RemoteFile) -> OpenFile {
        lastNumber += 1
        files[lastNumber] = file
        return OpenFile(number: lastNumber, path: file.path)
    }

    /// Lends what is known of an open file.
    func using<R>(
        _ file: OpenFile,
        doing: String,
        _ body: (inout RemoteFile, SFTPClient) throws(RemoteFailure) -> R
    ) throws(FileDropError) -> R {
        guard var state = files[file.number] else {
            let words = "the file was used after the closure that it was lent to"
            throw fault(.io, doing: doing, path: file.path, because: words)
        }
        guard isOpen(state) else {
            let words = "the connection on which the file was open is gone"
            throw fault(.connectionLost, doing: doing, path: file.path, because: words)
        }
        guard !state.hasFailed else {
            throw fault(.io, doing: doing, path: file.path, because: "an earlier call for the file has failed")
        }
        pace = state.pace
        return try calling(doing, file.path) { (client) throws(RemoteFailure) in
            guard isOpen(state) else {
                throw .call(.connectionLost, "the connection on which the file was open is gone")
            }
            defer {
                client.pace.pause()
                state.pace = client.pace
                client.pace.resume()
                files[file.number] = state
            }
            do throws(RemoteFailure) {
                return try body(&state, client)
            } catch {
                for request in state.inFlight { client.forget(request.id) }
                state.hasFailed = !state.inFlight.isEmpty || state.hasFailed
                state.inFlight = []
                throw error
            }
        }
    }

    /// Whether the server still knows the handle as this file.
    func isOpen(_ state: RemoteFile) -> Bool { state.generation == generation && !state.isClosed }
}
