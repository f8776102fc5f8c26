import Dispatch
import Glibc
import Synchronization

/// Tells when files come into folders of the local disk, by inotify(7); one for a whole process.
///
/// It only wakes: what has changed shows when the folder is listed. Changes that others make on a network file system are not told by Linux, so a
/// folder is to be listed now and then all the same. A directory that is removed and made again, or that is not there yet, is watched as soon as it is
/// there: the directories above it are watched too, up to the one that holds the drop's root.
public final class FolderWatcher: Sendable {
    enum Meaning { case file, chain }

    private struct State {
        var directories: [Int: WatchedDirectory] = [:]
        var lastID = 0
        /// Whose changes are told when the next ones have been gathered.
        var due: Set<Int> = []
    }

    private let state = Mutex(State())
    private let descriptor: Int32
    private let source: Mutex<any DispatchSourceRead>
    private let queue = DispatchQueue(label: "dropline.watch")

    /// Opens an inotify instance; throws where the system has none left.
    public init() throws(FileDropError) {
        descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else {
            throw FileDropError(
                .io,
                doing: "watching folders",
                cause: .words("inotify can't be had (errno \(errno)); raise fs.inotify.max_user_instances")
            )
        }
        source = Mutex(DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue))
        source.withLock { source in
            source.setEventHandler { [weak self] in self?.readEvents() }
            source.setCancelHandler { [descriptor] in _ = Glibc.close(descriptor) }
            source.resume()
        }
    }

    deinit { source.withLock { $0.cancel() } }

    /// Watches a directory of a drop; the closures are called on a queue of the watcher's own.
    ///
    /// - Parameters:
    ///   - directory: within the drop; it need not be there yet.
    ///   - root: the drop's root on the local disk.
    ///   - names: whether a change under a name in the directory matters; other names wake nobody.
    ///   - changed: something came, was renamed into place or closed by its writer, or the directory itself is another one.
    ///   - failed: it can't be watched, with the reason and what to do; called once until it can.
    /// - Returns: the watch, to be ended.
    public func watch(
        _ directory: DropPath,
        below root: String,
        names: @escaping @Sendable (String) -> Bool,
        changed: @escaping @Sendable () -> Void,
        failed: @escaping @Sendable (String) -> Void
    ) -> FolderWatch {
        let watched = WatchedDirectory(directory, below: root, names: names, changed: changed, failed: failed)
        let id = state.withLock { state in
            state.lastID += 1
            state.directories[state.lastID] = watched
            return state.lastID
        }
        refresh(id)
        return FolderWatch(id: id, watcher: self)
    }

    func refresh(_ id: Int) {
        let failure = state.withLock { state -> (@Sendable () -> Void)? in
            guard let directory = state.directories[id], !directory.isWhole else { return nil }
            return arm(id, &state)
        }
        failure?()
    }

    func end(_ id: Int) {
        state.withLock { state in
            guard let ended = state.directories.removeValue(forKey: id) else { return }
            forget(ended.places.keys, &state)
        }
    }

    // MARK: - Watches

    /// Watches a directory's chain from the top down, as far as it is there; returns what tells of a failure.
    private func arm(_ id: Int, _ state: inout State) -> (@Sendable () -> Void)? {
        guard var directory = state.directories[id] else { return nil }
        let before = directory.places
        directory.places = [:]
        var fault: Int32 = 0
        for (place, path) in directory.chain.enumerated() {
            let number = inotify_add_watch(descriptor, path, Self.events)
            guard number >= 0 else {
                fault = errno
                break
            }
            directory.places[number] = place
        }
        let isFailure = fault != 0 && fault != ENOENT && fault != ENOTDIR
        let tell: (@Sendable () -> Void)?
        if isFailure, !directory.hasFailed {
            let words = Self.words(fault, directory.chain[directory.places.count])
            tell = { [failed = directory.failed] in failed(words) }
        } else {
            tell = nil
        }
        directory.hasFailed = isFailure
        state.directories[id] = directory
        forget(before.keys.filter { directory.places[$0] == nil }, &state)
        return tell
    }

    /// Removes the watches that no directory has any more.
    private func forget(_ numbers: some Sequence<Int32>, _ state: inout State) {
        for number in numbers where !state.directories.values.contains(where: { $0.places[number] != nil }) {
            inotify_rm_watch(descriptor, number)
        }
    }

    private static func words(_ fault: Int32, _ path: String) -> String {
        let reason = "\(ShownText.escaped(path)): \(String(cString: strerror(fault)))"
        let advice = fault == ENOSPC ? "raise fs.inotify.max_user_watches; " : ""
        return "\(reason); \(advice)until then it is swept by its schedule"
    }

    // MARK: - Events

    private func readEvents() {
        var files: Set<Int> = []
        var chains: Set<Int> = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            buffer.withUnsafeBytes { bytes in
                var offset = 0
                // struct inotify_event, inotify(7): wd, mask, cookie, len, and a name padded with zeros.
                while offset + 16 <= count {
                    let number = bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)
                    let mask = bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)
                    let length = Int(bytes.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self))
                    let name = String(
                        decoding: bytes[offset + 16..<offset + 16 + length].prefix { $0 != 0 },
                        as: UTF8.self
                    )
                    note(number, mask, name, &files, &chains)
                    offset += 16 + length
                }
            }
        }
        let (failures, isFirst) = state.withLock { state in
            let failures = chains.sorted().compactMap { arm($0, &state) }
            let isFirst = state.due.isEmpty && !(files.isEmpty && chains.isEmpty)
            state.due.formUnion(files.union(chains))
            return (failures, isFirst)
        }
        for failure in failures { failure() }
        // A writer that changes files all the time shall not have them looked at all the time.
        if isFirst { queue.asyncAfter(deadline: .now() + Self.gathering) { [weak self] in self?.tell() } }
    }

    private func tell() {
        let calls = state.withLock { state in
            defer { state.due = [] }
            return state.due.sorted().compactMap { state.directories[$0]?.changed }
        }
        for call in calls { call() }
    }

    private func note(
        _ number: Int32,
        _ mask: UInt32,
        _ name: String,
        _ files: inout Set<Int>,
        _ chains: inout Set<Int>
    ) {
        let directories = state.withLock { $0.directories }
        // The queue ran over: whatever it was, it may concern all.
        guard mask & UInt32(IN_Q_OVERFLOW) == 0 else {
            chains.formUnion(directories.keys)
            return
        }
        for (id, directory) in directories {
            guard let place = directory.places[number] else { continue }
            if mask & UInt32(IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF) != 0 {
                chains.insert(id)
            } else {
                switch directory.meaning(of: name, isDirectory: mask & UInt32(IN_ISDIR) != 0, at: place) {
                case .file where mask & Self.arrivals != 0: files.insert(id)
                case .chain: chains.insert(id)
                case .file, nil: break
                }
            }
        }
    }

    /// Changes within so long are one.
    private static let gathering: DispatchTimeInterval = .milliseconds(100)
    private static let arrivals = UInt32(IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE)
    /// One directory may be the end of one chain and the middle of another, so all are watched for the same.
    private static let events =
        arrivals | UInt32(IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF) | UInt32(IN_ONLYDIR)
}
