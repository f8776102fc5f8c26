import FileDrops

/// The calls of an SFTP drop, one after another on a thread of their own, for they wait for the server.
///
/// A connection is made at the first call and whenever the last one was lost. What was open on a lost one stays lost.
actor SFTPFiles {
    let drop: String
    let root: String
    let staging: DropPath
    let server: SSHServer
    let jumps: [SSHServer]
    let timeouts: SFTPTimeouts

    var files: [Int: RemoteFile] = [:]
    var lastNumber = 0
    var lastSweep: ContinuousClock.Instant?

    /// How long the call under way may take as a whole; a file that is read or written has a pace of its own.
    var pace: Pace

    private var connection: SFTPConnection?
    /// Which connection this is; a handle of an older one means nothing to the server.
    private(set) var generation = 0
    private var lastRefusal: (failure: RemoteFailure, at: ContinuousClock.Instant)?
    private var lastUse = ContinuousClock.now
    private var keepingAlive: Task<Void, Never>?

    /// For so long the failure of a connection is the answer to all who want one, so that many callers don't wait one after another.
    private static let pause: Duration = .seconds(1)
    /// A connection that nobody used for so long is closed.
    private static let rest: Duration = .seconds(300)
    /// A call asks the server several things, one after another, and may wait for the answers to all of them so many times the time-out.
    private static let patience = 5

    private nonisolated let executor: QueueExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(drop: String, server: SSHServer, jumps: [SSHServer], root: String, staging: DropPath, timeouts: SFTPTimeouts) {
        self.drop = drop
        self.server = server
        self.jumps = jumps
        self.root = root
        self.staging = staging
        self.timeouts = timeouts
        pace = Pace(least: timeouts.operation * Self.patience)
        executor = QueueExecutor(label: "dropline.sftp.\(drop)")
    }

    /// Begins a call, which has its own time.
    func begin() { pace = newPace }

    private var newPace: Pace { Pace(least: timeouts.operation * Self.patience) }

    /// The time in which a file is read or written.
    var newPaceOfFile: Pace { Pace(least: timeouts.operation * Self.patience, ofFile: true) }

    // MARK: The connection

    /// Calls the server, and says of what fails what was being done.
    func calling<R>(
        _ doing: String,
        _ path: DropPath,
        _ call: (SFTPClient) throws(RemoteFailure) -> R
    ) throws(FileDropError) -> R {
        do throws(RemoteFailure) {
            let client = try connected().client
            client.pace = pace
            client.pace.resume()
            defer {
                client.pace.pause()
                pace = client.pace
            }
            return try call(client)
        } catch {
            if error.endsConnection { disconnect() }
            throw error.telling(doing, path: path, drop: drop)
        }
    }

    /// The connection that works, or a new one.
    func connected() throws(RemoteFailure) -> SFTPConnection {
        lastUse = .now
        if let connection, works(connection.client) { return connection }
        disconnect()
        if let lastRefusal, lastRefusal.at.duration(to: .now) < Self.pause { throw lastRefusal.failure }
        do throws(RemoteFailure) {
            let made = try SFTPConnection(to: server, through: jumps, timeouts)
            generation += 1
            connection = made
            keepAlive()
            return made
        } catch {
            lastRefusal = (error, .now)
            throw error
        }
    }

    /// Ends the connection; what is open on it is lost.
    func disconnect() {
        keepingAlive?.cancel()
        keepingAlive = nil
        guard let connection else { return }
        connection.transport.close()
        self.connection = nil
        generation += 1
    }

    var isConnected: Bool { connection != nil }

    /// Says what need not succeed, where there is a connection.
    func tellIfConnected(_ body: (SFTPClient) throws(RemoteFailure) -> Void) {
        guard let connection else { return }
        connection.client.pace = newPace
        do throws(RemoteFailure) { try body(connection.client) } catch {
            if error.endsConnection { disconnect() }
        }
    }

    /// Whether a connection still stands, as far as that is known here, or, after a while without traffic, as the server answers.
    private func works(_ client: SFTPClient) -> Bool {
        do throws(RemoteFailure) {
            try client.look()
            if client.idle > timeouts.keepAlive { try client.ping() }
            return true
        } catch {
            return false
        }
    }

    private func keepAlive() {
        keepingAlive = Task { [weak self, interval = timeouts.keepAlive] in
            while true {
                guard (try? await Task.sleep(for: interval)) != nil, let self, await self.staysConnected() else {
                    return
                }
            }
        }
    }

    private func staysConnected() -> Bool {
        guard let connection else { return false }
        let isUnused = files.isEmpty && lastUse.duration(to: .now) > Self.rest
        guard !isUnused, works(connection.client) else {
            disconnect()
            return false
        }
        return true
    }

    // MARK: Names and faults

    /// The path as the server knows it.
    func remote(_ path: DropPath) -> String {
        guard !path.isRoot else { return root }
        return (root.hasSuffix("/") ? root : root + "/") + path.text
    }

    /// Paths in the staging directory are for staged files alone.
    func refuseStaging(_ path: DropPath, doing: String) throws(FileDropError) {
        guard !path.isWithin(staging) else {
            let words = "\(staging) is the staging directory, which belongs to Dropline"
            throw fault(.nameRefused, doing: doing, path: path, because: words)
        }
    }

    func fault(
        _ code: FileDropError.Code,
        doing: String,
        path: DropPath,
        cause: FileDropError.Cause? = nil
    ) -> FileDropError {
        FileDropError(code, doing: doing, path: path.text, drop: drop, cause: cause)
    }

    func fault(_ code: FileDropError.Code, doing: String, path: DropPath, because words: String) -> FileDropError {
        fault(code, doing: doing, path: path, cause: .words(words))
    }
}
