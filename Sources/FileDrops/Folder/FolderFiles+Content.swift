import Glibc

extension FolderFiles {
    /// A file of the staging directory that isn't whole yet.
    struct Part: Sendable {
        let file: OpenFile
        var name: String { file.path.name }
    }

    // MARK: Reading

    func openForReading(_ path: DropPath) throws(FileDropError) -> OpenFile {
        let doing = "reading"
        try refuseStaging(path, doing: doing)
        guard !path.isRoot else { throw fault(.notAFile, doing: doing, path: path) }
        let directory = try open(path.parent, doing: doing)
        // Opening a pipe or a device can wait or do something, so what it is comes first; and again, for it may be another by now.
        let before = try explaining(doing, path) { () throws(LinuxError) in try directory.information(of: path.name) }
        guard before.st_mode & S_IFMT == S_IFREG else { throw fault(.notAFile, doing: doing, path: path) }
        let descriptor = try explaining(doing, path) { () throws(LinuxError) in
            try Descriptor(path.name, in: directory, flags: O_RDONLY | O_NONBLOCK | O_NOCTTY)
        }
        let after = try explaining(doing, path) { () throws(LinuxError) in try descriptor.information() }
        guard after.st_mode & S_IFMT == S_IFREG else { throw fault(.notAFile, doing: doing, path: path) }
        return keep(descriptor, path)
    }

    func read(_ file: OpenFile) throws(FileDropError) -> [UInt8]? {
        let bytes = try with(file, doing: "reading") { (descriptor) throws(LinuxError) in
            try descriptor.read(atMost: 128 * 1024)
        }
        return bytes.isEmpty ? nil : bytes
    }

    func stamp(of file: OpenFile) throws(FileDropError) -> FileStamp {
        try with(file, doing: "looking at") { (descriptor) throws(LinuxError) in
            Self.stamp(try descriptor.information())
        }
    }

    func close(_ file: OpenFile) { descriptors[file.number] = nil }

    // MARK: Staging

    func beginPart(for staged: StagedFile, mode: FileMode?) throws(FileDropError) -> Part {
        let doing = "staging"
        let directory = try openStaging(doing: doing)
        if !hasSwept {
            sweep(directory)
            hasSwept = true
        }
        let new = try makePart(in: directory)
        let number = new.descriptor.number
        let path = DropPath(checked: staging.text + "/" + new.name)
        let part = Part(file: keep(new.take(), path))
        if let mode, fchmod(number, mode_t(mode.bits)) != 0 {
            let error = LinuxError.latest
            abandon(part)
            throw FileDropError(
                .notSupported,
                doing: "setting the mode \(mode) of",
                path: staged.name,
                drop: drop,
                cause: .errno(error.number)
            )
        }
        return part
    }

    func write(_ bytes: [UInt8], to file: OpenFile) throws(FileDropError) {
        try with(file, doing: "staging") { (descriptor) throws(LinuxError) in try descriptor.write(bytes) }
    }

    /// Syncs a part, and gives it the name under which it is held to be whole.
    func finish(_ part: Part, as staged: StagedFile) throws(FileDropError) {
        try with(part.file, doing: "staging") { (descriptor) throws(LinuxError) in try descriptor.sync() }
        close(part.file)
        let directory = try openStaging(doing: "staging")
        try explaining("staging", part.file.path) { () throws(LinuxError) in
            _ = try retrying { renameat(directory.number, part.name, directory.number, staged.name) }
            try directory.syncNames()
        }
    }

    func abandon(_ part: Part) {
        close(part.file)
        guard let directory = try? openStaging(doing: "staging") else { return }
        _ = unlinkat(directory.number, part.name, 0)
    }

    func staged(_ staged: StagedFile) throws(FileDropError) -> DropEntry? {
        let path = DropPath(checked: staged.name)
        do {
            let directory = try open(staging, doing: "looking at staged files in")
            let information = try explaining("looking at the staged file", path) { () throws(LinuxError) in
                try directory.information(of: staged.name)
            }
            let entry = Self.entry(path, information)
            return entry.kind == .file ? entry : nil
        } catch let error where error.code == .notFound {
            return nil
        }
    }

    func allStaged() throws(FileDropError) -> [DropEntry] {
        do {
            let directory = try open(staging, doing: "looking at")
            return try entries(of: directory, at: .root, doing: "looking at staged files in").filter {
                $0.kind == .file && !$0.path.text.utf8.starts(with: StagedFile.partPrefix.utf8)
            }
        } catch let error where error.code == .notFound {
            return []
        }
    }

    /// Opens the staging directory, and makes it if it isn't there: 0700, for what lies in it may hold codes of cards.
    func openStaging(doing: String) throws(FileDropError) -> Descriptor {
        do {
            return try open(staging, doing: doing)
        } catch let error where error.code == .notFound {
            do {
                try makeDirectories(staging, lastMode: 0o700, doing: "making the staging directory")
            } catch let error where error.code == .permissionDenied {
                throw error.advisingOtherStaging(than: staging)
            }
            return try open(staging, doing: doing)
        }
    }

    /// Makes a file under a name that no other has, and locks it for as long as this process writes it.
    private func makePart(in directory: borrowing Descriptor) throws(FileDropError) -> NewPart {
        while true {
            let name = Self.ownPartPrefix + String(UInt64.random(in: .min ... .max), radix: 16)
            let part = try explaining("staging", DropPath(checked: staging.text + "/" + name)) {
                () throws(LinuxError) in
                let part = try Descriptor(name, in: directory, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o666)
                // Where there are no locks nobody sweeps either.
                _ = try? retrying { flock(part.number, LOCK_EX) }
                return NewPart(descriptor: part, name: name)
            }
            // Another that sweeps may have held it for dead before it was locked; under the lock it is safe.
            let links = try explaining("staging", staging) { () throws(LinuxError) in
                try part.descriptor.information().st_nlink
            }
            if links > 0 { return part }
        }
    }

    private struct NewPart: ~Copyable {
        let descriptor: Descriptor
        let name: String

        consuming func take() -> Descriptor { descriptor }
    }

    /// Only a folder's parts are swept, not those that a server writes into the same directory, for those aren't locked.
    private static let ownPartPrefix = StagedFile.partPrefix + "folder-"

    /// Removes the parts that nobody writes any more.
    private func sweep(_ directory: borrowing Descriptor) {
        for bytes in (try? directory.names()) ?? [] where bytes.starts(with: Self.ownPartPrefix.utf8) {
            guard let name = String(validating: bytes, as: UTF8.self),
                let part = try? Descriptor(name, in: directory, flags: O_RDONLY | O_NONBLOCK),
                flock(part.number, LOCK_EX | LOCK_NB) == 0
            else { continue }
            _ = unlinkat(directory.number, name, 0)
        }
    }

    // MARK: Modes

    func restrict(_ path: DropPath, to mode: FileMode) throws(FileDropError) {
        let file = try openForReading(path)
        defer { close(file) }
        try with(file, doing: "restricting the mode of") { (descriptor) throws(LinuxError) in
            let present = FileMode(bits: try descriptor.information().st_mode)
            let restricted = present.intersection(mode)
            guard restricted != present else { return }
            _ = try retrying { fchmod(descriptor.number, mode_t(restricted.bits)) }
        }
    }

    // MARK: Open files

    private func keep(_ descriptor: consuming Descriptor, _ path: DropPath) -> OpenFile {
        lastNumber += 1
        descriptors[lastNumber] = DescriptorBox(descriptor)
        return OpenFile(number: lastNumber, path: path)
    }

    private func with<R>(
        _ file: OpenFile,
        doing: String,
        _ body: (borrowing Descriptor) throws(LinuxError) -> R
    ) throws(FileDropError) -> R {
        guard let box = descriptors[file.number] else {
            throw fault(
                .io,
                doing: doing,
                path: file.path,
                because: "the file was used after the closure that it was lent to"
            )
        }
        return try explaining(doing, file.path) { () throws(LinuxError) in try body(box.descriptor) }
    }
}
