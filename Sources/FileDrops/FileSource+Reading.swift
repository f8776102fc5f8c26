extension FileSource {
    /// Reads a file from its beginning, piece by piece, for as long as it has no more bytes than it should have.
    ///
    /// - Parameters:
    ///   - path: where it is.
    ///   - limit: as many bytes are expected, and more are a reason to stop: a file that grows, or one that never ends.
    ///   - take: gets each piece; the last one may reach beyond the limit.
    /// - Returns: whether the end was met.
    /// - Throws: as `withFile`, and what `take` throws.
    public func read(
        _ path: DropPath,
        upTo limit: Int64,
        _ take: ([UInt8]) throws -> Void
    ) async throws -> Bool {
        try await withFile(path) { reader in
            var count: Int64 = 0
            while let bytes = try await reader.read() {
                try take(bytes)
                count += Int64(bytes.count)
                guard count <= limit else { return false }
            }
            return true
        }
    }
}
