import CommandSupport
import Foundation

/// The sealed files of an installation, as somebody with access to its disk sees them.
extension Installation {
    /// The path of a file of the workspace.
    func sealed(_ path: String) -> String { folder + "/var/workspace/" + path }

    /// The sealed files below a folder of the workspace, sorted.
    func sealedFiles(_ below: String) throws -> [String] {
        guard FileManager.default.fileExists(atPath: sealed(below)) else { return [] }
        return try FileManager.default.subpathsOfDirectory(atPath: sealed(below)).filter { $0.hasSuffix(".sealed") }
            .map { below + "/" + $0 }.sorted()
    }

    func readSealed(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: sealed(path))) }

    func writeSealed(_ path: String, _ bytes: Data) throws { try bytes.write(to: URL(fileURLWithPath: sealed(path))) }

    /// Keeps ledger, key and workspace, as a backup does while nothing runs, and says where.
    func backUp(_ name: String) throws -> String {
        let copy = folder + "/backup-" + name
        try FileManager.default.copyItem(atPath: folder + "/var", toPath: copy)
        return copy
    }

    /// Puts back what a backup kept of these: `dropline.sqlite`, `workspace`.
    func restore(_ parts: [String], from backup: String) throws {
        for part in parts {
            for suffix in part.hasSuffix(".sqlite") ? ["", "-wal", "-shm"] : [""] {
                let place = folder + "/var/" + part + suffix
                try? FileManager.default.removeItem(atPath: place)
                guard FileManager.default.fileExists(atPath: backup + "/" + part + suffix) else { continue }
                try FileManager.default.copyItem(atPath: backup + "/" + part + suffix, toPath: place)
            }
        }
    }
}
