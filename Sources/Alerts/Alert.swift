import Foundation
import Ledgers
import Runner

/// One message about a condition, the same for every receiver.
public struct Alert: Sendable, Equatable, Codable {
    /// Why it is sent.
    public enum Event: String, Sendable, Codable {
        /// A condition has begun.
        case began
        /// It is over.
        case ended
        /// A person tries whether alerts arrive.
        case trial
    }

    /// `1a2b3c4d-17`: the same however often it is sent, so that a receiver can tell a repetition.
    public let id: String
    /// The id of the alert that told the beginning.
    public let beginning: String
    /// Why it is sent.
    public let event: Event
    /// The kind of the condition: `cannot-see`.
    public let kind: String
    /// The pipeline's name.
    public let pipeline: String
    /// The run's number, where it is about one.
    public let run: Int64?
    /// Since when it has lasted, in milliseconds since 1970.
    public let since: Int64
    /// When it was over, in milliseconds since 1970.
    public let ended: Int64?
    /// What is the matter, in one line of words; never a code.
    public let what: String
    /// Why it is over, where it was not fixed.
    public let why: String?

    init(_ event: Event, _ condition: Standing, id: String, ended: Int64? = nil, why: String? = nil) {
        (self.id, beginning, self.event) = (id, condition.alert, event)
        (kind, pipeline, run) = (condition.kind, condition.pipeline, condition.run)
        (since, self.ended, what, self.why) = (condition.since, ended, condition.what, why)
    }

    /// A message that says only that it arrives.
    public static func trial(at now: Int64) -> Alert {
        let id = "trial-\(now)"
        let words = "this is a trial; alerts arrive here"
        return Alert(.trial, Standing(alert: id, kind: "trial", pipeline: "dropline", since: now, what: words), id: id)
    }

    /// The one line that a person reads: `gift-card-activation: cannot-see: the server refuses us`.
    public var line: String {
        switch event {
        case .began, .trial: "\(pipeline): \(kind): \(what)"
        case .ended: "\(pipeline): \(kind) is over after \(lasted)\(why.map { ", for " + $0 } ?? ""); it was: \(what)"
        }
    }

    /// How long it has lasted: `12m`.
    private var lasted: String {
        let seconds = max(0, ((ended ?? since) - since) / 1000)
        return switch seconds {
        case ..<120: "\(seconds)s"
        case ..<7_200: "\(seconds / 60)m"
        case ..<172_800: "\(seconds / 3_600)h"
        default: "\(seconds / 86_400)d"
        }
    }

    /// What webhooks and commands get: one JSON object, its keys in the order of the alphabet.
    func json(from installation: String) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = Body(
            id: id,
            beginning: beginning,
            event: event.rawValue,
            installation: installation,
            kind: kind,
            pipeline: pipeline,
            run: run,
            since: since.moment,
            ended: ended?.moment,
            what: what,
            why: why,
            text: line
        )
        return Array(try encoder.encode(body))
    }

    private struct Body: Encodable {
        let id, beginning, event, installation, kind, pipeline: String
        let run: Int64?
        let since: String
        let ended: String?
        let what: String
        let why: String?
        let text: String
    }
}

/// A condition of which a receiver has been told, or soon will be.
struct Standing: Sendable, Equatable, Codable {
    /// The id of the alert that told it.
    let alert: String
    let kind: String
    let pipeline: String
    let run: Int64?
    let since: Int64
    let what: String

    init(alert: String, kind: String, pipeline: String, run: Int64? = nil, since: Int64, what: String) {
        (self.alert, self.kind, self.pipeline, self.run) = (alert, kind, pipeline, run)
        (self.since, self.what) = (since, what)
    }

    init(_ condition: Condition, alert: String) {
        self.init(
            alert: alert,
            kind: condition.kind.rawValue,
            pipeline: condition.pipeline,
            run: condition.run?.number,
            since: condition.since,
            what: condition.words.oneLine
        )
    }

    func isSame(as condition: Condition) -> Bool {
        kind == condition.kind.rawValue && pipeline == condition.pipeline && run == condition.run?.number
    }
}

extension Int64 {
    /// Milliseconds since 1970 as RFC 3339 has them: `2026-11-21T14:00:00Z`.
    fileprivate var moment: String { Date(timeIntervalSince1970: Double(self) / 1000).formatted(.iso8601) }
}

extension String {
    /// What stands in a header, a chat or a terminal: one line, nothing that acts on it, and not endless.
    var oneLine: String {
        let line = String(String.UnicodeScalarView(unicodeScalars.prefix(1_000).map { $0.isPlain ? $0 : " " }))
        return unicodeScalars.count > 1_000 ? line + "…" : line
    }
}

extension Unicode.Scalar {
    /// No control character, no line break, and none that turns the direction of the text.
    private static let unwanted: Set<Unicode.GeneralCategory> = [
        .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
    ]
    fileprivate var isPlain: Bool { !Self.unwanted.contains(properties.generalCategory) }
}
