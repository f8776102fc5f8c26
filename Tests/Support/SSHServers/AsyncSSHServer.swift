import Foundation

/// asyncssh: a server that misbehaves on request, and whose log names every request, path and fault.
///
/// Besides `Fault`s it can lack extensions, list without attributes, ask questions at the login, and overwrite where SFTP 3 forbids it.
/// A login takes the welcome keys too, unless `authorized` is empty.
public struct AsyncSSHServer: ServerKind {
    /// How one logs in without a key.
    public enum Login: Sendable {
        /// Not at all.
        case keyOnly
        /// With the password.
        case password
        /// By `keyboard-interactive` with one answer for each question: `Password: `, `Verification code: `, `Another code: `.
        case questions([String])
        /// Anybody gets in, without as much as a password.
        case nothing
    }

    /// The keys by which it proves who it is.
    public var hostKeys: [ServerKey] = [.ed25519]
    /// The port it listens on; a free one where there is none.
    public var port: Int?
    /// The keys that it lets in.
    public var authorized: [ClientKey] = ClientKey.welcome
    /// How one logs in without a key.
    public var login = Login.password
    /// What it says before the login.
    public var banner: String?
    /// The extensions that it has by their full names; all where there is none, and `[]` takes `posix-rename@openssh.com` too.
    public var extensions: [String]?
    /// Whether a listing holds names only, without sizes, times and types.
    public var hasBareListings = false
    /// Names, as bytes, that every listing has besides those that are there, each as a file of 10 bytes.
    public var listedBesides: [[UInt8]] = []
    /// Whether a plain RENAME replaces an existing file, which SFTP 3 forbids.
    public var overwritesByRename = false
    /// Whether it gives at most a third of what a READ asks for.
    public var givesShortReads = false
    /// Whether clients see `root` as `/`.
    public var isChrooted = false
    /// By how many seconds all its times are wrong, as where it keeps them in another zone.
    public var timeShift: Int?
    /// How many bytes of a file may be read, where it is gone once it was opened; such servers hand out each file once.
    public var readOnce: Int?
    /// What happens in a directory right behind its listing, once.
    public var listingChange: ListingChange?
    /// What goes wrong.
    public var faults: [Fault] = []

    /// What others do in a directory while a client reads it.
    public struct ListingChange: Sendable, Encodable {
        var directory: String
        var remove: [String]
        var add: [String: String]

        /// Names the directory, the files that vanish, and the texts of those that appear, all by their paths below the root.
        public init(in directory: String, remove: [String] = [], add: [String: String] = [:]) {
            (self.directory, self.remove, self.add) = (directory, remove, add)
        }
    }

    /// A server with defaults; set what differs.
    public init(
        hostKeys: [ServerKey] = [.ed25519],
        login: Login = .password,
        extensions: [String]? = nil,
        hasBareListings: Bool = false,
        overwritesByRename: Bool = false,
        givesShortReads: Bool = false,
        isChrooted: Bool = false,
        listedBesides: [[UInt8]] = [],
        faults: [Fault] = []
    ) {
        (self.hostKeys, self.login, self.extensions, self.faults) = (hostKeys, login, extensions, faults)
        self.hasBareListings = hasBareListings
        self.overwritesByRename = overwritesByRename
        self.givesShortReads = givesShortReads
        self.isChrooted = isChrooted
        self.listedBesides = listedBesides
    }

    /// A user whom only this server knows.
    public var user: String { "shop" }

    /// The names of the script's options.
    private struct Options: Encodable {
        var root: String
        var port: Int
        var hostKeys: [String]
        var authorizedKeys: String?
        var passwords: [String: String] = [:]
        var prompts: [String: [String]] = [:]
        var banner: String?
        var chroot: Bool
        var extensions: [String]?
        var bareListings: Bool
        var listedBesides: [String]
        var overwritingRename: Bool
        var shortReads: Bool
        var noLogin = false
        var timeShift: Int?
        var readOnce: Int?
        var listingChange: ListingChange?
        var faults: [Fault]
    }

    /// Writes `authorized_keys`; all else is in the arguments.
    public func command(_ place: ServerPlace) throws -> ServerCommand {
        var options = Options(
            root: place.root,
            port: place.port,
            hostKeys: hostKeys.map { place.keys.path($0) },
            banner: banner,
            chroot: isChrooted,
            extensions: extensions,
            bareListings: hasBareListings,
            listedBesides: listedBesides.map { name in
                name.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            },
            overwritingRename: overwritesByRename,
            shortReads: givesShortReads,
            timeShift: timeShift,
            readOnce: readOnce,
            listingChange: listingChange,
            faults: faults
        )
        if !authorized.isEmpty {
            let path = place.folder + "/authorized_keys"
            try write(try authorized.map { try place.keys.publicKey($0) + "\n" }.joined(), to: path)
            options.authorizedKeys = path
        }
        switch login {
        case .keyOnly: break
        case .password: options.passwords = [user: RunningServer.password]
        case .questions(let answers): options.prompts = [user: answers]
        case .nothing: options.noLogin = true
        }
        return try ServerCommand(script: PackageResources.asyncssh_server_py, options, port: place.port)
    }
}
