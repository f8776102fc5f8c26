import Pipelines
import Synchronization

/// What others tell a pipeline's loop: to sweep, to stop, to show that it is alive.
final class LoopControl: Sendable {
    /// How a loop is to end.
    enum Stop: Int, Comparable {
        case no
        /// The sweep under way comes to its end, but takes no more files.
        case afterSweep
        /// The stage under way comes to its end; its run goes on at the next start.
        case afterStage

        static func < (left: Stop, right: Stop) -> Bool { left.rawValue < right.rawValue }
    }

    private struct State {
        var stop = Stop.no
        var isAsked = false
        var isSweeping = false
        var asked = 0
        var answered = 0
    }

    private let state = Mutex(State())
    private let wakeUp = WakeUp()
    private let onLook: @Sendable (Bool) -> Void

    /// Makes a control; told is who hears that a look at the source begins, and that it ends.
    init(onLook: @escaping @Sendable (Bool) -> Void = { _ in }) { self.onLook = onLook }

    /// Whether no more files are taken.
    var isStopping: Bool { state.withLock { $0.stop > .no } }
    /// Whether nothing more is begun.
    var mustHandOver: Bool { state.withLock { $0.stop == .afterStage } }

    /// Has the source looked at as soon as it can be.
    func askForSweep() {
        state.withLock { $0.isAsked = true }
        wakeUp.signal()
    }

    /// Ends the loop; a stronger wish stays.
    func stop(_ stop: Stop) {
        state.withLock { $0.stop = max($0.stop, stop) }
        wakeUp.signal()
    }

    /// Whether somebody has asked for a sweep since this was asked last.
    func takeAsked() -> Bool {
        state.withLock { state in
            defer { state.isAsked = false }
            return state.isAsked
        }
    }

    /// Waits until something is told, but not longer than that.
    func wait(atMost limit: Duration, _ clock: PipelineClock) async {
        await wakeUp.wait(atMost: limit, clock)
        state.withLock { $0.answered = $0.asked }
    }

    /// Says whether the source is being looked at.
    func looks(_ isLooking: Bool) { onLook(isLooking) }

    /// Says whether a sweep is under way.
    func sweeps(_ isSweeping: Bool) { state.withLock { $0.isSweeping = isSweeping } }

    /// Whether the loop has answered since the last call of this, or is in the middle of a sweep; asks it again.
    ///
    /// A sweep may last as long as its file or its server takes: only a loop that waits must answer.
    func isAlive() -> Bool {
        let isAlive = state.withLock { state in
            let isAlive = state.isSweeping || state.answered == state.asked
            state.asked += 1
            return isAlive
        }
        wakeUp.signal()
        return isAlive
    }
}
