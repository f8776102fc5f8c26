import Glibc

extension Keyring {
    /// Whether a file was sealed by another key than the one that seals now; `false` for one that isn't there, or is no sealed file.
    ///
    /// - Throws: `SealingError` with `.io`.
    public func isOutdated(_ path: String) throws(SealingError) -> Bool {
        do throws(LocalFile.Failure) {
            let header = try LocalFile(path, flags: O_RDONLY | O_NOFOLLOW).read(upTo: SealedFormat.headerLength)
            guard header.count == SealedFormat.headerLength, header.starts(with: SealedFormat.magic) else {
                return false
            }
            return SealedFormat.keyID(header) != sealingKeyID
        } catch {
            if error.number == ENOENT || error.number == ELOOP { return false }
            throw error.sealing(path)
        }
    }

    /// Seals a file anew with the key that seals now; its plaintext stays, and at every moment one whole file has the name.
    ///
    /// Nobody else may write the file meanwhile.
    /// - Throws: `SealingError` as `SealedFileReader` and `SealedFileWriter`; the file is then as it was.
    public func reseal(_ path: String) throws {
        let plaintext = try SealedFileReader(path, keyring: self)
        let writer = try SealedFileWriter(path, keyring: self)
        while let bytes = try plaintext.next() { try writer.write(bytes) }
        _ = try writer.finish()
    }
}
