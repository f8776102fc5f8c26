import NIOCore
import Sealing

/// The form in which a file goes to a staged upload: every parameter as it was answered, in its order, and the file last.
///
/// "If you add the file parameter somewhere else, then you'll receive an error" (https://shopify.dev/docs/api/usage/bulk-operations/imports).
struct Multipart {
    let boundary: String
    /// Everything before the file's first byte.
    let head: [UInt8]
    /// Everything after the file's last byte.
    let tail: [UInt8]

    init(_ target: StagedTarget, boundary: String) {
        self.boundary = boundary
        var text = ""
        for parameter in target.parameters {
            text +=
                "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(Self.quoted(parameter.name))\"\r\n\r\n\(parameter.value.reveal())\r\n"
        }
        text +=
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(Self.quoted(target.fileName))\"\r\n"
        text += "Content-Type: text/jsonl\r\n\r\n"
        head = Array(text.utf8)
        tail = Array("\r\n--\(boundary)--\r\n".utf8)
    }

    /// A name within quotation marks (https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data).
    private static func quoted(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "%22"
            case "\r": result += "%0D"
            case "\n": result += "%0A"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

/// The bytes of a multipart upload, pulled from the file while they are sent.
struct MultipartBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    /// What the caller's file had to say while it was sent: its own error, or that its length was another one.
    enum Fault: Error, Sendable {
        case wrongSize
        case source(any Error)
    }

    let head: [UInt8]
    let tail: [UInt8]
    let size: Int
    let chunks: @Sendable () async throws -> [UInt8]?

    struct Iterator: AsyncIteratorProtocol {
        private enum Place { case head, file, end }

        let body: MultipartBody
        private var place = Place.head
        private var left: Int

        init(_ body: MultipartBody) {
            self.body = body
            left = body.size
        }

        mutating func next() async throws -> ByteBuffer? {
            switch place {
            case .head:
                place = .file
                return ByteBuffer(bytes: body.head)
            case .file:
                let chunk: [UInt8]?
                do { chunk = try await body.chunks() } catch { throw Fault.source(error) }
                if let chunk {
                    left -= chunk.count
                    guard left >= 0 else { throw Fault.wrongSize }
                    return ByteBuffer(bytes: chunk)
                }
                guard left == 0 else { throw Fault.wrongSize }
                place = .end
                return ByteBuffer(bytes: body.tail)
            case .end:
                return nil
            }
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(self) }
}
