/// What a streaming reader meets next in a document.
public enum JSONEvent: Sendable, Equatable {
    /// `{`.
    case objectStart
    /// `}`.
    case objectEnd
    /// `[`.
    case arrayStart
    /// `]`.
    case arrayEnd
    /// The key of a member; its value follows.
    case key(String)
    /// A string, unescaped.
    case string(String)
    /// A number, as it is written.
    case number(String)
    /// `true` or `false`.
    case bool(Bool)
    /// `null`.
    case null
}
