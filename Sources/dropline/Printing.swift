import FileDrops
import Logging

/// Prints lines on standard output; nothing in them acts on a terminal, whatever names, reasons and answers they hold.
func print(_ lines: String) { Swift.print(ShownText.harmless(lines, keepsLines: true)) }

/// Logs each event on one line that no name or message breaks out of.
struct HarmlessLogHandler: LogHandler {
    private var base: StreamLogHandler

    init(_ base: StreamLogHandler) { self.base = base }

    func log(event: LogEvent) {
        var event = event
        event.message = "\(ShownText.harmless(event.message.description))"
        event.metadata = event.metadata?.mapValues(Self.harmless)
        base.log(event: event)
    }

    private static func harmless(_ value: Logger.MetadataValue) -> Logger.MetadataValue {
        switch value {
        case .string(let text): .string(ShownText.harmless(text))
        case .stringConvertible(let other): .string(ShownText.harmless("\(other)"))
        case .array(let values): .array(values.map(harmless))
        case .dictionary(let values): .dictionary(values.mapValues(harmless))
        }
    }

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { base[metadataKey: key] }
        set { base[metadataKey: key] = newValue.map(Self.harmless) }
    }

    var metadata: Logger.Metadata {
        get { base.metadata }
        set { base.metadata = newValue.mapValues(Self.harmless) }
    }

    var metadataProvider: Logger.MetadataProvider? {
        get { base.metadataProvider }
        set { base.metadataProvider = newValue }
    }

    var logLevel: Logger.Level {
        get { base.logLevel }
        set { base.logLevel = newValue }
    }
}
