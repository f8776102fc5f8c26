/// A name of at most 255 bytes, which is as long as names may be on Linux: the stem is cut where the suffix would not fit.
///
/// `fittingName("Tue Mar 10 …", suffix: "-Results.csv")` is the two joined, but for very long stems. The cut is at a character's boundary.
public func fittingName(_ stem: String, suffix: String) -> String {
    var stem = stem
    while stem.utf8.count + suffix.utf8.count > 255, !stem.isEmpty { stem.removeLast() }
    return stem + suffix
}
