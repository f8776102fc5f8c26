/// A text that must not be seen: a token, a password, a passphrase.
///
/// Whatever describes, dumps, mirrors or encodes it gets `<redacted>`; only `reveal()` gives the text.
public struct Secret: Sendable, Hashable, Encodable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    private let text: String

    /// What is shown in place of a secret.
    public static let redacted = "<redacted>"

    /// Keeps a text secret.
    public init(_ text: String) { self.text = text }

    /// The text itself, to be handed to what needs it and written nowhere.
    public func reveal() -> String { text }

    /// `<redacted>`.
    public var description: String { Self.redacted }
    /// `<redacted>`.
    public var debugDescription: String { Self.redacted }
    /// A mirror without children: it shows what the description shows.
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// Encodes `<redacted>`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Self.redacted)
    }
}
