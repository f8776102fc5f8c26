import CommandSupport
import Foundation

/// What the files of an installation still hold of wrapped keys, found by their bytes as no ledger is asked.
enum LedgerTraces {
    /// The wrapped keys that stand in the ledger's file and log, by their text.
    static func wrappedKeys(_ installation: Installation) throws -> Set<String> {
        var found: Set<String> = []
        for name in ["var/dropline.sqlite", "var/dropline.sqlite-wal"] {
            let path = installation.folder + "/" + name
            guard FileManager.default.fileExists(atPath: path) else { continue }
            let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: Unicode.ASCII.self)
            for match in text.matches(of: /"bytes":"([A-Za-z0-9+\/=\\]{60,})"/) { found.insert(String(match.output.1)) }
        }
        return found
    }

    /// The files of an installation that hold the bytes of a wrapped key, as text or raw, whole or in halves.
    static func places(of keys: Set<String>, in installation: Installation) throws -> [String] {
        var needles: [Data] = []
        for key in keys {
            guard let raw = Data(base64Encoded: key.replacing("\\/", with: "/")) else {
                throw SupportError("'\(key)' is no base64")
            }
            let text = Data(key.utf8)
            needles += [text.prefix(40), text.suffix(40), raw.prefix(30), raw.suffix(30)]
        }
        let walk = FileManager.default.enumerator(atPath: installation.folder)
        var places: [String] = []
        while let name = walk?.nextObject() as? String {
            guard let content = FileManager.default.contents(atPath: installation.folder + "/" + name) else { continue }
            if needles.contains(where: { content.range(of: $0) != nil }) { places.append(name) }
        }
        return places.sorted()
    }
}
