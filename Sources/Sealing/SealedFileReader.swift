import Glibc
public import Records

/// Reads the plaintext of a sealed file, chunk by chunk.
///
/// - Each chunk is given out only after it was found whole and in its place; that the file is complete is known with the `nil` at the end. Who acts
///   on what was read must read to the end first.
/// - Limits: it holds two chunks of 64 KiB.
/// - Throws: `SealingError` with `.sealMissing`, `.sealUnknown` (no sealed file, or of a later version), `.sealKeyGone`, `.sealDamaged` (anything
///   changed, cut off or added), `.io`; after an error `.sealClosed`.
public final class SealedFileReader: ByteSource {
    private let path: String
    private let file: LocalFile
    private var format: SealedFormat
    private var lookahead: [UInt8] = []
    private var isFirst = true
    private var isAtEnd = false
    private var hasFailed = false

    /// Opens a sealed file and reads its header.
    public init(_ path: String, keyring: Keyring) throws(SealingError) {
        self.path = path
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
        format = try SealedFormat(header: header, keyring: keyring, path: path)
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
        return plain
    }
}

@available(*, unavailable)
extension SealedFileReader: Sendable {}
