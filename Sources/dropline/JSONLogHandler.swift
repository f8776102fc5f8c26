import Foundation
import Logging
import Records

/// Writes each log entry to standard error as one line of JSON: `time`, `level` and `message`, and each fact under its own name, `run` and `pipeline` among them.
struct JSONLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.notice

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { $1 }
        let members =
            [
                ("time", JSONValue.string(Date().formatted(Self.moment))),
                ("level", .string(event.level.rawValue)), ("message", .string(event.message.description)),
            ]
            + facts.sorted { $0.key < $1.key }.map {
                (Self.own.contains($0.key) ? "_" + $0.key : $0.key, Self.json($0.value))
            }
        let line = JSONValue.object(JSONObject(members.map { (key: $0.0, value: $0.1) })).encoded()
        // One call, so that lines of several threads don't mix.
        FileHandle.standardError.write(Data(line + [UInt8(ascii: "\n")]))
    }

    private static func json(_ value: Logger.Metadata.Value) -> JSONValue {
        switch value {
        case .string(let text): .string(text)
        case .stringConvertible(let value): .string(value.description)
        case .array(let values): .array(values.map(json))
        case .dictionary(let values):
            .object(JSONObject(values.sorted { $0.key < $1.key }.map { (key: $0.key, value: json($0.value)) }))
        }
    }

    private static let own: Set = ["time", "level", "message"]
    private static let moment = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
}
