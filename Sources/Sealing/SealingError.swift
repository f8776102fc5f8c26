public import Commerce
import Glibc

/// What went wrong with a key or a sealed file; it never holds anything secret.
public struct SealingError: ClassifiedError, Equatable {
    /// The kinds of failure; the raw value is the stable word for ledger and scripts.
    public enum Code: String, Sendable, CaseIterable {
        case keyMissing = "key-missing"
        case keyExposed = "key-exposed"
        case keyWrongLength = "key-wrong-length"
        case keyNotAFile = "key-not-a-file"
        case keyUnreadable = "key-unreadable"
        case wrongMasterKey = "wrong-master-key"
        case keyringIncomplete = "keyring-incomplete"
        case sealMissing = "seal-missing"
        case sealUnknown = "seal-unknown"
        case sealKeyGone = "seal-key-gone"
        case sealDamaged = "seal-damaged"
        case sealMismatch = "seal-mismatch"
        case sealClosed = "seal-closed"
        case backupUnreadable = "backup-unreadable"
        case backupUnknown = "backup-unknown"
        case backupDamaged = "backup-damaged"
        case wrongPassphrase = "wrong-passphrase"
        case passphraseTooShort = "passphrase-too-short"
        case passphraseUnreadable = "passphrase-unreadable"
        case targetExists = "target-exists"
        case noSpace = "no-space"
        case io = "io"
    }

    /// The kind of failure.
    public let code: Code
    /// The file concerned.
    public let path: String?
    /// Linux's error number, where a call failed.
    public let number: Int32?
    /// What more is known.
    public let detail: String?

    /// Describes a failure.
    public init(_ code: Code, path: String? = nil, number: Int32? = nil, detail: String? = nil) {
        self.code = code
        self.path = path
        self.number = number
        self.detail = detail
    }

    /// The code as a stable word.
    public var codeName: String { code.rawValue }

    /// A full disk is tried again; keys, and files that are missing or not what they were, stop what needs them.
    public var disposition: Disposition {
        switch code {
        case .noSpace, .io: .retry()
        default: .stop
        }
    }

    /// Whether a sealed file is not what it should be: it is missing, or was changed, swapped, or sealed for another place or ledger.
    public var isOfContent: Bool {
        switch code {
        case .sealMissing, .sealUnknown, .sealKeyGone, .sealDamaged, .sealMismatch: true
        default: false
        }
    }

    /// The key file is the configuration's, a backup and its passphrase are given, all else is Dropline's own.
    public var side: FaultSide {
        switch code {
        case .keyMissing, .keyExposed, .keyWrongLength, .keyNotAFile, .keyUnreadable, .wrongMasterKey: .configuration
        case .backupUnreadable, .backupUnknown, .backupDamaged, .wrongPassphrase, .passphraseTooShort,
            .passphraseUnreadable, .targetExists:
            .input
        default: .local
        }
    }

    /// One line: what is wrong with which file, why, and what to do next.
    public var description: String {
        var text = words
        if let path { text += ": \(path.debugDescription)" }
        if let detail { text += " (\(detail))" }
        if let number { text += " (errno \(number), \(String(cString: strerror(number))))" }
        return text + "; " + advice
    }

    private var words: String {
        switch code {
        case .keyMissing: "the key file isn't there"
        case .keyExposed: "the key file can be read by others than its owner"
        case .keyWrongLength: "the key file doesn't hold 32 bytes"
        case .keyNotAFile: "the key isn't a plain file"
        case .keyUnreadable: "the key file can't be read or made"
        case .wrongMasterKey: "this key does not belong to this ledger"
        case .keyringIncomplete: "the ledger's record of its keys is incomplete"
        case .sealMissing: "the sealed file isn't there"
        case .sealUnknown: "the file isn't one that this version of Dropline sealed"
        case .sealKeyGone: "the file was sealed with a key that the ledger no longer has"
        case .sealDamaged: "the sealed file is damaged, cut off, or of another place or ledger"
        case .sealMismatch: "the sealed file holds something else than was recorded of it"
        case .sealClosed: "the sealed file was finished or has failed before"
        case .backupUnreadable: "the key backup can't be read"
        case .backupUnknown: "the file isn't a key backup that this version of Dropline reads"
        case .backupDamaged: "the key backup is damaged or cut off"
        case .wrongPassphrase: "the passphrase doesn't open the key backup"
        case .passphraseTooShort: "the passphrase is too short"
        case .passphraseUnreadable: "the passphrase's file can't be used"
        case .targetExists: "the file exists already"
        case .noSpace: "no space left for the sealed file"
        case .io: "reading or writing the sealed file failed"
        }
    }

    private var advice: String {
        switch code {
        case .keyMissing: "restore it from its backup, or correct `key` in the configuration"
        case .keyExposed: "chmod 600 it; if others may have read it, what the ledger holds is no secret to them"
        case .keyWrongLength, .keyNotAFile: "restore it from its backup; it is 32 raw bytes, not text"
        case .keyUnreadable: "check that its folder exists, and that Dropline's user owns file and folder"
        case .wrongMasterKey: "use the key that the ledger was made with, or its backup"
        case .keyringIncomplete: "restore the ledger from its backup"
        case .sealMissing, .sealUnknown, .sealKeyGone, .sealDamaged, .sealMismatch:
            "put it back from the backup that the ledger came from"
        case .sealClosed: "report this as a fault of Dropline"
        case .backupUnreadable, .backupUnknown: "name a file that 'dropline key backup' wrote"
        case .backupDamaged: "use another copy of it"
        case .wrongPassphrase: "give the one that it was made with; nobody can open it without"
        case .passphraseTooShort:
            "take at least \(KeyBackup.shortestPassphrase) characters; several random words are best"
        case .passphraseUnreadable: "name a text file that only its owner can read, with the passphrase in it"
        case .targetExists: "nothing was written; name another file"
        case .noSpace: "free space on the workspace's disk; it is tried again"
        case .io: "look into the system's log; it is tried again"
        }
    }
}
