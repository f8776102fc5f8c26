/// Where a sealed file lies and belongs: it was sealed for this place, and opens in no other.
///
/// It names the installation and the path in its workspace, which says the rest: `runs/‹run›/‹kind›-‹attempt›-‹part›.sealed`, or for a source
/// `incoming/` and the claim under which it was fetched. Where the workspace itself lies is no part of it, so a workspace can be moved whole.
public struct SealedPlace: Hashable, Sendable {
    /// The path of the file.
    public let file: String
    private let installation: String
    private let path: String

    /// Names a place by the workspace's folder, the path in it, and the name of the installation.
    public init(root: String, path: String, installation: String) {
        file = root + "/" + path
        self.path = path
        self.installation = installation
    }

    /// The length of the installation's name in two bytes, the name, and the path; so no two places read alike.
    var additionalData: [UInt8] {
        let name = Array(installation.utf8)
        let length = [UInt8(truncatingIfNeeded: name.count >> 8), UInt8(truncatingIfNeeded: name.count)]
        return length + name + Array(path.utf8)
    }
}
