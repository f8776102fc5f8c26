import Sealing

/// What pages look like and what they do by themselves, as `Static/` holds it.
enum Assets {
    /// Changes with the files, so that a browser never keeps old ones.
    static let version = String(
        SHA256Digest(of: PackageResources.console_css + PackageResources.console_js + PackageResources.icon_svg).short
    )

    static func reply(_ name: String) -> Reply {
        let (type, bytes) =
            switch name {
            case "console.css": ("text/css; charset=utf-8", PackageResources.console_css)
            case "console.js": ("text/javascript; charset=utf-8", PackageResources.console_js)
            default: ("image/svg+xml", PackageResources.icon_svg)
            }
        return Reply(status: 200, contentType: type, body: bytes, headers: [("cache-control", "public, max-age=86400")])
    }
}
