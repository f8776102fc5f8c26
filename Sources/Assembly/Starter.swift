import Foundation

/// Writes what a newcomer begins with: a configuration, a pipeline on a folder, the folder itself, and the same pipeline for an SFTP server, to be
/// turned to.
public struct Starter: Sendable {
    /// The folder that a starter's files are dropped into, relative to the starter.
    public static let inbox = "drop/netsuite/salesorder/giftcard-fulfillment"

    private let folder: String
    private let sandboxPort: Int

    /// Prepares a starter in a folder, for a sandbox on a port of this machine.
    public init(folder: String, sandboxPort: Int = 8181) {
        self.folder = folder
        self.sandboxPort = sandboxPort
    }

    /// What became of one file of the starter.
    public struct Entry: Sendable, Equatable {
        /// Relative to the starter's folder.
        public let path: String
        /// `false` for a file that was there before, which is left as it is.
        public let isWritten: Bool
    }

    /// Writes what is not there yet; overwrites nothing.
    public func write() throws -> [Entry] {
        try makeFolder(folder, mode: 0o755)
        for path in [Self.inbox, "pipelines"] { try makeFolder(folder + "/" + path, mode: 0o755) }
        for path in ["var", "secrets"] { try makeFolder(folder + "/" + path, mode: 0o700) }
        let files = [
            try write("dropline.yaml", StarterTexts.configuration(sandboxPort: sandboxPort), mode: 0o644),
            try write("pipelines/local-gift-cards.yaml", StarterTexts.folderPipeline, mode: 0o644),
            try write("pipelines/gift-card-activation.yaml", StarterTexts.serverPipeline, mode: 0o644),
            try write("secrets/shopify-token", StarterTexts.sandboxToken, mode: 0o600),
        ]
        return try files + starterCase()
    }

    /// The first case of the folder's pipeline, for 'dropline test'; a folder of cases that is there keeps them.
    private func starterCase() throws -> [Entry] {
        let folder = StarterCase.folder
        for part in ["/input", "/expected"] { try makeFolder(self.folder + "/" + folder + part, mode: 0o755) }
        var entries = [
            try write(folder + "/case.json", StarterCase.description, mode: 0o644),
            try write(folder + "/input/" + StarterCase.inputName, StarterCase.input, mode: 0o644),
        ]
        for (name, text) in StarterCase.expected {
            entries.append(try write(folder + "/expected/" + name, text, mode: 0o644))
        }
        return entries
    }

    private func makeFolder(_ path: String, mode: Int) throws {
        guard !FileManager.default.fileExists(atPath: path) else { return }
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: mode]
        )
    }

    private func write(_ path: String, _ text: String, mode: mode_t) throws -> Entry {
        let descriptor = open(folder + "/" + path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            if errno == EEXIST { return Entry(path: path, isWritten: false) }
            throw StarterError(path: folder + "/" + path, reason: String(cString: strerror(errno)))
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try file.write(contentsOf: Data(text.utf8))
        try file.close()
        return Entry(path: path, isWritten: true)
    }
}

/// Why a starter can't be written.
public struct StarterError: Error, Sendable, CustomStringConvertible {
    let path: String
    let reason: String

    /// The path and the system's reason.
    public var description: String { "can't write \(path): \(reason)" }
}
