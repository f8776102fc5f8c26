/// How CSV bytes are to be read: what a quote means, and how long things may be.
public struct CSVFormat: Sendable, Equatable {
    /// What a quote at the beginning of a field means; anywhere else in a field it is ordinary text.
    public enum Quoting: String, Sendable, CaseIterable {
        /// It opens a quoted field, which may hold delimiters and line breaks; a doubled quote inside stands for one.
        case rfc4180
        /// It opens a quoted field only if the field closes on its own line, right before a delimiter or the line's end.
        ///
        /// Otherwise it is ordinary text, so that a stray quote of a writer that never quotes costs nothing: `"12 inch,5` has the fields `"12 inch` and `5`.
        case singleLine = "single-line"
    }

    /// What a field means in which nothing stands but white space.
    public enum EmptyFields: Sendable {
        /// Nothing: a record of such fields is a blank line, those beyond the header's columns are not there, and where a column has no name, no other
        /// field may stand.
        case nothing
        /// The same as any other field: each record has just as many fields as the header, and columns without a name are passed over.
        case fields
    }

    /// What a quote means.
    public var quoting: Quoting

    /// What an empty field means.
    public var emptyFields: EmptyFields

    /// How many bytes a field may have once its quotes are taken off.
    public var maximumFieldBytes: Int

    /// How many bytes a record may have as it stands in the file, its line break aside; a reader holds little more than this.
    public var maximumRecordBytes: Int

    /// Makes a format.
    ///
    /// - Parameters:
    ///   - quoting: What a quote means.
    ///   - emptyFields: What an empty field means; nothing unless told.
    ///   - maximumFieldBytes: How many bytes a field may have; 1 MiB unless told.
    ///   - maximumRecordBytes: How many bytes a record may have; 4 MiB unless told.
    public init(
        quoting: Quoting = .rfc4180,
        emptyFields: EmptyFields = .nothing,
        maximumFieldBytes: Int = 1 << 20,
        maximumRecordBytes: Int = 4 << 20
    ) {
        self.quoting = quoting
        self.emptyFields = emptyFields
        self.maximumFieldBytes = maximumFieldBytes
        self.maximumRecordBytes = maximumRecordBytes
    }
}
