public import Alerts
import Foundation

extension Configuration {
    /// Who receives alerts, ordered by name.
    public var alertReceivers: [any AlertReceiver] { alerts.values.sorted { $0.name < $1.name }.map(\.receiver) }

    /// Throws `ConfigurationProblems` where a receiver's secret can't be had.
    public func requireAlertSecrets() throws {
        for alert in alerts.values.sorted(by: { $0.name < $1.name }) { try alert.requireSecrets() }
    }

    /// Sends a trial message to every receiver at the same time, once, and tells what became of it.
    public func tryAlerts() async -> [ConnectionFinding] {
        let trial = Alert.trial(at: Int64(Date().timeIntervalSince1970 * 1000))
        return await withTaskGroup(of: ConnectionFinding.self) { group in
            for receiver in alertReceivers {
                group.addTask {
                    let subject = "alerts \(receiver.name)"
                    do {
                        try await receiver.deliver(trial, from: "trial")
                        return ConnectionFinding(subject, "took a trial message; see that it has arrived")
                    } catch {
                        return ConnectionFinding(subject, failing: error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.subject < $1.subject }
        }
    }
}
