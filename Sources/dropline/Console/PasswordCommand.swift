import ArgumentParser
import Sealing

struct PasswordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password",
        abstract: "Hashes a password for 'web.users' in the configuration.",
        discussion: """
            The password is asked for on the terminal, twice, or read from a file that only its owner can read; it has at least \
            \(PasswordHash.shortestPassword) characters. The hash is printed on standard output; put it after 'password:', in quotes.
            """
    )

    @OptionGroup var given: PassphraseOption

    func run() async throws {
        try await exiting {
            print(try PasswordHash(of: try given.secret(asksTwice: true)).text)
            return .done
        }
    }
}
