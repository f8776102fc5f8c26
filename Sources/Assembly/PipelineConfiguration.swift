import FileDrops
import Ledgers
import Pipelines
import Records

/// What a pipeline file says.
public struct PipelineConfiguration: Sendable {
    /// The file's path.
    public let path: String
    /// The pipeline's name.
    public let name: String
    let source: SourceConfiguration?
    let limits: Limits
    let unknownAfter: Duration
    let quarantinesInvalid: Bool
    let stages: StageOptions
    let deliveries: [DeliveryConfiguration]

    /// Where files are taken from, for a person: `netsuite:/out/cards, *.csv`; `nil` where only people give them.
    public var sourceWords: String? { source.map { "\($0.drop):\($0.directory.text), \($0.match)" } }

    enum InvalidRows: String, CaseIterable { case reject, quarantine }

    init?(reading root: Section, path: String, names: DeclaredNames) {
        self.path = path
        let name = root.requiredText("pipeline")
        source = root.section("source").flatMap { SourceConfiguration(reading: $0, drops: names.drops) }
        unknownAfter = root.duration("unknown_after", or: .seconds(86_400))
        limits = Self.limits(root.section("limits"))
        quarantinesInvalid = root.word("on_invalid", or: InvalidRows.reject) == .quarantine
        Self.checkSchedule(root.section("schedule"))
        let stages = StageOptions(reading: root, shops: names.shops)
        let mode = root.mode("mode")
        deliveries = root.list(root.value("deliver")).compactMap { node in
            root.file.section(node, "an entry of 'deliver'").flatMap {
                DeliveryConfiguration(reading: $0, drops: names.drops, mode: mode)
            }
        }
        root.finish()
        guard let name, let stages else { return nil }
        self.name = name
        self.stages = stages
    }

    private static func limits(_ section: Section?) -> Limits {
        guard let section else { return Limits() }
        let limits = Limits(
            card: section.amount("card"),
            file: section.amount("file"),
            day: section.amount("day")
        )
        section.finish()
        return limits
    }

    /// A schedule is for `serve` and for people; `poll` runs when it is called.
    private static func checkSchedule(_ section: Section?) {
        guard let section else { return }
        if section.value("every") != nil { _ = section.duration("every", or: .zero) }
        _ = section.text("cron")
        _ = section.text("timezone")
        section.finish()
    }
}

/// A pipeline's `source:`.
struct SourceConfiguration: Sendable {
    enum FinalLineBreak: String, CaseIterable { case required, optional }

    let drop: String
    let directory: DropPath
    let match: String
    let settle: Duration
    let cutGrace: Duration
    let finalLineBreak: FinalLineBreak
    let archive: String
    let quarantine: String
    let order: Source.Order
    let doneMarker: String?
    let minimumSize: Int64
    let maximumSize: Int64

    init?(reading section: Section, drops: Set<String>) {
        let drop = section.drop("drop", drops)
        let directory = section.directory("directory")
        match = section.text("match") ?? "*"
        settle = section.duration("settle", or: .seconds(30))
        cutGrace = section.duration("cut_grace", or: .seconds(900))
        finalLineBreak = section.word("final_line_break", or: .required)
        archive = section.text("archive") ?? "archive"
        quarantine = section.text("quarantine") ?? "error"
        order = section.word("order", or: .nameDate)
        doneMarker = section.text("done_marker")
        minimumSize = section.size("min_size", or: 0)
        maximumSize = section.size("max_size", or: 1_000_000_000)
        for name in ["archive", "quarantine"] where section.value(name) != nil {
            if (try? DropPath(section.text(name) ?? "")) == nil {
                section.file.problem(
                    section.value(name),
                    "'\(name)' is a directory beside the files, such as '\(name)'"
                )
            }
        }
        section.finish()
        guard let drop, let directory else { return nil }
        (self.drop, self.directory) = (drop, directory)
    }
}

/// An entry of a pipeline's `deliver:`.
struct DeliveryConfiguration: Sendable {
    let kind: ArtifactKind
    let drop: String
    let directory: DropPath
    let mode: FileMode?

    init?(reading section: Section, drops: Set<String>, mode pipelineMode: FileMode?) {
        let known: [ArtifactKind] = [.activationFeed, .bulkFile, .results, .rejects]
        let kind = section.requiredText("artifact").flatMap { text -> ArtifactKind? in
            let kind = known.first { $0.rawValue == text }
            if kind == nil {
                let words = known.map(\.rawValue).joined(separator: ", ")
                section.file.problem(section.value("artifact"), "'\(text)' is not one of: \(words)")
            }
            return kind
        }
        let drop = section.drop("drop", drops)
        let directory = section.directory("directory")
        mode = section.mode("mode") ?? pipelineMode
        section.finish()
        guard let kind, let drop, let directory else { return nil }
        (self.kind, self.drop, self.directory) = (kind, drop, directory)
    }
}

extension Section {
    /// The name of a configured drop.
    func drop(_ name: String, _ drops: Set<String>) -> String? {
        guard let drop = requiredText(name) else { return nil }
        guard drops.contains(drop) else {
            file.problem(
                value(name),
                "no drop is named '\(drop)'; configured: \(drops.sorted().joined(separator: ", "))"
            )
            return nil
        }
        return drop
    }

    /// A directory of a drop.
    func directory(_ name: String) -> DropPath? {
        guard let text = requiredText(name) else { return nil }
        do throws(FileDropError) {
            return try DropPath(text)
        } catch {
            file.problem(value(name), "\(error)")
            return nil
        }
    }

    /// Permissions such as `"0640"`.
    func mode(_ name: String) -> FileMode? {
        guard let node = value(name), let text = text(node) else { return nil }
        guard let mode = FileMode(text) else {
            file.problem(node, "'\(text)' is not a file mode; write it in octal digits and quotes, such as \"0640\"")
            return nil
        }
        return mode
    }

    /// An amount in plain digits; which decimals are allowed depends on the shop's currency.
    func amount(_ name: String) -> String? {
        guard let node = value(name), let text = text(node) else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2,
            parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isNumber) && $0.allSatisfy(\.isASCII) })
        else {
            file.problem(node, "'\(text)' is not an amount in plain digits, such as 500 or 99.95")
            return nil
        }
        return text
    }
}
