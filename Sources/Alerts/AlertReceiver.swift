public import Commerce

/// Where alerts go.
public protocol AlertReceiver: Sendable {
    /// Its name in the configuration.
    var name: String { get }
    /// How long a condition has lasted before it is told.
    var patience: Duration { get }
    /// Hands a message over; once it returns the message has arrived.
    ///
    /// - Throws: `AlertFault`, and `CancellationError`.
    func deliver(_ alert: Alert, from installation: String) async throws
}

/// Why a message did not arrive, in words that hold no secret.
public struct AlertFault: ClassifiedError {
    /// What is amiss, and what to do.
    public let description: String
    /// It is tried again.
    public var disposition: Disposition { .retry(after: nil) }
    /// A receiver is somebody else's.
    public var side: FaultSide { .remote }
    /// The one kind there is.
    public var codeName: String { "alert-not-delivered" }

    init(_ description: String) { self.description = description }
}
