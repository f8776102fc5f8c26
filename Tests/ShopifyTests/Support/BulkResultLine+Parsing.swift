import Shopify

extension BulkResultLine {
    /// Reads a line of an operation with which no code was sent that is a word.
    init(parsing bytes: [UInt8]) { self.init(parsing: bytes) { _ in false } }
}
