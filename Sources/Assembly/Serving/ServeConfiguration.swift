/// What `dropline.yaml` says under `serve`.
public struct ServeConfiguration: Sendable {
    /// How long sweeps that are under way may take to come to an end when the service is stopped.
    public let stopWithin: Duration

    init(reading section: Section?) {
        stopWithin = section?.duration("stop_within", or: Self.usualStop) ?? Self.usualStop
        section?.finish()
    }

    private static let usualStop: Duration = .seconds(30)
}

extension Configuration {
    /// Whether ledger, workspace and key are the same as another's, so that a service can turn to it without a restart.
    public func sharesInstallation(with other: Configuration) -> Bool {
        (state, workspace, keyPath) == (other.state, other.workspace, other.keyPath)
    }
}
