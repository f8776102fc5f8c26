import FileDrops
import SFTP
import Yams

/// A drop of `type: sftp`.
struct SFTPDropConfiguration: Sendable {
    let name: String
    let server: ServerConfiguration
    /// The servers on the way, in the order in which they are walked.
    let jumps: [ServerConfiguration]
    /// The directory on the server.
    let root: String
    /// The directory for temporary names, within the root.
    let staging: DropPath
    let timeouts: SFTPTimeouts

    init?(reading section: Section, name: String) {
        self.name = name
        let place = "drops.\(name)"
        let server = ServerConfiguration(reading: section, place: place)
        let jumps = Self.jumps(section, place: place)
        let root = section.requiredText("root").flatMap { text -> String? in
            guard !text.isEmpty, !text.hasControlCharacters else {
                let fault = text.isEmpty ? "is empty" : "has a control character in it"
                section.file.problem(section.value("root"), "'root' \(fault); write a directory")
                return nil
            }
            return text
        }
        staging = section.staging()
        let usual = SFTPTimeouts()
        timeouts = SFTPTimeouts(
            connect: section.time("connect_timeout", or: usual.connect),
            operation: section.time("timeout", or: usual.operation),
            keepAlive: section.time("keep_alive", or: usual.keepAlive)
        )
        guard let server, let jumps, let root else { return nil }
        (self.server, self.jumps, self.root) = (server, jumps, root)
    }

    /// One server, or a list of servers; `nil` when something in them is wrong.
    private static func jumps(_ section: Section, place: String) -> [ServerConfiguration]? {
        guard let node = section.value("jump") else { return [] }
        let isList = node.sequence != nil
        let nodes = node.sequence.map { Array($0) } ?? [node]
        let jumps = nodes.enumerated().map { index, node -> ServerConfiguration? in
            guard let jump = section.file.section(node, "a server of 'jump'") else { return nil }
            let server = ServerConfiguration(
                reading: jump,
                place: place + (isList ? ".jump[\(index + 1)]" : ".jump")
            )
            jump.finish()
            return server
        }
        let whole = jumps.compactMap(\.self)
        return whole.count == jumps.count ? whole : nil
    }

    func open() throws -> SFTPDrop {
        try SFTPDrop(
            name: name,
            server: try server.server(),
            jumps: try jumps.map { try $0.server() },
            root: root,
            staging: staging,
            timeouts: timeouts
        )
    }
}

extension Section {
    /// A time above zero.
    fileprivate func time(_ name: String, or fallback: Duration) -> Duration {
        let time = duration(name, or: fallback)
        guard time <= .zero else { return time }
        file.problem(value(name), "'\(name)' is a time above zero, such as \(fallback.components.seconds)s")
        return fallback
    }
}
