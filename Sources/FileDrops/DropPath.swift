/// The place of a file or directory in a drop, relative to the drop's root: `netsuite/salesorder/error`.
///
/// - Shape: components divided by `/`; none is empty, `.` or `..`, holds NUL or is longer than 255 bytes. The empty text is the root itself.
/// - Names are bytes: paths are equal and ordered by their UTF-8, so `é` composed and decomposed are two names, as they are on Linux.
public struct DropPath: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The path as it was given, byte for byte; it may hold control characters.
    public let text: String

    /// The root of the drop.
    public static let root = DropPath(checked: "")

    /// Reads a path relative to a drop's root.
    ///
    /// - Throws: `FileDropError` with `.outsideRoot` for a leading `/` or a `..`, and `.nameRefused` for a component that is empty, `.`, too long
    ///   or holds NUL. A trailing `/` is an empty component.
    public init(_ text: String) throws(FileDropError) {
        guard !text.isEmpty else {
            self = .root
            return
        }
        guard text.utf8.first != UInt8(ascii: "/") else {
            throw .refused(
                .outsideRoot,
                path: text,
                because: "it begins with a slash, and paths are relative to the root"
            )
        }
        for part in text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            try Self.check(part, of: text)
        }
        self.text = text
    }

    /// The path of an entry of this directory.
    ///
    /// - Throws: `FileDropError` with `.nameRefused` or `.outsideRoot` unless the name is one component; a name with `/` is refused.
    public func appending(_ component: String) throws(FileDropError) -> DropPath {
        guard !component.utf8.contains(UInt8(ascii: "/")) else {
            throw .refused(.nameRefused, path: component, because: "a name can't hold a slash")
        }
        try Self.check(component.utf8[...], of: component)
        return DropPath(checked: isRoot ? component : text + "/" + component)
    }

    /// Whether this is the root of the drop.
    public var isRoot: Bool { text.utf8.isEmpty }

    /// The components, from the root down; none for the root.
    public var components: [String] {
        text.utf8.split(separator: UInt8(ascii: "/")).map { String($0) ?? "" }
    }

    /// The last component; empty for the root.
    public var name: String { components.last ?? "" }

    /// The directory that holds it; the root's parent is the root.
    public var parent: DropPath {
        guard let slash = text.utf8.lastIndex(of: UInt8(ascii: "/")) else { return .root }
        return DropPath(checked: String(text[..<slash]))
    }

    /// Whether this path lies in a directory or is that directory.
    public func isWithin(_ directory: DropPath) -> Bool {
        directory.isRoot || self == directory || text.utf8.starts(with: (directory.text + "/").utf8)
    }

    /// The path as it may be shown: control characters escaped as `\n` or `\u{1B}`; the root is `.`.
    public var description: String { isRoot ? "." : ShownText.escaped(text) }

    /// Whether the paths are the same bytes.
    public static func == (one: DropPath, other: DropPath) -> Bool { one.text.utf8.elementsEqual(other.text.utf8) }

    /// Hashes the bytes of the path.
    public func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }

    /// Orders paths by their bytes.
    public static func < (one: DropPath, other: DropPath) -> Bool {
        one.text.utf8.lexicographicallyPrecedes(other.text.utf8)
    }

    /// Takes a text that is known to be a path, as one made of the components of another.
    package init(checked text: String) { self.text = text }

    /// What is shown for a name in a directory that can't be asked for: one that is no UTF-8, or no component of a path.
    package static func unusable(_ name: [UInt8], in directory: DropPath) -> DropPath {
        // Its beginning and its end stay, by which a pattern may know it.
        let shown =
            name.count > longestName
            ? ShownText.repaired(name.prefix(120)) + "…" + ShownText.repaired(name.suffix(60))
            : ShownText.repaired(name)
        return DropPath(checked: (directory.isRoot ? "" : directory.text + "/") + shown)
    }

    /// In bytes, as on Linux.
    package static let longestName = 255

    private static func check(_ part: Substring.UTF8View, of text: String) throws(FileDropError) {
        if part.isEmpty { throw .refused(.nameRefused, path: text, because: "a name in it is empty") }
        if part.elementsEqual("..".utf8) {
            throw .refused(.outsideRoot, path: text, because: "`..` would lead out of it")
        }
        if part.elementsEqual(".".utf8) { throw .refused(.nameRefused, path: text, because: "`.` is no name") }
        if part.contains(0) { throw .refused(.nameRefused, path: text, because: "a name can't hold a NUL byte") }
        if part.count > longestName {
            throw .refused(.nameRefused, path: text, because: "a name can't be longer than \(longestName) bytes")
        }
    }
}
