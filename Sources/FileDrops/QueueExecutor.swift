import Dispatch

/// Runs an actor's calls on a queue of its own, so that calls which block hold up neither the cooperative pool nor another drop.
///
/// A serial queue gets a thread of its own from libdispatch, beside those of the pool.
package final class QueueExecutor: SerialExecutor {
    private let queue: DispatchQueue

    /// Makes a queue; the label shows in debuggers.
    package init(label: String) { queue = DispatchQueue(label: label) }

    /// Runs a job after those before it.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    /// Traps unless it runs on the queue.
    package func checkIsolated() { dispatchPrecondition(condition: .onQueue(queue)) }
}
