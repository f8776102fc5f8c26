import Assembly
import Web

extension WebSettings {
    /// The settings of a configuration, its secrets fetched; throws `ConfigurationProblems` for one that can't be had.
    init(_ configuration: WebConfiguration) throws {
        self.init()
        host = configuration.host
        port = configuration.port
        publicURL = configuration.publicURL
        trustedProxies = configuration.trustedProxies
        largestUpload = Int(configuration.largestUpload)
        users = try configuration.users.map { user in
            let credential: WebUser.Credential =
                switch try configuration.credential(of: user) {
                case .password(let hash): .password(hash)
                case .token(let token): .token(token)
                }
            return WebUser(name: user.name, role: user.role == .act ? .act : .see, credential: credential)
        }
    }
}
