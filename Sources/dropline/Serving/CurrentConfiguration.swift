import Assembly
import Synchronization

/// The configuration that a service keeps to at the moment.
final class CurrentConfiguration: Sendable {
    private let state: Mutex<Configuration>

    init(_ configuration: Configuration) { state = Mutex(configuration) }

    var value: Configuration { state.withLock { $0 } }

    func turn(to new: Configuration) { state.withLock { $0 = new } }
}
