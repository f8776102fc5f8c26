import Foundation
import Sealing

extension Duration {
    /// Reads `500ms`, `30s`, `15m`, `24h` or `7d`.
    public init?(configured text: String) {
        let units: [(String, Int64)] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)]
        guard let (unit, factor) = units.first(where: { text.hasSuffix($0.0) }),
            let number = Int64(text.dropLast(unit.count)), (0...3_000_000).contains(number)
        else { return nil }
        self = .milliseconds(number * factor)
    }
}

extension Int64 {
    /// Reads `512`, `100KB`, `100MB` or `1GB`, in powers of 1000.
    init?(configuredSize text: String) {
        let units: [(String, Int64)] = [("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("B", 1), ("", 1)]
        guard let (unit, factor) = units.first(where: { text.hasSuffix($0.0) }),
            let number = Int64(text.dropLast(unit.count)), (0...1_000_000_000_000).contains(number)
        else { return nil }
        self = number * factor
    }
}

extension String {
    /// `SHOPIFY_TOKEN` of `${SHOPIFY_TOKEN}`.
    var environmentReference: String? {
        guard hasPrefix("${"), hasSuffix("}") else { return nil }
        let name = dropFirst(2).dropLast()
        guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }) else {
            return nil
        }
        return String(name)
    }
}

/// Where a secret is found; it is read only when it is needed.
public enum SecretReference: Sendable, Equatable {
    /// `${NAME}`: an environment variable.
    case environment(String)
    /// `file:PATH`: the text of a file that only its owner can read, without its last line break.
    case file(String)
    /// `credential:NAME`: a systemd credential (systemd.exec(5), `LoadCredential=`).
    case credential(String)

    /// Reads a reference; `nil` for any other text, which may be a secret itself.
    init?(_ text: String) {
        if let name = text.environmentReference {
            self = .environment(name)
        } else if text.hasPrefix("file:"), text.count > 5 {
            self = .file(String(text.dropFirst(5)))
        } else if text.hasPrefix("credential:"), text.count > 11, !text.contains("/") {
            self = .credential(String(text.dropFirst(11)))
        } else {
            return nil
        }
    }

    /// The path of the secret's file, relative ones beginning at a folder; `nil` for an environment variable.
    func path(in folder: String) -> String? {
        switch self {
        case .environment: nil
        case .file(let path): path.hasPrefix("/") || folder == "." ? path : folder + "/" + path
        case .credential(let name):
            (ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"] ?? "/run/credentials") + "/" + name
        }
    }

    /// Fetches the secret; a text says why it can't be had.
    func fetch(in folder: String) -> Result<Secret, SecretFault> {
        switch self {
        case .environment(let name):
            guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else {
                return .failure(SecretFault("the environment variable \(name) is not set"))
            }
            return .success(Secret(value))
        case .file, .credential:
            let path = path(in: folder) ?? ""
            if case .file = self,
                let mode = try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int,
                mode & 0o077 != 0
            {
                return .failure(SecretFault("others can read the secret in \(path); run: chmod 600 '\(path)'"))
            }
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                return .failure(SecretFault("the secret's file \(path) can't be read"))
            }
            let secret = text.trimmingCharacters(in: .newlines)
            return secret.isEmpty
                ? .failure(SecretFault("the secret's file \(path) is empty")) : .success(Secret(secret))
        }
    }

    /// Fetches the secret of a key; throws `ConfigurationProblems` that name the key, as `drops.netsuite.auth.password`.
    func fetch(in folder: String, for key: String) throws -> Secret {
        do {
            return try fetch(in: folder).get()
        } catch {
            throw ConfigurationProblems(
                problems: [
                    ConfigurationProblem(
                        file: "configuration",
                        line: 0,
                        column: 0,
                        message: "\(key): \(error.message)"
                    )
                ]
            )
        }
    }
}

/// Why a secret can't be had.
struct SecretFault: Error {
    let message: String
    init(_ message: String) { self.message = message }
}
