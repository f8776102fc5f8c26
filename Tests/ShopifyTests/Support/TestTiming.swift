import Shopify
import Synchronization

/// A clock that only moves when somebody waits on it or a test moves it.
final class TestTiming: Sendable {
    private struct State {
        var now = Duration.zero
        var waits: [Duration] = []
    }

    private let state = Mutex(State())

    /// The waits so far.
    var waits: [Duration] { state.withLock { $0.waits } }

    func advance(by duration: Duration) { state.withLock { $0.now += duration } }

    /// A timing on this clock, whose dice always show 0.
    var timing: ShopTiming {
        ShopTiming(
            now: { self.state.withLock { $0.now } },
            sleep: { duration in
                try Task.checkCancellation()
                self.state.withLock {
                    $0.now += duration
                    $0.waits.append(duration)
                }
            },
            random: { 0 }
        )
    }
}
