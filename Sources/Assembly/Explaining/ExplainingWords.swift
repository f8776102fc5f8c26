import Commerce
import FileDrops
import Foundation
import Ledgers
import Pipelines
import Records
import Shopify

/// Puts a pipeline's configuration into words.
struct ExplainingWords {
    let pipeline: PipelineConfiguration
    let drops: [String: DropConfiguration]
    let shop: ShopConfiguration?

    var parts: [Explanation.Part] {
        var parts = [part("files", files), part("when", [when])]
        for name in pipeline.stages.names { parts.append(part(name, sentences(of: name))) }
        if pipeline.stages.endsWithFeed { parts.append(part("report", report)) }
        parts += [part("limits", limits), part("outputs", outputs), part("bad input", badInput)]
        return parts
    }

    private func part(_ title: String, _ sentences: [String]) -> Explanation.Part {
        Explanation.Part(title: title, sentences: sentences)
    }

    // MARK: - Files

    private var files: [String] {
        let form = pipeline.stages.takesFeeds ? "activation feed" : "NetSuite gift card CSV"
        guard let source = pipeline.source else {
            return ["No drop is polled: each \(form) is given by hand, with 'dropline run \(pipeline.name) FILE'."]
        }
        var said = [
            "Each file named '\(source.match)' in \(place(source.drop, source.directory)) is taken as \(article(form)); "
                + "directories below are not looked into, and names that begin with a dot are nobody's.",
            "A file is finished when size and time stay the same for \(words(source.settle)).",
        ]
        if !source.match.matchesCase { said.append("Upper and lower case are alike in its name.") }
        if let marker = source.doneMarker { said.append("It also needs a file '‹name›\(marker)' beside it.") }
        said.append(
            source.finalLineBreak == .required
                ? "One whose last line has no line break counts as growing for \(words(source.cutGrace)), and is put aside then."
                : "Its last line needs no line break."
        )
        if source.minimumSize > 0 { said.append("A file below \(bytes(source.minimumSize)) is left alone.") }
        said.append("A file above \(bytes(source.maximumSize)) is put aside unread.")
        said.append("Files are taken in the order of \(words(source.order)).")
        said.append("A processed file goes to \(beside(source, source.archive)), where nothing is overwritten.")
        said.append("Content that was processed to the end before, under any name, is archived and not sent again.")
        return said
    }

    private var when: String {
        "At each 'dropline poll'"
            + (pipeline.source == nil ? ", what was begun goes on." : ", and what was begun goes on.")
    }

    // MARK: - Stages

    private func sentences(of stage: String) -> [String] {
        let options = pipeline.stages
        let address = options.endsWithFeed ? shop?.ownDomain : shop?.url
        let shopWords =
            shop.map { "the shop '\($0.name)' (\(address ?? $0.url), \($0.currency))" } ?? "the shop '\(options.shop)'"
        let taking =
            "Its cards are taken in the ledger, so that no other file, process or rerun can send the same code."
        switch stage {
        case "activation-feed":
            let ending =
                options.endsWithFeed
                ? ["The pipeline ends with it: no shop is called, and whoever takes the feed activates its cards."] : []
            let prefix = options.codePrefix.isEmpty ? "" : "the prefix '\(options.codePrefix)', "
            let sentences = [
                "Each row's code is trimmed and lower-cased, and \(prefix)spaces and dashes are removed; then it has 8 to 20 letters and digits.",
                looksOfCodes,
                options.quoting == .singleLine
                    ? "A field counts as quoted only if its quote closes on its line."
                    : "Fields are quoted as in RFC 4180.",
                options.endsWithFeed
                    ? "Its cards are taken in the ledger, so that no other file of this pipeline, process or rerun puts the same code into a feed."
                    : taking,
                "The activation feed of \(shopWords) is written.",
            ]
            return sentences + ending
        case "bulk-file":
            let start =
                options.takesFeeds
                ? ["The feed must be of \(shopWords), and hold what its totals say.", looksOfCodes, taking] : []
            let version = shop.map { " of API \($0.version.rawValue)" } ?? ""
            return start + [
                "Each card becomes a line of giftCardCreate\(version), with a note that names its order, source and line; "
                    + (options.sendsCustomer
                        ? "its customer is named, to whom Shopify may write." : "its customer is not named."),
                "A bulk file above \(bytes(options.partSize)) is split into parts.",
            ]
        case "bulk-import":
            return [
                "Each part is uploaded to \(shopWords), run as a bulk operation and followed to its end; where the shop allows no bulk "
                    + "operation for gift cards, they are made one by one.",
                "A bulk operation that has not ended after \(words(pipeline.operationPatience)), or that gets no slot for so long, is told to a person, "
                    + "who may cancel it.",
            ]
        default:
            return [
                "Each row gets its outcome from the shop's result; one without an answer is looked up at the shop, at every sweep for "
                    + "\(words(pipeline.unknownAfter)), and then a person must resolve it.",
                "A card that the shop made with another value, currency or code than its row is a conflict, and its code is not sent again.",
                "Of an operation that fails, what the shop does not show is sent again: at once, then after 1, 5, 15, 30 and 60 minutes, and every hour; "
                    + "from the third time on a person is told.",
                options.acceptsExisting
                    ? "A code that the shop has already counts as already-active if its card has the same value and can be used."
                    : "A code that the shop has already, on a card that was not made from this row, is a conflict.",
                "Rows and money in must equal rows and money out, or the source is not archived.",
            ]
        }
    }

    /// What else than letters and digits makes a code.
    private var looksOfCodes: String {
        pipeline.stages.codePattern.map {
            "A code that does not match '\($0.text)' as a whole is none, and no totals line is one."
        }
            ?? "No totals line is a code: neither letters with a blank in them nor the words that reports end with."
    }

    /// What becomes of the rows where the pipeline ends with the feed.
    private var report: [String] {
        [
            "A row whose card the feed holds is in-feed; one whose card an earlier file has put into a feed is already-in-feed, and is not in this one.",
            "Rows and money in must equal rows and money out, or the source is not archived.",
        ]
    }

    // MARK: - Limits, outputs, bad input

    private var limits: [String] {
        let currency = shop.map { " \($0.currency)" } ?? ""
        var said: [String] = []
        if let card = pipeline.limits.card { said.append("A file with a card above \(card)\(currency) is held.") }
        if let file = pipeline.limits.file {
            said.append("A file whose cards come to more than \(file)\(currency) is held.")
        }
        if let day = pipeline.limits.day {
            let cards = (pipeline.stages.endsWithFeed ? "pipeline's" : "shop's") + " cards of 24 hours"
            said.append("A file with which the \(cards) come to more than \(day)\(currency) is held.")
        }
        let becomes = pipeline.stages.endsWithFeed ? "put into a feed" : "sent"
        guard !said.isEmpty else { return ["There is no limit: whatever is dropped is \(becomes)."] }
        said.append(
            "Nothing of a held file is sent until 'dropline approve RUN --reason TEXT', and never after 'dropline refuse RUN --reason TEXT'."
        )
        if pipeline.needsTwoPeople { said.append("Nobody approves a file that they dropped themselves.") }
        return said
    }

    private var outputs: [String] {
        var said = pipeline.deliveries.map { delivery in
            let mode = delivery.mode.map { ", mode \($0)" } ?? ""
            return "\(Self.words(delivery.kind)) to \(place(delivery.drop, delivery.directory))\(mode)."
        }
        let made: [ArtifactKind] = [.activationFeed, .bulkFile, .results, .rejects]
        for kind in made where !pipeline.deliveries.contains(where: { $0.kind == kind }) {
            if kind == .activationFeed, pipeline.stages.takesFeeds { continue }
            if kind == .bulkFile, pipeline.stages.endsWithFeed { continue }
            said.append("\(Self.words(kind)) nowhere: no 'deliver' names \(kind).")
        }
        return said
    }

    private var badInput: [String] {
        let unreadable =
            pipeline.stages.takesFeeds
            ? "A feed that is cut, compressed, not JSON, not UTF-8, of another shop, currency or version, or whose totals are not its cards'"
            : "A file without a needed column, compressed, not UTF-8 or with NUL bytes"
        let place = pipeline.source.map { "goes to \(beside($0, $0.quarantine))" } ?? "is refused"
        return [
            "\(unreadable), \(place) whole, with its reason beside it.",
            pipeline.quarantinesInvalid
                ? "A file of which one row is invalid goes there too, and no row of it is sent."
                : "A row with a missing or bad code or value is rejected with its line and reason; the others go on.",
            "Of a code that stands twice with one value the first row is sent; with two values none is.",
        ]
    }

    // MARK: - Words

    private static func words(_ kind: ArtifactKind) -> String {
        switch kind {
        case .activationFeed: "The activation feed goes"
        case .bulkFile: "The bulk files go"
        case .results: "The results of all rows go"
        default: "The rejected rows, codes masked, go"
        }
    }

    private func place(_ drop: String, _ directory: DropPath) -> String {
        "\(directory.isRoot ? "the root" : directory.text) on the drop '\(drop)'"
            + (drops[drop].map { " (\($0.place))" } ?? "")
    }

    private func beside(_ source: SourceConfiguration, _ name: String) -> String {
        (try? source.directory.beside(name).text) ?? name
    }

    private func words(_ order: Source.Order) -> String {
        switch order {
        case .nameDate: "the dates in their names, then of their times"
        case .modified: "their times, then of their names"
        case .name: "their names"
        }
    }

    private func article(_ form: String) -> String { (form.hasPrefix("a") ? "an " : "a ") + form }

    private func words(_ duration: Duration) -> String {
        let milliseconds = duration.components.seconds * 1_000 + duration.components.attoseconds / 1_000_000_000_000_000
        for (unit, size) in [("d", Int64(86_400_000)), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)]
        where milliseconds >= size && milliseconds % size == 0 {
            // A day is said in hours up to two of them, as people do.
            if unit == "d", milliseconds < 2 * size { continue }
            return "\(milliseconds / size)\(unit)"
        }
        return milliseconds == 0 ? "0s" : "\(milliseconds)ms"
    }

    private func bytes(_ size: Int64) -> String {
        for (unit, factor) in [("GB", Int64(1_000_000_000)), ("MB", 1_000_000), ("KB", 1_000)]
        where size >= factor && size % factor == 0 { return "\(size / factor)\(unit)" }
        return "\(size) bytes"
    }
}

extension DropConfiguration {
    /// Where it lies.
    var place: String {
        switch self {
        case .folder(let folder): "the folder \(folder.root)"
        case .sftp(let server): "\(server.server.host) by SFTP, \(server.root)"
        }
    }
}
