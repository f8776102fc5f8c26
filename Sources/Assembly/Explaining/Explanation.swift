/// What a pipeline will do, in words, with the values of its configuration.
public struct Explanation: Sendable, Equatable {
    /// One part of it, such as where files come from.
    public struct Part: Sendable, Equatable {
        /// What it is about, such as `files` or the name of a stage.
        public var title: String
        /// Sentences, each whole without the others.
        public var sentences: [String]
    }

    /// The pipeline's name.
    public let pipeline: String
    /// The pipeline file's path.
    public let path: String
    /// The parts, in the order in which things happen.
    public let parts: [Part]
}

extension Configuration {
    /// Explains a pipeline; throws `UnknownPipeline`.
    ///
    /// Nothing is opened, and no secret is asked for.
    public func explanation(of name: String) throws -> Explanation {
        guard let pipeline = pipelines.first(where: { $0.name == name }) else { throw unknownPipeline(name) }
        let shop = shops[pipeline.stages.shop]
        let words = ExplainingWords(pipeline: pipeline, drops: drops, shop: shop)
        return Explanation(pipeline: name, path: pipeline.path, parts: words.parts)
    }
}
