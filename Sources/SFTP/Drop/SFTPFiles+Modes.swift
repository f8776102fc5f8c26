import FileDrops

extension SFTPFiles {
    /// Takes from a file the rights that a mode does not have; which those are is asked of the open file, whatever has its name meanwhile.
    func restrict(_ path: DropPath, to mode: FileMode) throws(FileDropError) {
        let doing = "restricting the mode of"
        let file = try openForReading(path)
        defer { close(file) }
        do throws(FileDropError) {
            try using(file, doing: doing) { (state, client) throws(RemoteFailure) in
                guard let bits = try client.call(.attributesOfHandle(state.handle)).found().mode else { return }
                let present = FileMode(bits: bits)
                let restricted = present.intersection(mode)
                guard restricted != present else { return }
                try client.call(.setMode(state.handle, restricted)).done()
            }
        } catch let error where !error.isOfConnection && error.code != .permissionDenied {
            throw FileDropError(.notSupported, doing: doing, path: path.text, drop: drop, cause: error.cause)
        }
    }
}
