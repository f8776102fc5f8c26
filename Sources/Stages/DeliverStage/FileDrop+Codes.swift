import FileDrops

extension FileDrop {
    /// Stages a file that may hold codes, which not everybody is to read: with mode 0640, or where the drop can't set modes with its own.
    ///
    /// `withoutMode` is called in that case.
    func stageCodes(
        as name: String,
        withoutMode: () -> Void,
        _ body: (any DropFileWriter) async throws -> Void
    ) async throws -> StagedFile {
        do {
            return try await stage(as: name, mode: .ofCodes, body)
        } catch let error as FileDropError where error.code == .notSupported {
            withoutMode()
            return try await stage(as: name, mode: nil, body)
        }
    }
}
