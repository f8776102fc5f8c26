import AsyncHTTPClient
import HTTPS
import Logging
import NIOCore
import NIOHTTP1
public import Sealing

extension ShopClient {
    /// Fetches a result file and hands it on as it comes.
    ///
    /// The request carries no token, and the address, which opens the file to anybody, is never logged.
    ///
    /// - Parameters:
    ///   - url: `BulkOperation.url` or `partialDataURL`.
    ///   - consume: Takes the bytes in order. They may end early: compare the count with `BulkOperation.fileSize`.
    /// - Returns: How many bytes came.
    /// - Throws: `ShopError` with `.downloadExpired` for 400 (`ExpiredToken` of Google's storage), 401, 403, 404 and 410, `.answerTooLarge` above
    ///   `ShopLimits.result`, `.malformedAnswer` for a file that is packed in a way that nobody here unpacks, other codes where trying again may help,
    ///   or the error of `consume` as it is. A failure before the first byte has been tried again here; after it, beginning again is the caller's to do.
    public func download(_ url: Secret, into consume: ([UInt8]) async throws -> Void) async throws -> Int {
        let doing = "fetching a result file"
        guard address.accepts(url) else {
            throw ShopError(
                .insecureURL,
                doing: doing,
                shop: settings.name,
                detail: "the result file's address is not encrypted"
            )
        }
        var attempt = 1
        while true {
            do {
                let end = ContinuousClock.now + limits.download
                let response = try await open(url, doing: doing)
                var count = 0
                var chunks = response.body.makeAsyncIterator()
                while true {
                    let chunk: ByteBuffer?
                    do {
                        chunk = try await chunks.next()
                        guard ContinuousClock.now < end else { throw HTTPClientError.deadlineExceeded }
                    } catch {
                        let failure = try await failure(error, at: url, doing: doing)
                        // Bytes that were handed on cannot be taken back.
                        if count > 0 { throw Begun(error: failure) }
                        throw failure
                    }
                    guard let chunk else { return count }
                    count += chunk.readableBytes
                    guard count <= limits.result else {
                        throw Begun(error: ShopError(.answerTooLarge, doing: doing, shop: settings.name))
                    }
                    do { try await consume(Array(chunk.readableBytesView)) } catch { throw Begun(error: error) }
                }
            } catch let begun as Begun {
                throw begun.error
            } catch let error as ShopError where attempt < limits.attempts && error.code.isPassing {
                try await timing.sleep(backOff(attempt))
                attempt += 1
            }
        }
    }

    /// An error after the first byte, which ends the download.
    private struct Begun: Error {
        let error: any Error
    }

    private func open(_ url: Secret, doing: String) async throws -> HTTPClientResponse {
        let response: HTTPClientResponse
        do {
            response = try await http.execute(
                HTTPClientRequest(plain: url.reveal()),
                timeout: .init(limits.download)
            )
        } catch {
            throw try await failure(error, at: url, doing: doing)
        }
        let status = Int(response.status.code)
        logger.debug("download answered", metadata: ["shop": "\(settings.name)", "status": "\(status)"])
        let code: ShopError.Code? =
            switch status {
            case 200: nil
            case 400, 401, 403, 404, 410: .downloadExpired
            case 429: .tooManyRequests
            case 300..<400: .redirected
            case 500...599: .serverFailed
            default: .unexpectedStatus
            }
        if let code { throw ShopError(code, doing: doing, shop: settings.name, status: status) }
        if let packing = Answer.packing(in: response.headers) {
            let detail = AnswerMeaning.packed(packing)
            throw ShopError(.malformedAnswer, doing: doing, shop: settings.name, status: status, detail: detail)
        }
        return response
    }

    private func failure(_ error: any Error, at url: Secret, doing: String) async throws -> ShopError {
        try await exchange.failure(error, at: url.reveal(), doing: doing, wasSent: true, creates: false)
    }
}
