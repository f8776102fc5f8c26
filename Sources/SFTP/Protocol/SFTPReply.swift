import FileDrops

/// A server's answer to a request.
enum SFTPReply {
    case status(SFTPStatus)
    case handle([UInt8])
    case data([UInt8])
    case names([Name])
    case attributes(SFTPAttributes)
    case extended([UInt8])

    /// A name in a listing, as bytes, for a server's names need not be UTF-8.
    struct Name {
        let bytes: [UInt8]
        let attributes: SFTPAttributes
        /// How many bytes the name took in the answer, with all that stands beside it.
        var room = 0

        /// Whether it is the directory itself or the one above, which servers list too; no name at all is held to be the same.
        var isDot: Bool { bytes.isEmpty || bytes.elementsEqual(".".utf8) || bytes.elementsEqual("..".utf8) }
    }

    /// Reads what follows a packet's length, type and id.
    init(type: UInt8, _ bytes: inout SFTPBytes) throws(SFTPBytes.Malformed) {
        switch type {
        case 101:
            let code = try bytes.integer(UInt32.self)
            // Version 3 has a message and its language; some servers leave them out.
            let words = bytes.isEmpty ? "" : String(decoding: try bytes.field(), as: UTF8.self)
            self = .status(SFTPStatus(code: code, words: words))
        case 102: self = .handle(Array(try bytes.field()))
        case 103: self = .data(Array(try bytes.field()))
        case 104:
            var names: [Name] = []
            for _ in 0..<(try bytes.integer(UInt32.self)) {
                let before = bytes.count
                let name = Array(try bytes.field())
                _ = try bytes.field()  // a line as of `ls -l`, for people
                let attributes = try SFTPAttributes(reading: &bytes)
                names.append(Name(bytes: name, attributes: attributes, room: before - bytes.count))
            }
            self = .names(names)
        case 105: self = .attributes(try SFTPAttributes(reading: &bytes))
        case 201: self = .extended(bytes.remaining())
        default: throw SFTPBytes.Malformed()
        }
    }
}

extension SFTPReply {
    /// Nothing, for a call that is done; end of file is no such answer.
    func done() throws(RemoteFailure) {
        guard case .status(let status) = self else { throw Self.unfitting }
        guard status.code == SFTPStatus.ok else { throw status.asFailure }
    }

    /// The handle of what was opened.
    func opened() throws(RemoteFailure) -> [UInt8] {
        if case .handle(let handle) = self { return handle }
        throw unexpected
    }

    /// The attributes that were asked for.
    func found() throws(RemoteFailure) -> SFTPAttributes {
        if case .attributes(let attributes) = self { return attributes }
        throw unexpected
    }

    /// What an answer means that is not the one hoped for.
    var unexpected: RemoteFailure {
        guard case .status(let status) = self, status.code != SFTPStatus.ok else { return Self.unfitting }
        return status.asFailure
    }

    private static let unfitting = RemoteFailure.connection(
        .connectionLost,
        "the server's answer doesn't fit what it was asked"
    )
}
