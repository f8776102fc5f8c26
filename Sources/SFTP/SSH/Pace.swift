import FileDrops

/// How long a call to a server may take as a whole: a while, and longer the more bytes it moves.
///
/// So a large file on a slow line has its time, and a server that sends a byte a second, which is never silent for long, has not. Only the time counts
/// in which the server is waited for. Of a file its content counts alone: a server may wrap every byte of it into an answer of its own.
struct Pace {
    /// In bytes a second: an old modem's.
    static let slowest = 4_096

    private let least: Duration
    private let isOfFile: Bool
    private var spent: Duration = .zero
    private var moved = 0
    private var since = ContinuousClock.now

    init(least: Duration, ofFile isOfFile: Bool = false) { (self.least, self.isOfFile) = (least, isOfFile) }

    /// Goes on counting the time.
    mutating func resume() { since = .now }

    /// Stops counting the time.
    mutating func pause() { spent += since.duration(to: .now) }

    /// Counts bytes of the conversation, whatever they mean.
    mutating func note(_ bytes: Int) {
        if !isOfFile { moved += bytes }
    }

    /// Counts bytes of a file.
    mutating func note(content bytes: Int) { moved += bytes }

    /// What is left of the time; not above zero once it is over.
    var left: Duration { allowed - spent - since.duration(to: .now) }

    private var allowed: Duration { least + .seconds(1) * moved / Self.slowest }

    /// What is said once it is over.
    var failure: RemoteFailure {
        .connection(
            .timedOut,
            "it was not done within \(allowed), for the server is too slow: \(moved) bytes so far"
        )
    }
}
