/// Why bytes are not the JSON that they should be, or why JSON can't be written.
///
/// It says where, and never holds anything of the document, which may carry cards' codes.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Which fault it is, as a stable word.
    public enum Code: String, Sendable, CaseIterable {
        /// The document ends too early; an empty one does so at once.
        case unexpectedEnd = "unexpected-end"
        /// A byte that can't stand there: a trailing comma, a comment, a byte order mark, a misspelt `true`.
        case unexpectedByte = "unexpected-byte"
        /// Something follows the document.
        case trailingContent = "trailing-content"
        /// A number that RFC 8259 does not know: `01`, `+1`, `.5`, `1.`.
        case invalidNumber = "invalid-number"
        /// A control character in a string that is not escaped.
        case controlCharacter = "control-character"
        /// A backslash in a string with something after it that is no escape.
        case invalidEscape = "invalid-escape"
        /// Half of a surrogate pair, which is no character.
        case loneSurrogate = "lone-surrogate"
        /// A string that is not UTF-8.
        case notUTF8 = "not-utf8"
        /// An object with the same key twice: which of two amounts holds would be a guess.
        case duplicateKey = "duplicate-key"
        /// More arrays and objects are open than `JSONLimits.maximumDepth`.
        case tooDeep = "too-deep"
        /// A string, key or number is longer than `JSONLimits.maximumTokenBytes`.
        case tokenTooLong = "token-too-long"
        /// A value that is taken whole is longer than `JSONLimits.maximumValueBytes`.
        case valueTooLong = "value-too-long"
        /// The keys of the open objects are longer than `JSONLimits.maximumKeyBytes`.
        case tooManyKeys = "too-many-keys"
        /// The caller asked for, or wrote, what can't stand there: a value where a key is due, a second document.
        case outOfPlace = "out-of-place"
    }

    /// Which fault it is.
    public let code: Code
    /// The line, counted from 1; 0 where a fault has no place, as in writing.
    public let line: Int
    /// The byte in the line, counted from 1; 0 where a fault has no place.
    ///
    /// A string that is not UTF-8 and a number give their first byte.
    public let column: Int

    /// Makes an error.
    public init(_ code: Code, line: Int = 0, column: Int = 0) {
        self.code = code
        self.line = line
        self.column = column
    }

    /// The fault and its place, in words.
    public var description: String {
        line > 0 ? "line \(line), column \(column): \(code.words)" : code.words
    }
}

extension JSONError.Code {
    fileprivate var words: String {
        switch self {
        case .unexpectedEnd: "the JSON ends too early"
        case .unexpectedByte: "a character that JSON does not allow here"
        case .trailingContent: "something follows the end of the JSON"
        case .invalidNumber: "a number that JSON does not allow"
        case .controlCharacter: "a control character in a string, not escaped"
        case .invalidEscape: "a backslash that begins no escape"
        case .loneSurrogate: "half of a surrogate pair"
        case .notUTF8: "a string that is not UTF-8"
        case .duplicateKey: "a key that the object has already"
        case .tooDeep: "too many arrays and objects inside each other"
        case .tokenTooLong: "a string or number that is too long"
        case .valueTooLong: "a value that is too long"
        case .tooManyKeys: "too many keys in one object"
        case .outOfPlace: "a value, a key or an end that can't stand here"
        }
    }
}
