import FileDrops
import Ledgers
import Pipelines
import Records
public import Runner

/// What a pipeline file says.
public struct PipelineConfiguration: Sendable {
    /// The file's path.
    public let path: String
    /// The pipeline's name.
    public let name: String
    /// When a service looks at its source; `nil` where nothing is scheduled.
    public let schedule: Schedule?
    /// Whether a service watches its folder.
    public let watches: Bool
    /// What it expects, so that nothing coming is told.
    public let expectations: Expectations
    let source: SourceConfiguration?
    let limits: Limits
    let unknownAfter: Duration
    let operationPatience: Duration
    let quarantinesInvalid: Bool
    /// Whether nobody may approve what they dropped themselves.
    public let needsTwoPeople: Bool
    let stages: StageOptions
    let deliveries: [DeliveryConfiguration]

    /// Where files are taken from, for a person: `netsuite:/out/cards, *.csv`; `nil` where only people give them.
    public var sourceWords: String? { source.map { "\($0.drop):\($0.directory.text), \($0.match)" } }

    enum InvalidRows: String, CaseIterable { case reject, quarantine }
    enum Approval: String, CaseIterable {
        case onePerson = "one-person"
        case twoPeople = "two-people"
    }

    init?(reading root: Section, path: String, names: DeclaredNames) {
        self.path = path
        let name = root.requiredText("pipeline")
        source = root.section("source").flatMap { SourceConfiguration(reading: $0, drops: names.drops) }
        unknownAfter = root.duration("unknown_after", or: .seconds(86_400))
        operationPatience = root.operationPatience()
        quarantinesInvalid = root.word("on_invalid", or: InvalidRows.reject) == .quarantine
        needsTwoPeople = root.word("approval", or: Approval.onePerson) == .twoPeople
        let schedule = root.schedule("schedule")
        self.schedule = schedule
        // Who names the hours wants nothing taken at others.
        watches = source?.watches ?? schedule.map { if case .cron = $0.rhythm { false } else { true } } ?? true
        expectations = root.expectations()
        let stages = StageOptions(reading: root, names: names)
        limits = root.limits(in: stages.flatMap { names.currencies[$0.shop] })
        let mode = root.mode("mode")
        deliveries = root.list(root.value("deliver")).compactMap { node in
            root.file.section(node, "an entry of 'deliver'").flatMap {
                DeliveryConfiguration(reading: $0, drops: names.drops, mode: mode, stages: stages)
            }
        }
        if stages?.endsWithFeed == true, !deliveries.contains(where: { $0.kind == .activationFeed }) {
            root.file.problem(
                root.value("stages"),
                "a pipeline that ends at 'activation-feed' delivers it, or nobody could activate its cards; add to 'deliver': "
                    + "'{ artifact: activation-feed, drop: …, directory: … }'"
            )
        }
        root.warnOfMode(deliveries)
        root.finish()
        guard let name, let stages else { return nil }
        self.name = name
        self.stages = stages
    }
}

extension StageOptions {
    /// Why a pipeline of these stages has no files of a kind; `nil` where it has.
    fileprivate func whyNotMade(_ kind: ArtifactKind) -> String? {
        switch kind {
        case .activationFeed where takesFeeds:
            "a pipeline that begins at 'bulk-file' makes no activation feed: its files are feeds already"
        case .bulkFile where endsWithFeed:
            "a pipeline that ends at 'activation-feed' makes no bulk file: it sends nothing to a shop"
        default: nil
        }
    }
}

/// A pipeline's `source:`.
struct SourceConfiguration: Sendable {
    enum FinalLineBreak: String, CaseIterable { case required, optional }

    let drop: String
    let directory: DropPath
    let match: NamePattern
    let settle: Duration
    let cutGrace: Duration
    let finalLineBreak: FinalLineBreak
    let archive: String
    let quarantine: String
    let order: Source.Order
    let doneMarker: String?
    let minimumSize: Int64
    let maximumSize: Int64
    /// Where the directory stands in the file, for warnings.
    let stands: ConfigurationProblem
    /// Whether a folder is watched; `nil` where the file doesn't say.
    let watches: Bool?

    init?(reading section: Section, drops: Set<String>) {
        let drop = section.drop("drop", drops)
        let directory = section.directory("directory")
        match = NamePattern(section.text("match") ?? "*", matchesCase: section.flag("match_case", or: true))
        settle = section.duration("settle", or: .seconds(30))
        cutGrace = section.duration("cut_grace", or: .seconds(900))
        finalLineBreak = section.word("final_line_break", or: .required)
        archive = section.text("archive") ?? "archive"
        quarantine = section.text("quarantine") ?? "error"
        order = section.word("order", or: .nameDate)
        doneMarker = section.text("done_marker")
        minimumSize = section.size("min_size", or: 0)
        maximumSize = section.size("max_size", or: 1_000_000_000)
        watches = section.value("watch") == nil ? nil : section.flag("watch", or: true)
        for name in ["archive", "quarantine"] where section.value(name) != nil {
            if (try? DropPath(section.text(name) ?? "").isRoot) ?? true {
                section.file.problem(
                    section.value(name),
                    "'\(name)' is a directory beside the files, such as '\(name)'"
                )
            }
        }
        stands = section.file.at(section.value("directory"), "")
        section.finish()
        guard let drop, let directory else { return nil }
        (self.drop, self.directory) = (drop, directory)
        warn(section)
    }
}

/// An entry of a pipeline's `deliver:`.
struct DeliveryConfiguration: Sendable {
    let kind: ArtifactKind
    let drop: String
    let directory: DropPath
    let mode: FileMode?
    /// Whether the mode is the entry's own, not the pipeline's.
    let hasOwnMode: Bool
    /// Where the entry stands in the file, for warnings.
    let stands: ConfigurationProblem

    init?(reading section: Section, drops: Set<String>, mode pipelineMode: FileMode?, stages: StageOptions?) {
        let known: [ArtifactKind] = [.activationFeed, .bulkFile, .results, .rejects]
        let kind = section.requiredText("artifact").flatMap { text -> ArtifactKind? in
            let kind = known.first { $0.rawValue == text }
            if kind == nil {
                let words = known.map(\.rawValue).joined(separator: ", ")
                section.file.problem(section.value("artifact"), "'\(text)' is not one of: \(words)")
            } else if let kind, let problem = stages?.whyNotMade(kind) {
                section.file.problem(section.value("artifact"), problem)
            }
            return kind
        }
        let drop = section.drop("drop", drops)
        let directory = section.directory("directory")
        let own = section.mode("mode")
        (mode, hasOwnMode) = (own ?? pipelineMode, own != nil)
        stands = section.file.at(section.value("artifact"), "")
        section.finish()
        guard let kind, let drop, let directory else { return nil }
        (self.kind, self.drop, self.directory) = (kind, drop, directory)
    }
}

extension Section {
    /// How long an operation at the shop may last before a person is told.
    ///
    /// "Bulk operations … fail if they take longer than 24 hours" (https://shopify.dev/docs/api/usage/bulk-operations/imports): more would never be told.
    fileprivate func operationPatience() -> Duration {
        let patience = duration("operation_patience", or: .seconds(7_200))
        if patience > .seconds(86_400) {
            file.problem(
                value("operation_patience"),
                "'operation_patience' is at most 24h: Shopify itself ends a bulk operation after 24 hours"
            )
        }
        return patience
    }

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
}
