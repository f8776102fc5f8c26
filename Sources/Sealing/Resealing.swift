import Glibc

extension Keyring {
    /// Whether a file was sealed by another key than the one that seals now, or in an older form; `false` for one that isn't there, or is no sealed file.
    ///
    /// - Throws: `SealingError` with `.io`.
    public func isOutdated(_ place: SealedPlace) throws(SealingError) -> Bool {
        do throws(LocalFile.Failure) {
            let header = try LocalFile(place.file, flags: O_RDONLY | O_NOFOLLOW).read(upTo: SealedFormat.headerLength)
            guard header.count == SealedFormat.headerLength, let version = SealedFormat.version(header) else {
                return false
            }
            return SealedFormat.keyID(header) != sealingKeyID || version != SealedFormat.version
        } catch {
            if error.number == ENOENT || error.number == ELOOP { return false }
            throw error.sealing(place.file)
        }
    }

    /// Seals a file again, with the key that seals now; its plaintext stays, and at every moment one whole file has the name.
    ///
    /// Nobody else may write the file meanwhile.
    /// - Throws: `SealingError` as `SealedFileReader` and `SealedFileWriter`; the file is then as it was.
    public func reseal(_ place: SealedPlace) throws {
        let plaintext = try SealedFileReader(unrecorded: place, keyring: self)
        let writer = try SealedFileWriter(place, keyring: self)
        while let bytes = try plaintext.next() { try writer.write(bytes) }
        _ = try writer.finish()
    }
}
