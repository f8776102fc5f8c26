import Glibc
public import Records

/// Reads the plaintext of a sealed file, chunk by chunk.
///
/// - A file of which it is recorded what it holds is read through once before anything of it is given out, and compared with the record; the
///   comparison is made again on the way, before the last chunk is given out. Who uses what was read uses what was recorded.
/// - Of any other file each chunk is given out only after it was found whole and in its place; that the file is complete is known with the `nil` at
///   the end. Who acts on what was read must read to the end first.
/// - Limits: it holds two chunks of 64 KiB.
/// - Throws: `SealingError` with `.sealMissing`, `.sealUnknown` (no sealed file, or of a later version), `.sealKeyGone`, `.sealDamaged` (anything
///   changed, cut off or added, or a file of another place), `.sealMismatch` (whole, and not what was recorded), `.io`; after an error `.sealClosed`.
public final class SealedFileReader: ByteSource {
    private let path: String
    private let file: LocalFile
    private let recorded: SealedFile?
    private var format: SealedFormat
    private var lookahead: [UInt8] = []
    private var isFirst = true
    private var isAtEnd = false
    private var hasFailed = false
    private var size: Int64 = 0
    private var digester = Digester()

    /// Opens a sealed file and makes sure that it holds what was recorded of it.
    public convenience init(_ place: SealedPlace, holding recorded: SealedFile, keyring: Keyring) throws(SealingError) {
        try self.init(place, recorded, keyring)
        while !isAtEnd { _ = try nextChunk() }
        try rewind()
    }

    /// Opens a sealed file of which nothing is recorded, and reads its header.
    public convenience init(unrecorded place: SealedPlace, keyring: Keyring) throws(SealingError) {
        try self.init(place, nil, keyring)
    }

    private init(_ place: SealedPlace, _ recorded: SealedFile?, _ keyring: Keyring) throws(SealingError) {
        path = place.file
        self.recorded = recorded
        do throws(LocalFile.Failure) {
            file = try LocalFile(path, flags: O_RDONLY)
        } catch {
            guard error.number == ENOENT else { throw error.sealing(path) }
            throw SealingError(.sealMissing, path: path)
        }
        let header: [UInt8]
        do throws(LocalFile.Failure) {
            header = try file.read(upTo: SealedFormat.headerLength)
        } catch {
            throw error.sealing(path)
        }
        format = try SealedFormat(header: header, place, keyring: keyring)
    }

    /// The next bytes of plaintext, at most 64 KiB, or `nil` at the end of a complete file.
    public func next() throws -> [UInt8]? {
        guard !hasFailed else { throw SealingError(.sealClosed, path: path) }
        guard !isAtEnd else { return nil }
        do {
            let plain = try nextChunk()
            return plain.isEmpty ? nil : plain
        } catch {
            hasFailed = true
            throw error
        }
    }

    private func nextChunk() throws(SealingError) -> [UInt8] {
        let full = SealedFormat.chunkLength + SealedFormat.tagLength
        // One byte more than a chunk tells whether another follows.
        do throws(LocalFile.Failure) {
            lookahead += try file.read(upTo: full + 1 - lookahead.count)
        } catch {
            throw error.sealing(path)
        }
        isAtEnd = lookahead.count <= full
        let sealed = lookahead.prefix(full)
        guard sealed.count >= SealedFormat.tagLength else { throw SealingError(.sealDamaged, path: path) }
        let plain: [UInt8]
        do {
            plain = try format.open(sealed, isLast: isAtEnd)
        } catch {
            throw SealingError(.sealDamaged, path: path)
        }
        guard isFirst || !plain.isEmpty else { throw SealingError(.sealDamaged, path: path) }
        isFirst = false
        lookahead.removeFirst(sealed.count)
        if let recorded {
            size += Int64(plain.count)
            digester.update(plain)
            guard !isAtEnd || SealedFile(size: size, digest: digester.finish()) == recorded else {
                throw SealingError(.sealMismatch, path: path)
            }
        }
        return plain
    }

    private func rewind() throws(SealingError) {
        do throws(LocalFile.Failure) {
            try file.seek(to: SealedFormat.headerLength)
        } catch {
            throw error.sealing(path)
        }
        format.rewind()
        (lookahead, isFirst, isAtEnd, size, digester) = ([], true, false, 0, Digester())
    }
}

@available(*, unavailable)
extension SealedFileReader: Sendable {}
