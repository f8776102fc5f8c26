import FileDrops

extension SFTPFiles {
    func publish(_ staged: StagedFile, to path: DropPath, replacing: Bool) throws(FileDropError) {
        let doing = "publishing \(ShownText.escaped(staged.name)) as"
        begin()
        try refuseName(path, doing: doing)
        try requireDirectory(path.parent, doing: doing, for: path)
        guard try whole(staged) != nil else {
            throw fault(.notFound, doing: doing, path: path, because: "no such staged file")
        }
        if replacing {
            try rename(stagedPath(staged.name), over: path, doing: doing)
        } else {
            try renameExclusively(stagedPath(staged.name), to: path, doing: doing)
        }
    }

    func discard(_ staged: StagedFile) throws(FileDropError) {
        begin()
        do {
            try unlink(stagedPath(staged.name), doing: "discarding")
        } catch let error where error.code == .notFound {
            return
        }
    }

    func move(_ from: DropPath, to path: DropPath) throws(FileDropError) {
        let doing = "moving \(from) to"
        begin()
        try refuseName(from, doing: "moving")
        try refuseName(path, doing: doing)
        switch try look(at: from, doing: "moving") {
        case .there: break
        case .missing: throw fault(.notFound, doing: "moving", path: from)
        case .blocked: throw fault(.notADirectory, doing: "moving", path: from)
        }
        try requireDirectory(path.parent, doing: doing, for: path)
        try renameExclusively(from, to: path, doing: doing)
    }

    func makeDirectory(_ path: DropPath) throws(FileDropError) {
        begin()
        try refuseStaging(path, doing: "making the directory")
        try makeDirectories(path, lastMode: nil, doing: "making the directory")
    }

    func remove(_ path: DropPath) throws(FileDropError) {
        begin()
        try refuseName(path, doing: "removing")
        try unlink(path, doing: "removing")
    }

    // MARK: What they are made of

    func makeDirectories(_ path: DropPath, lastMode: FileMode?, doing: String) throws(FileDropError) {
        if case .there(let attributes) = try look(at: path, doing: doing), attributes.kind == .directory { return }
        for count in 1...max(1, path.components.count) {
            let step = DropPath(checked: path.components.prefix(count).joined(separator: "/"))
            guard case .missing = try look(at: step, doing: doing) else {
                try requireDirectory(step, doing: doing, for: path)
                continue
            }
            do {
                try calling(doing, path) { (client) throws(RemoteFailure) in
                    try client.call(.makeDirectory(remote(step), mode: step == path ? lastMode : nil)).done()
                }
            } catch let error where error.code == .io || error.code == .exists {
                // Another may have made it meanwhile.
                guard case .there(let attributes) = try look(at: step, doing: doing), attributes.kind == .directory
                else { throw error }
            }
        }
    }

    /// Gives a file of the staging directory another name there, replacing what has it; nobody else reads there.
    func rename(_ part: DropPath, to path: DropPath, doing: String) throws(FileDropError) {
        try calling(doing, path) { (client) throws(RemoteFailure) in
            guard !client.extensions.hasPosixRename else {
                return try client.call(.posixRename(remote(part), to: remote(path))).done()
            }
            _ = try client.call(.remove(remote(path)))
            try client.call(.rename(remote(part), to: remote(path))).done()
        }
    }

    /// Renames over what may be there, in one step.
    private func rename(_ from: DropPath, over path: DropPath, doing: String) throws(FileDropError) {
        let target = try look(at: path, doing: doing)
        if case .there(let attributes) = target, attributes.kind == .directory {
            throw fault(.notAFile, doing: doing, path: path)
        }
        let canReplace = try calling(doing, path) { (client) throws(RemoteFailure) in client.extensions.hasPosixRename }
        guard canReplace else {
            guard case .missing = target else {
                let words = "the server offers no \(SFTPExtensions.posixRename), and something has the name"
                throw fault(.notSupported, doing: doing, path: path, because: words)
            }
            return try renameExclusively(from, to: path, doing: doing)
        }
        try calling(doing, path) { (client) throws(RemoteFailure) in
            try client.call(.posixRename(remote(from), to: remote(path))).done()
        }
    }

    /// Renames, but not over anything: in version 3 "it is an error if there already exists a file" of the new name (draft 02, section 6.5).
    ///
    /// Some servers rename over it all the same, so it is looked at first.
    private func renameExclusively(_ from: DropPath, to path: DropPath, doing: String) throws(FileDropError) {
        guard case .missing = try look(at: path, doing: doing) else {
            throw fault(.exists, doing: doing, path: path)
        }
        do {
            try calling(doing, path) { (client) throws(RemoteFailure) in
                try client.call(.rename(remote(from), to: remote(path))).done()
            }
        } catch let error where error.code == .io || error.code == .permissionDenied {
            // Version 3 has one answer for all that can go wrong, and some servers give it for what they did.
            let isGone = if case .missing = try look(at: from, doing: doing) { true } else { false }
            let isThere = if case .there = try look(at: path, doing: doing) { true } else { false }
            if isGone && isThere { return }
            if isThere { throw fault(.exists, doing: doing, path: path, cause: error.cause) }
            if isGone { throw fault(.notFound, doing: doing, path: path, cause: error.cause) }
            throw error
        }
    }

    private func unlink(_ path: DropPath, doing: String) throws(FileDropError) {
        switch try look(at: path, doing: doing) {
        case .missing: throw fault(.notFound, doing: doing, path: path)
        case .blocked: throw fault(.notADirectory, doing: doing, path: path)
        case .there(let attributes):
            guard attributes.kind != .directory else { throw fault(.notAFile, doing: doing, path: path) }
            try calling(doing, path) { (client) throws(RemoteFailure) in
                try client.call(.remove(remote(path))).done()
            }
        }
    }

    private func refuseName(_ path: DropPath, doing: String) throws(FileDropError) {
        try refuseStaging(path, doing: doing)
        guard !path.isRoot else { throw fault(.notAFile, doing: doing, path: path) }
    }
}
