import Glibc

/// The instant until which something is waited for, on the clock that can't be set.
struct Deadline {
    let instant: ContinuousClock.Instant
    /// What was allowed, for messages.
    let allowed: Duration

    init(in duration: Duration) {
        allowed = duration
        instant = .now + duration
    }

    var isPast: Bool { ContinuousClock.now >= instant }

    /// An earlier deadline, after which it can be seen whether the wait still makes sense.
    var slice: Deadline {
        Deadline(in: min(.milliseconds(200), max(.zero, ContinuousClock.now.duration(to: instant))))
    }

    /// This deadline, or one after a while if that comes sooner.
    func before(_ while: Duration) -> Deadline {
        `while` < ContinuousClock.now.duration(to: instant) ? Deadline(in: `while`) : self
    }

    /// An earlier deadline that shares what is left with `count - 1` others.
    func share(of count: Int) -> Deadline {
        Deadline(in: max(.zero, ContinuousClock.now.duration(to: instant)) / max(1, count))
    }

    /// Waits until a descriptor can be read or written.
    ///
    /// - Returns: `false` when the time has passed.
    func wait(for events: Int32, on descriptor: Int32) -> Bool {
        while true {
            let left = ContinuousClock.now.duration(to: instant)
            guard left > .zero else { return false }
            let milliseconds = min(
                60_000,
                left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
            )
            var entry = pollfd(fd: descriptor, events: Int16(truncatingIfNeeded: events), revents: 0)
            // What is wrong with the descriptor, the call that reads or writes it will tell.
            if poll(&entry, 1, Int32(milliseconds) + 1) > 0 { return true }
        }
    }
}
