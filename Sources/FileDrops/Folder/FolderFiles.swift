import Glibc

/// The calls of a folder drop, one after another on a queue of their own, for they block.
actor FolderFiles {
    /// A file that is open here; the number is never used twice, so one that outlives its closure opens nothing else.
    struct OpenFile: Sendable {
        let number: Int
        let path: DropPath
    }

    let drop: String
    let root: String
    let staging: DropPath
    let renameExclusively: ExclusiveRename
    var descriptors: [Int: DescriptorBox] = [:]
    var lastNumber = 0
    var hasSwept = false

    private nonisolated let executor: QueueExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(drop: String, root: String, staging: DropPath, renamesWithFlags: Bool) {
        self.drop = drop
        self.root = root
        self.staging = staging
        renameExclusively = ExclusiveRename(withFlags: renamesWithFlags)
        executor = QueueExecutor(label: "dropline.folder.\(drop)")
    }

    func list(_ path: DropPath) throws(FileDropError) -> [DropEntry] {
        try refuseStaging(path, doing: "listing")
        let directory = try open(path, doing: "listing")
        return try entries(of: directory, at: path, doing: "listing")
    }

    func stat(_ path: DropPath) throws(FileDropError) -> DropEntry? {
        try refuseStaging(path, doing: "looking at")
        do {
            let directory = try open(path.parent, doing: "looking at")
            return try explaining("looking at", path) { () throws(LinuxError) in
                Self.entry(path, try directory.information(of: path.isRoot ? "." : path.name))
            }
        } catch let error where error.code == .notFound || error.code == .notADirectory {
            return nil
        }
    }

    func fileSystem(of directory: DropPath) throws(FileDropError) -> UInt64? {
        do {
            let opened = try open(directory, doing: "looking at")
            return try explaining("looking at", directory) { () throws(LinuxError) in
                UInt64(try opened.information().st_dev)
            }
        } catch let error where error.code == .notFound || error.code == .notADirectory {
            return nil
        }
    }

    // MARK: What the other calls are made of

    /// Opens a directory component by component, so that no link on the way is followed.
    func open(_ path: DropPath, doing: String) throws(FileDropError) -> Descriptor {
        var directory: Descriptor
        do {
            directory = try Descriptor(path: root, flags: Descriptor.asDirectory)
        } catch {
            let isMissing = error.number == ENOENT || error.number == ENOTDIR
            throw FileDropError(
                isMissing ? .unreachable : FileDropError.Code(errno: error.number),
                doing: "opening the root \(ShownText.escaped(root)), before \(doing)",
                path: path.text,
                drop: drop,
                cause: .errno(error.number)
            )
        }
        for component in path.components {
            do {
                directory = try Descriptor(component, in: directory, flags: Descriptor.asDirectory)
            } catch {
                throw fault(error, opening: component, in: directory, doing: doing, path: path)
            }
        }
        return directory
    }

    func entries(
        of directory: borrowing Descriptor,
        at path: DropPath,
        doing: String
    ) throws(FileDropError) -> [DropEntry] {
        var entries: [DropEntry] = []
        for bytes in try explaining(doing, path, { () throws(LinuxError) in try directory.names() }) {
            guard let name = String(validating: bytes, as: UTF8.self) else {
                entries.append(DropEntry(of: .unusable(bytes, in: path), .other, because: "its name is not UTF-8"))
                continue
            }
            let entry = try path.appending(name)
            guard entry != staging else { continue }
            do {
                entries.append(Self.entry(entry, try directory.information(of: name)))
            } catch let error where error.number == ENOENT {
                continue  // taken away since the names were read
            } catch {
                let fault = fault(error, doing: doing, path: entry)
                guard !fault.isOfConnection else { throw fault }
                entries.append(DropEntry(of: entry, .refused, because: "\(fault)"))
            }
        }
        return entries.sorted { $0.path < $1.path }
    }

    /// Paths in the staging directory are for staged files alone.
    func refuseStaging(_ path: DropPath, doing: String) throws(FileDropError) {
        guard !path.isWithin(staging) else {
            throw FileDropError(
                .nameRefused,
                doing: doing,
                path: path.text,
                drop: drop,
                cause: .words("\(staging) is the staging directory, which belongs to Dropline")
            )
        }
    }

    /// Says of a failed call what was being done.
    func explaining<R: ~Copyable>(
        _ doing: String,
        _ path: DropPath,
        _ call: () throws(LinuxError) -> R
    ) throws(FileDropError) -> R {
        do {
            return try call()
        } catch {
            throw fault(error, doing: doing, path: path)
        }
    }

    func fault(_ error: LinuxError, doing: String, path: DropPath) -> FileDropError {
        FileDropError(
            FileDropError.Code(errno: error.number),
            doing: doing,
            path: path.text,
            drop: drop,
            cause: .errno(error.number)
        )
    }

    func fault(_ code: FileDropError.Code, doing: String, path: DropPath, because words: String? = nil) -> FileDropError
    {
        FileDropError(code, doing: doing, path: path.text, drop: drop, cause: words.map { .words($0) })
    }

    private func fault(
        _ error: LinuxError,
        opening component: String,
        in directory: borrowing Descriptor,
        doing: String,
        path: DropPath
    ) -> FileDropError {
        // Linux says ENOTDIR of a link too when it must not follow it.
        let kind = try? directory.information(of: component).st_mode & S_IFMT
        guard error.number == ENOTDIR || error.number == ELOOP, kind == S_IFLNK else {
            return fault(error, doing: doing, path: path)
        }
        return fault(
            .outsideRoot,
            doing: doing,
            path: path,
            because: "\(component) is a link, and links aren't followed"
        )
    }

    static func entry(_ path: DropPath, _ information: Glibc.stat) -> DropEntry {
        let kind: DropEntry.Kind =
            switch information.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .directory
            case S_IFLNK: .link
            default: .other
            }
        return DropEntry(path: path, kind: kind, stamp: stamp(information), mode: FileMode(bits: information.st_mode))
    }

    static func stamp(_ information: Glibc.stat) -> FileStamp {
        let seconds = Int64(information.st_mtim.tv_sec)
        // A time that anybody set may lie beyond the year 2262, where nanoseconds no longer fit.
        let (product, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (time, overflowsStill) = product.addingReportingOverflow(Int64(information.st_mtim.tv_nsec))
        return FileStamp(
            size: Int64(information.st_size),
            modified: overflows || overflowsStill ? (seconds < 0 ? .min : .max) : time,
            fileID: String(information.st_ino)
        )
    }
}

/// Holds a descriptor in a dictionary, which can't hold what can't be copied; it stays within one actor.
final class DescriptorBox {
    let descriptor: Descriptor

    init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
}
