import Dispatch
import Glibc
import Synchronization

/// The signals of a service: the first SIGTERM or SIGINT asks it to stop, a second one ends the process at once, SIGHUP asks it to read its configuration.
final class ServiceSignals {
    enum Arrival { case stop, reload }

    /// What was asked for.
    let arrivals: AsyncStream<Arrival>
    private var sources: [any DispatchSourceSignal] = []

    /// Listens from now on.
    init() {
        let (arrivals, arrived) = AsyncStream<Arrival>.makeStream()
        self.arrivals = arrivals
        let stops = Counter()
        for number in [SIGTERM, SIGINT, SIGHUP] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if number == SIGHUP {
                    arrived.yield(.reload)
                } else if stops.next() == 1 {
                    arrived.yield(.stop)
                } else {
                    _exit(128 + number)
                }
            }
            source.resume()
            sources.append(source)
        }
    }

    /// Listens no more.
    func end() { for source in sources { source.cancel() } }
}

/// Counts.
private final class Counter: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
