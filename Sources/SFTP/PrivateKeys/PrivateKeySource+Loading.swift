import Glibc
import Sealing

extension PrivateKeySource {
    /// A key file has a few kilobytes.
    static let maximumBytes = 1_000_000

    /// Reads the key from its place, at each call.
    ///
    /// - Parameter credentials: the folder of systemd's credentials (systemd.exec(5), "Credentials"). It is the folder that guards them; their
    ///   mode shows the mask of an access list, so it isn't looked at.
    /// - Returns: the key, or what was there in its place: `PrivateKey.obstacle(passphraseGiven:)` tells.
    /// - Throws: `.missing`, `.exposed` (group or others have any right to the file), `.notAFile`, `.tooLarge`, `.unreadable`.
    func load(credentials: String? = Self.credentialsFolder) throws(PrivateKeyFault) -> PrivateKey {
        switch self {
        case .text(let secret):
            let text = secret.reveal()
            guard text.utf8.count <= Self.maximumBytes else {
                throw PrivateKeyFault(.tooLarge, words: "the key is larger than \(Self.maximumBytes) bytes")
            }
            return PrivateKey(reading: Array(text.utf8), path: nil)
        case .file(let path):
            let file: SmallFile
            do throws(SmallFile.Fault) {
                file = try SmallFile.read(path, upTo: Self.maximumBytes)
            } catch {
                throw Self.fault(error, path: path)
            }
            if let words = Self.exposure(of: file.information.st_mode, path: path, credentials) {
                throw PrivateKeyFault(.exposed, words: words)
            }
            return PrivateKey(reading: file.bytes, path: path)
        }
    }

    /// What is wrong with the permissions of a key's file, and how it is fixed; `nil` if nothing is, or if nothing is there.
    package static func exposure(ofFile path: String) -> String? {
        var information = stat()
        guard stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFREG else { return nil }
        return exposure(of: information.st_mode, path: path, credentialsFolder)
    }

    private static func exposure(of mode: mode_t, path: String, _ credentials: String?) -> String? {
        let mode = mode & 0o7777
        guard mode & 0o077 != 0, !isInside(path, credentials) else { return nil }
        let words = "others than its owner may use the key file \(path) (mode 0\(String(mode, radix: 8)))"
        return words + "; run: chmod 600 \(shellWord(path))"
    }

    /// The folder that systemd names to a service that has credentials.
    static var credentialsFolder: String? { getenv("CREDENTIALS_DIRECTORY").map { String(cString: $0) } }

    private static func fault(_ fault: SmallFile.Fault, path: String) -> PrivateKeyFault {
        let words = "the key file \(path) \(fault.words)"
        return switch fault {
        case .missing: PrivateKeyFault(.missing, words: words + "; check the path, or put the key there")
        case .notAFile: PrivateKeyFault(.notAFile, words: words + "; give the path of the private key itself")
        case .tooLarge: PrivateKeyFault(.tooLarge, words: words + "; it is no key")
        case .unreadable: PrivateKeyFault(.unreadable, words: words + "; Dropline's user must own it, with mode 0600")
        }
    }

    /// Whether a file lies in a folder, by the names that both really have.
    private static func isInside(_ path: String, _ folder: String?) -> Bool {
        guard let folder, let file = resolved(path), let folder = resolved(folder) else { return false }
        return folder != "/" && file.utf8.starts(with: (folder + "/").utf8)
    }

    private static func resolved(_ path: String) -> String? {
        guard let name = realpath(path, nil) else { return nil }
        defer { free(name) }
        return String(cString: name)
    }
}
