/// The Admin API versions that the sandbox knows, oldest first.
enum APIVersion: String, Sendable, CaseIterable, Comparable {
    case january2026 = "2026-01"
    case april2026 = "2026-04"
    case july2026 = "2026-07"

    static let oldest = APIVersion.january2026

    /// The version served for a requested one: what is not known falls forward, silently, to the oldest.
    init(served requested: String) {
        self = APIVersion(rawValue: requested) ?? .oldest
    }

    static func < (left: APIVersion, right: APIVersion) -> Bool { left.rawValue < right.rawValue }
}
