import Foundation

/// An e-mail in the form of RFC 5322: UTF-8 in base64, marked as sent by a machine; the end of a condition answers its beginning.
struct Mail {
    /// The mail, its lines ended by CR LF.
    let bytes: [UInt8]

    init(_ alert: Alert, installation: String, from sender: String, to recipients: [String]) {
        var text = alert.line + "\n\n"
        text += "event:     \(alert.event.rawValue)\nkind:      \(alert.kind)\npipeline:  \(alert.pipeline)\n"
        if let run = alert.run { text += "run:       \(run): dropline show \(run)\n" }
        text += "since:     \(Self.date(alert.since))\n"
        if let ended = alert.ended { text += "ended:     \(Self.date(ended))\n" }
        text += "alert:     \(alert.id)\n"
        let mark = alert.event == .ended ? "over" : alert.event == .trial ? "trial" : "alert"
        var headers = [
            "From: Dropline <\(sender)>",
            "To: \(recipients.joined(separator: ",\r\n "))",
            "Subject: \(Self.encoded("[dropline \(mark)] \(alert.line)"))",
            "Date: \(Self.date(alert.ended ?? alert.since))",
            "Message-ID: <\(alert.id)@\(installation).dropline>",
        ]
        if alert.id != alert.beginning { headers.append("In-Reply-To: <\(alert.beginning)@\(installation).dropline>") }
        headers += [
            "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64",
            "Auto-Submitted: auto-generated",
        ]
        let body = Data(text.utf8).base64EncodedString(options: [
            .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
        ])
        bytes = Array((headers.joined(separator: "\r\n") + "\r\n\r\n" + body + "\r\n").utf8)
    }

    /// Encoded words of RFC 2047, each short enough for a line.
    private static func encoded(_ text: String) -> String {
        var words: [String] = []
        var word: [UInt8] = []
        for character in text.prefix(160) {
            if word.count + character.utf8.count > 42 {
                words.append("=?utf-8?B?\(Data(word).base64EncodedString())?=")
                word = []
            }
            word += Array(character.utf8)
        }
        words.append("=?utf-8?B?\(Data(word).base64EncodedString())?=")
        return words.joined(separator: "\r\n ")
    }

    private static func date(_ milliseconds: Int64) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss Z"
        return formatter.string(from: Date(timeIntervalSince1970: Double(milliseconds) / 1000))
    }
}
