public import Commerce
public import Records

extension FileCodes {
    /// The codes of an activation feed.
    public static func ofFeed(_ source: @escaping () throws -> some ByteSource) -> FileCodes {
        FileCodes(prefix: "") { found in
            var feed = try ActivationFeedReader(try source())
            while let entry = try feed.nextEntry() { entry[.giftCardNumber].map(found) }
        }
    }
}
