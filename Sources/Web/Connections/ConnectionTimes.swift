/// How long each step of a connection may take.
struct ConnectionTimes: Sendable {
    /// The headers of a connection's first request.
    var firstHeaders: Duration = .seconds(10)
    /// The rest of a request after its headers, the wait for the next request, and the taking of an answer.
    var step: Duration = .seconds(60)
    /// A form: less than the rest of its request, so that the sender is told.
    var form: Duration = .seconds(50)
}
