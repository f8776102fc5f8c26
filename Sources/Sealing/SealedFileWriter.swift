import FoundationEssentials
import Glibc
public import Records

/// What a sealed file holds.
public struct SealedFile: Hashable, Sendable {
    /// Bytes of plaintext.
    public let size: Int64
    /// The SHA-256 of the plaintext.
    public let digest: SHA256Digest

    /// Describes a sealed file, as from the ledger.
    public init(size: Int64, digest: SHA256Digest) {
        self.size = size
        self.digest = digest
    }
}

/// Writes a sealed file, piece by piece, and gives it its name when all of it is on the disk.
///
/// - Until `finish()` nothing is under the final name, or what was there before. The bytes gather in a file `.part-‹random›` beside it, mode 0600,
///   which goes with the writer; after a crash it stays until `UnfinishedFiles` removes it, which tells by the writer's lock whether there is one.
/// - Limits: it holds one chunk of 64 KiB. Two writers for one name don't disturb one another; the later to finish stays.
/// - Format: `DLS`, version 2: a header of 40 bytes with key id and random salt, then chunks of 64 KiB, each AES-256-GCM under a key of the file
///   (HKDF-SHA256), with counted nonces, a mark for the last, and the file's place. The doc comment of `SealedFormat` has each byte.
/// - Throws: `SealingError` with `.noSpace`, `.io`, and `.sealClosed` once it was finished or has failed.
public final class SealedFileWriter: ByteSink {
    private enum State { case open, finished, failed }

    private let path: String
    private let temporary: String
    private let file: LocalFile
    private var format: SealedFormat
    private var pending: [UInt8] = []
    private var digester = Digester()
    private var size: Int64 = 0
    private var state = State.open

    /// Begins a file that will lie in this place; its folder must exist.
    public init(_ place: SealedPlace, keyring: Keyring) throws(SealingError) {
        path = place.file
        temporary = LocalFile.temporaryName(beside: path)
        format = try SealedFormat(place, keyring: keyring)
        do throws(LocalFile.Failure) {
            file = try LocalFile.locked(temporary)
        } catch {
            throw error.sealing(path)
        }
        pending.reserveCapacity(SealedFormat.chunkLength)
        try attempt { try file.write(format.header) }
    }

    deinit {
        if state != .finished { _ = unlink(temporary) }
    }

    /// Appends plaintext.
    public func write(_ bytes: [UInt8]) throws {
        guard state == .open else { throw SealingError(.sealClosed, path: path) }
        digester.update(bytes)
        size += Int64(bytes.count)
        var rest = bytes[...]
        while !rest.isEmpty {
            // A full chunk is sealed only when more follows it, for the last one is sealed as the last.
            if pending.count == SealedFormat.chunkLength { try sealPending(isLast: false) }
            let piece = rest.prefix(SealedFormat.chunkLength - pending.count)
            pending += piece
            rest = rest.dropFirst(piece.count)
        }
    }

    /// Seals the last chunk, syncs the file, gives it its name and syncs the folder; a file of that name is replaced.
    public func finish() throws(SealingError) -> SealedFile {
        guard state == .open else { throw SealingError(.sealClosed, path: path) }
        try sealPending(isLast: true)
        try attempt {
            try file.sync()
            try LocalFile.rename(temporary, to: path)
        }
        state = .finished
        do throws(LocalFile.Failure) {
            try LocalFile.syncFolder(of: path)
        } catch {
            throw error.sealing(path)
        }
        return SealedFile(size: size, digest: digester.finish())
    }

    private func sealPending(isLast: Bool) throws(SealingError) {
        try attempt {
            let sealed = try format.seal(pending, isLast: isLast)
            try sealed.withUnsafeBytes { try file.write($0) }
        }
        pending.removeAll(keepingCapacity: true)
    }

    /// After a failure some of the file may be missing, so nothing more is taken.
    private func attempt(_ body: () throws -> Void) throws(SealingError) {
        do {
            try body()
        } catch let error as LocalFile.Failure {
            state = .failed
            throw error.sealing(path)
        } catch {
            state = .failed
            throw SealingError(.io, path: path, detail: "\(error)")
        }
    }
}

@available(*, unavailable)
extension SealedFileWriter: Sendable {}
