import Foundation

/// An activation feed as another system drops it.
public struct DroppedFeed: Sendable {
    /// The digest of the file that it was made from.
    public var digest = String(repeating: "0a1b2c3d", count: 8)
    /// The line, the code and the value of each card.
    public var cards: [(line: Int, code: String, value: String)]

    /// Describes a feed.
    public init(_ cards: (line: Int, code: String, value: String)...) { self.cards = cards }

    /// The feed's text.
    public var text: String {
        let lines = cards.map { card in
            "{\"line\":\(card.line),\"giftCardNumber\":\"\(card.code)\",\"initialValue\":\"\(card.value)\","
                + "\"shopifyOrderId\":\"77300000\(1000 + card.line)\"}"
        }
        let sum = cards.reduce(Decimal(0)) { $0 + (Decimal(string: $1.value) ?? 0) }
        return
            "{\"feed\":\"gift-card-activation\",\"version\":1,\"source\":{\"file\":\"a.csv\",\"sha256\":\"\(digest)\"},"
            + "\"shop\":\"dropline-sandbox.myshopify.com\",\"currency\":\"USD\",\"giftCards\":[\n"
            + lines.joined(separator: ",\n") + "\n],\"totals\":{\"rows\":\(cards.count),\"giftCards\":\(cards.count),"
            + "\"invalid\":0,\"value\":\"\(sum)\"}}\n"
    }
}

extension Installation {
    /// The pipeline that takes dropped activation feeds.
    public static let feedPipeline = "dropped-feeds"
    /// Where they are dropped.
    public static let feedInbox = "oms/activation-feeds"
    /// The path of that pipeline's file.
    public var feedPipelineFile: String { folder + "/pipelines/\(Self.feedPipeline).yaml" }

    /// Adds the pipeline that takes dropped activation feeds, as a person would: its file is copied and named.
    public func addFeedPipeline() throws {
        try addPipeline(Self.feedPipeline)
        try FileManager.default.createDirectory(
            atPath: path(Self.feedInbox),
            withIntermediateDirectories: true
        )
    }

    /// Drops a feed, whole, under its final name at once.
    public func dropFeed(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path(Self.feedInbox + "/" + name)), options: .atomic)
    }

    /// The results of a dropped feed.
    public func feedResults(of name: String) throws -> CSVTable {
        let stem = name.replacing(".json", with: "")
        return try CSVTable(parsing: try text("dropline/\(Self.feedPipeline)/result/\(stem)-Results.csv"))
    }
}
