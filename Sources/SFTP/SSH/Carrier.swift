import Glibc

/// What carries the bytes of an SSH connection: a TCP socket, or a channel of the connection to a jump host.
protocol Carrier: AnyObject {
    /// The descriptor on whose events the bytes depend.
    var descriptor: Int32 { get }

    /// Whether the other side has closed, or the connection broke.
    var hasEnded: Bool { get }

    /// Why it broke, if it did and more is known than that the other side has closed it.
    var breakage: String? { get }

    /// Sends what can be sent without waiting; the count, or an error as `-errno`.
    func send(_ bytes: UnsafeRawBufferPointer) -> Int

    /// Receives what has come; the count, 0 at the end, or an error as `-errno`.
    func receive(into buffer: UnsafeMutableRawBufferPointer) -> Int

    /// Waits until there may be something to read, or, if asked, to write.
    ///
    /// The events are `POLLIN`, `POLLOUT` or both; `false` means that the time has passed.
    func wait(for events: Int32, until deadline: Deadline) throws(RemoteFailure) -> Bool

    /// Makes every later attempt to send fail at once.
    func endSending()

    /// Ends it, and all that it is carried by; nothing is thrown, for nobody could do more.
    func close()
}
