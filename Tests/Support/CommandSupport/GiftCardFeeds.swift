import Foundation

extension Installation {
    /// The pipeline that ends with the activation feed.
    public static let feedMakingPipeline = "gift-card-feeds"
    /// Where its files are dropped.
    public static let feedMakingInbox = "netsuite/salesorder/giftcard-feeds"
    /// Where its feeds go, unless a test says otherwise.
    public static let madeFeedDirectory = "oms/made-feeds"
    /// The path of that pipeline's file.
    public var feedMakingPipelineFile: String { folder + "/pipelines/\(Self.feedMakingPipeline).yaml" }

    /// Adds the pipeline that ends with the activation feed, and gives the shop the domain of the sandbox; its feeds go where `dropped-feeds` takes
    /// them, or into a directory of their own.
    public func addFeedMakingPipeline(feedsTo directory: String = Installation.madeFeedDirectory) throws {
        try addPipeline(Self.feedMakingPipeline) {
            $0.replacing("directory: oms/activation-feeds", with: "directory: \(directory)")
        }
        try edit(configuration) {
            $0 = $0.replacing(
                "    currency: USD",
                with: "    domain: dropline-sandbox.myshopify.com\n    currency: USD"
            )
        }
        try FileManager.default.createDirectory(
            atPath: path(Self.feedMakingInbox),
            withIntermediateDirectories: true
        )
    }

    /// Drops a source file for it, whole, under its final name at once.
    public func dropForFeed(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path(Self.feedMakingInbox + "/" + name)), options: .atomic)
    }

    /// The names of the feeds that it has made.
    public func madeFeeds(in directory: String = Installation.madeFeedDirectory) throws -> [String] {
        try names(directory)
    }

    /// The codes in a feed, in its order.
    public func codes(inFeed name: String, in directory: String = Installation.madeFeedDirectory) throws -> [String] {
        let feed = try JSON(parsing: try read(directory + "/" + name))
        return (feed["giftCards"].array ?? []).compactMap { $0["giftCardNumber"].string }
    }

    /// The results of a file that was dropped for a feed.
    public func resultsOfFeed(of name: String) throws -> CSVTable {
        let stem = name.replacing(".csv", with: "")
        return try CSVTable(parsing: try text("dropline/\(Self.feedMakingPipeline)/result/\(stem)-Results.csv"))
    }
}
