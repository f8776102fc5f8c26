/// A fault that the sandbox plays when asked to, so many times.
public struct SandboxFault: Sendable, Hashable {
    /// What goes wrong.
    public var kind: Kind
    /// How many times: calls, operations, uploads, downloads, cards or searches, as the kind says.
    public var count: Int
    /// How many of the first chances are let pass.
    public var skip: Int
    /// Only calls with this root field, `giftCardCreate`; nil means every call.
    public var root: String?
    /// A time, for the kinds that take one.
    public var seconds: Double?
    /// A number of lines, for the kinds that take one.
    public var lines: Int?
    /// A part of the lines from 0 to 1, for the kinds that take one.
    public var fraction: Double?
    /// A text: the currency, the version, the value, the note, for the kinds that take one.
    public var text: String?

    /// A fault with what its kind takes; what is nil has the kind's default.
    public init(
        _ kind: Kind,
        count: Int = 1,
        skip: Int = 0,
        root: String? = nil,
        seconds: Double? = nil,
        lines: Int? = nil,
        fraction: Double? = nil,
        text: String? = nil
    ) {
        self.kind = kind
        self.count = count
        self.skip = skip
        self.root = root
        self.seconds = seconds
        self.lines = lines
        self.fraction = fraction
        self.text = text
    }
}
