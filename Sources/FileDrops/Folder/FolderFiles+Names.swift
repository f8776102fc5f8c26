import Glibc

extension FolderFiles {
    func publish(_ staged: StagedFile, to path: DropPath, replacing: Bool) throws(FileDropError) {
        let doing = "publishing \(ShownText.escaped(staged.name)) as"
        try refuseName(path, doing: doing)
        let target = try open(path.parent, doing: doing)
        guard let entry = try self.staged(staged) else {
            throw fault(.notFound, doing: doing, path: path, because: "no such staged file")
        }
        let source = try open(staging, doing: doing)
        try explaining(doing, path) { () throws(LinuxError) in
            if try isSecondName(path.name, in: target, of: source.information(of: entry.path.name)) {
                // A rename by link and unlink that a crash cut in two: the file has its final name already.
                _ = try retrying { unlinkat(source.number, staged.name, 0) }
            } else if replacing {
                _ = try retrying { renameat(source.number, staged.name, target.number, path.name) }
            } else {
                try renameExclusively(staged.name, in: source, to: path.name, in: target)
            }
            try target.syncNames()
            try source.syncNames()
        }
    }

    func discard(_ staged: StagedFile) throws(FileDropError) {
        do {
            let directory = try open(staging, doing: "discarding")
            try unlink(staged.name, in: directory, doing: "discarding", path: DropPath(checked: staged.name))
        } catch let error where error.code == .notFound {
            return
        }
    }

    func move(_ from: DropPath, to path: DropPath) throws(FileDropError) {
        let doing = "moving \(from) to"
        try refuseName(from, doing: "moving")
        try refuseName(path, doing: doing)
        let source = try open(from.parent, doing: "moving")
        _ = try explaining("moving", from) { () throws(LinuxError) in try source.information(of: from.name) }
        let target = try open(path.parent, doing: doing)
        try explaining(doing, path) { () throws(LinuxError) in
            try renameExclusively(from.name, in: source, to: path.name, in: target)
            try target.syncNames()
            try source.syncNames()
        }
    }

    func makeDirectory(_ path: DropPath) throws(FileDropError) {
        try refuseStaging(path, doing: "making the directory")
        try makeDirectories(path, lastMode: 0o777, doing: "making the directory")
    }

    func remove(_ path: DropPath) throws(FileDropError) {
        try refuseName(path, doing: "removing")
        let directory = try open(path.parent, doing: "removing")
        try unlink(path.name, in: directory, doing: "removing", path: path)
    }

    func makeDirectories(_ path: DropPath, lastMode: mode_t, doing: String) throws(FileDropError) {
        var made = DropPath.root
        for component in path.components {
            let parent = try open(made, doing: doing)
            made = try made.appending(component)
            let mode = made == path ? lastMode : 0o777
            do {
                _ = try retrying { mkdirat(parent.number, component, mode) }
                try parent.syncNames()
            } catch let error where error.number == EEXIST {
                continue  // what it is shows when it is opened
            } catch {
                throw fault(error, doing: doing, path: path)
            }
        }
        _ = try open(path, doing: doing)
    }

    private func unlink(
        _ name: String,
        in directory: borrowing Descriptor,
        doing: String,
        path: DropPath
    ) throws(FileDropError) {
        try explaining(doing, path) { () throws(LinuxError) in
            guard try directory.information(of: name).st_mode & S_IFMT != S_IFDIR else {
                throw LinuxError(number: EISDIR)
            }
            _ = try retrying { unlinkat(directory.number, name, 0) }
            try directory.syncNames()
        }
    }

    private func refuseName(_ path: DropPath, doing: String) throws(FileDropError) {
        try refuseStaging(path, doing: doing)
        guard !path.isRoot else { throw fault(.notAFile, doing: doing, path: path) }
    }

    private func isSecondName(
        _ name: String,
        in directory: borrowing Descriptor,
        of file: Glibc.stat
    ) throws(LinuxError) -> Bool {
        guard file.st_nlink > 1 else { return false }
        do {
            let other = try directory.information(of: name)
            return other.st_ino == file.st_ino && other.st_dev == file.st_dev
        } catch let error where error.number == ENOENT {
            return false
        }
    }
}
