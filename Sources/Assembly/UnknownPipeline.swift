/// A name that was given for a pipeline and that none has: wrong usage, not a wrong configuration.
public struct UnknownPipeline: Error, Sendable, CustomStringConvertible {
    let name: String
    let known: [String]

    /// The name, and those that there are.
    public var description: String { "no pipeline is named '\(name)'; configured: \(known.joined(separator: ", "))" }
}
