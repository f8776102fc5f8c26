import ArgumentParser
import Assembly
import Commerce
import FileDrops
import Records
import SFTP

struct HostKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "host-key",
        abstract: "Shows a server's host keys, and adds them to the known hosts.",
        discussion: """
            A server is known by its key: one with another key gets no login. Compare the fingerprints with what the server's owner says, by \
            another way than this connection, before '--add' writes them down. Nobody logs in at the server; those on the way to a drop \
            ('jump') are logged in at, and their keys are shown first.

            It ends with 1 when a key differs from the known one of its kind, or is revoked; then nothing is added.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var data: DataOptions

    @Argument(help: "The server's name or address.")
    var host: String?

    @Option(help: ArgumentHelp("An SFTP drop of the configuration, in place of a host.", valueName: "name"))
    var drop: String?

    @Option(help: "The server's port (default: 22).")
    var port: Int?

    @Option(help: ArgumentHelp("The known_hosts file (default: that beside the configuration).", valueName: "file"))
    var knownHosts: String?

    @Flag(help: "Adds the keys that are new to the known_hosts file.")
    var add = false

    func validate() throws {
        guard (host == nil) != (drop == nil) else { throw ValidationError("name a host, or a drop with --drop") }
        guard drop == nil || port == nil && knownHosts == nil else {
            throw ValidationError("--port and --known-hosts are the drop's own; leave them out with --drop")
        }
        guard 1...65_535 ~= port ?? 22 else { throw ValidationError("--port is a port from 1 to 65535") }
        guard host != "" else { throw ValidationError("the host is empty") }
    }

    func run() async throws {
        try await exiting {
            let stops = try stops()
            var exit = Exit.done
            var shown: [HostKeyTable] = []
            for (place, stop) in stops.enumerated() {
                var table = try await HostKeyTable(of: stop)
                if add { try table.add() }
                if !data.json { print(table.text) }
                if table.needsPerson || add && table.couldNotAdd { exit = .needsPerson }
                shown.append(table)
                if !table.isTrusted, place + 1 < stops.count {
                    complain("what lies behind \(stop.host) is shown once a key of \(stop.host) is known")
                    exit = .needsPerson
                    break
                }
            }
            if data.json {
                printJSON(.array(shown.map(\.json)))
            } else if let advice = HostKeyTable.advice(shown, adding: "dropline host-key \(same)") {
                print("\n" + advice)
            }
            return exit
        }
    }

    /// The command's own arguments, to be given again.
    private var same: String {
        if let drop { return "--drop \(drop)" }
        return (host ?? "") + (port.map { " --port \($0)" } ?? "") + (knownHosts.map { " --known-hosts \($0)" } ?? "")
    }

    private func stops() throws -> [ServerStop] {
        if let drop { return try Configuration.load(global.configurationPath).route(toDrop: drop) }
        let path = knownHosts ?? global.besideConfiguration("known_hosts")
        return [
            ServerStop(
                host: host ?? "",
                port: port ?? 22,
                hostKeys: .knownHosts(path: path),
                timeouts: SFTPTimeouts()
            )
        ]
    }
}
