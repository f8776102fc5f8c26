import ArgumentParser
import Foundation
import Sealing

/// Where a passphrase comes from: a file, or a person at the terminal.
struct PassphraseOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A file with the passphrase, which only its owner can read; else it is asked for on the terminal.",
            valueName: "file"
        )
    )
    var passphraseFile: String?

    /// The passphrase; a new one is asked for twice.
    func secret(asksTwice: Bool) throws -> Secret {
        if let passphraseFile { return try KeyBackup.passphrase(inFile: passphraseFile) }
        guard isatty(STDIN_FILENO) == 1, let first = Self.ask("Passphrase: ") else {
            throw ValidationError("there is no terminal to ask for the passphrase; give --passphrase-file FILE")
        }
        if asksTwice, Self.ask("Again: ") != first { throw ValidationError("the two passphrases differ") }
        return Secret(first)
    }

    /// Asks for a line that is not shown; `nil` when it is broken off.
    private static func ask(_ question: String) -> String? {
        var shown = termios()
        guard tcgetattr(STDIN_FILENO, &shown) == 0 else { return nil }
        var hidden = shown
        // Without ISIG an interrupt comes as a character, and leaves no terminal behind that shows nothing.
        hidden.c_lflag &= ~tcflag_t(ECHO | ISIG)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
        defer { tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown) }
        FileHandle.standardError.write(Data(question.utf8))
        defer { FileHandle.standardError.write(Data("\n".utf8)) }
        guard let line = readLine(), !line.contains("\u{3}") else { return nil }
        return line
    }
}
