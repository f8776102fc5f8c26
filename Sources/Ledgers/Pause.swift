/// A pipeline that a person has stopped for a while: nothing is taken for it, and nothing sent.
public struct Pause: Sendable, Equatable {
    /// The pipeline's name.
    public var pipeline: String
    /// Since when, in milliseconds since 1970.
    public var since: Int64
    /// Who stopped it.
    public var who: String
    /// Why, in words for a person.
    public var reason: String

    /// Describes a pause.
    public init(pipeline: String, since: Int64, who: String, reason: String) {
        self.pipeline = pipeline
        self.since = since
        self.who = who
        self.reason = reason
    }
}
