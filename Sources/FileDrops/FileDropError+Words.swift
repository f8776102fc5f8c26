import Commerce
import Glibc

extension FileDropError.Code {
    /// What suits the code when the drop knows no better.
    var disposition: Disposition {
        switch self {
        case .notFound, .noSpace, .unreachable, .timedOut, .connectionLost, .io: .retry()
        // What is in the way, somebody moves away; nobody has to tell Dropline then.
        case .exists, .notAFile, .notADirectory: .stop
        case .permissionDenied, .outsideRoot, .nameRefused, .readOnly, .notSupported: .stop
        case .hostKeyUnknown, .hostKeyChanged, .hostKeyRevoked, .knownHostsUnusable, .loginRefused, .loginUnusable:
            .stop
        }
    }

    /// Whether the drop can't be spoken to at all.
    var isOfConnection: Bool {
        switch self {
        case .unreachable, .timedOut, .connectionLost, .hostKeyUnknown, .hostKeyChanged, .hostKeyRevoked, .loginRefused,
            .loginUnusable, .knownHostsUnusable:
            true
        default: false
        }
    }

    var words: String {
        switch self {
        case .notFound: "it isn't there"
        case .exists: "the name is taken"
        case .permissionDenied: "permission denied"
        case .notAFile: "it isn't a plain file"
        case .notADirectory: "it isn't a directory"
        case .outsideRoot: "the path leads out of the drop's root"
        case .nameRefused: "the name can't be used"
        case .noSpace: "no space left"
        case .readOnly: "the file system is read-only"
        case .notSupported: "the drop can't do this"
        case .unreachable: "the drop can't be reached"
        case .timedOut: "no answer in time"
        case .connectionLost: "the connection was lost"
        case .hostKeyUnknown: "the server's host key isn't known"
        case .hostKeyChanged: "the server's host key is another than the known one"
        case .hostKeyRevoked: "the server's host key is marked as revoked"
        case .knownHostsUnusable: "the file of known hosts can't be read"
        case .loginRefused: "the server refused the login"
        case .loginUnusable: "the key or password of the login can't be used"
        case .io: "reading or writing failed"
        }
    }

    /// What a person should do next.
    var advice: String {
        switch self {
        case .notFound:
            "check the path in the configuration, or make the directory; a file may have been taken by another reader"
        case .exists: "move the file that has the name away, or publish under another"
        case .permissionDenied: "give Dropline's user the right to read, write and rename there"
        case .notAFile: "links, directories and devices are never read or replaced; put a plain file in its place"
        case .notADirectory: "choose another name, or move what has it away"
        case .outsideRoot: "use a path below the root, without `..` and links, or change the root of the drop"
        case .nameRefused: "use another name"
        case .noSpace: "free space or raise the quota; it is tried again"
        case .readOnly: "mount it for writing"
        case .notSupported: "`dropline check --connect` shows what the drop can do"
        case .unreachable: "check that it is mounted or running, and its address or root; it is tried again"
        case .timedOut, .connectionLost: "it is tried again; what was being done may have happened"
        case .hostKeyUnknown:
            "`dropline host-key` shows it: compare its fingerprint with the server's owner, then add it with `--add`"
        case .hostKeyChanged: "ask the server's owner whether the key was changed; don't accept it unseen"
        case .knownHostsUnusable: "give 'host_keys' the path of a known_hosts file that Dropline's user can read"
        case .hostKeyRevoked: "the server's owner has withdrawn this key: ask them; don't connect"
        case .loginRefused: "check user, key and password"
        case .loginUnusable: "check the file and its passphrase, or use an ed25519 key"
        case .io: "look into the system's log; it is tried again"
        }
    }

    /// The code of a Linux error number.
    init(errno number: Int32) {
        self =
            switch number {
            case ENOENT: .notFound
            case EEXIST, ENOTEMPTY: .exists
            case EACCES, EPERM: .permissionDenied
            case EISDIR: .notAFile
            case ENOTDIR: .notADirectory
            case ELOOP: .outsideRoot
            case ENAMETOOLONG, EILSEQ: .nameRefused
            case ENOSPC, EDQUOT: .noSpace
            case EROFS: .readOnly
            case EXDEV, EOPNOTSUPP, ENOSYS: .notSupported
            case ETIMEDOUT: .timedOut
            case ESTALE, ENOTCONN, ECONNRESET, ECONNABORTED, EHOSTDOWN, EHOSTUNREACH, ENODEV, ENXIO: .connectionLost
            default: .io
            }
    }
}

extension FileDropError.Cause: CustomStringConvertible {
    /// The words and numbers of the cause.
    public var description: String {
        switch self {
        case .errno(let number): "errno \(number), \(String(cString: strerror(number)))"
        case .server(let code, let words): "server status \(code), \(ShownText.escaped(ShownText.shortened(words)))"
        case .words(let words): ShownText.escaped(words)
        }
    }
}
