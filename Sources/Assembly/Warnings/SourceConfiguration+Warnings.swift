import FileDrops

extension SourceConfiguration {
    /// Names what stands in the section and can't take effect, or can't be meant.
    func warn(_ section: Section) {
        func warn(_ key: String, _ message: String) { section.file.warning(section.value(key), message) }
        if section.value("order") != nil, match.isOneName {
            warn("order", "'order' has no effect: 'match' is the name of one file")
        }
        if section.value("cut_grace") != nil, cutGrace > .zero, cutGrace <= settle {
            warn(
                "cut_grace",
                "'cut_grace' has no effect: a file is looked at only when it was the same for 'settle', which is no shorter"
            )
        }
        if minimumSize > maximumSize {
            let key = section.value("min_size") == nil ? "max_size" : "min_size"
            warn(key, "no file is ever processed: 'min_size' is above 'max_size'")
        }
        if let doneMarker, !doneMarker.contains(where: { "*?[\\".contains($0) }), match.text.hasSuffix(doneMarker) {
            warn("done_marker", "no file is ever taken: every name that matches '\(match)' is that of a marker")
        }
        if archive == quarantine {
            let key = section.value("quarantine") == nil ? "archive" : "quarantine"
            warn(
                key,
                "'archive' and 'quarantine' are one directory: a file that was put aside looks like a processed one"
            )
        }
    }
}

extension Section {
    /// Names a `mode` of the pipeline that no published file gets.
    func warnOfMode(_ deliveries: [DeliveryConfiguration]) {
        guard let node = value("mode"), deliveries.allSatisfy(\.hasOwnMode) else { return }
        let reason = deliveries.isEmpty ? "nothing is delivered" : "each entry of 'deliver' has its own"
        file.warning(node, "'mode' has no effect: \(reason)")
    }
}
