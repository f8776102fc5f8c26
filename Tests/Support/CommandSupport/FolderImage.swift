import Foundation

/// Every byte of a folder: each path with its kind, mode, times and content, to tell whether anything was touched.
public func image(of folder: String) throws -> [String: String] {
    var found: [String: String] = [:]
    let walk = FileManager.default.enumerator(atPath: folder)
    while let path = walk?.nextObject() as? String {
        let attributes = walk?.fileAttributes ?? [:]
        let isFile = attributes[.type] as? FileAttributeType == .typeRegular
        let bytes = isFile ? try Data(contentsOf: URL(fileURLWithPath: folder + "/" + path)).base64EncodedString() : ""
        let modified = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
        found[path] = "\(attributes[.posixPermissions] ?? "?") \(modified) \(bytes)"
    }
    return found
}
