import Commerce

/// The labels of a sample.
typealias Labels = [String: String]

/// Durations in seconds, counted by how long they were.
struct Histogram: Sendable {
    static let bounds: [Double] = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 14_400]
    private(set) var counts = [Int](repeating: 0, count: bounds.count + 1)
    private(set) var sum = 0.0

    mutating func observe(_ seconds: Double) {
        counts[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
        sum += seconds
    }
}

/// Writes metrics as Prometheus reads them.
///
/// Text format 0.0.4, prometheus.io/docs/instrumenting/exposition_formats: `# HELP`, `# TYPE`, then the samples of one metric together.
struct PrometheusText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"
    private(set) var text = ""

    enum Kind: String { case counter, gauge }

    /// Writes a metric with all of its samples; nothing for one that has none.
    mutating func add(_ name: String, _ kind: Kind, _ help: String, _ samples: [Labels: Double]) {
        guard !samples.isEmpty else { return }
        begin(name, kind.rawValue, help)
        for (labels, value) in sorted(samples) { sample(name, labels, value) }
    }

    /// Writes histograms of one metric.
    mutating func add(_ name: String, _ help: String, _ histograms: [Labels: Histogram]) {
        guard !histograms.isEmpty else { return }
        begin(name, "histogram", help)
        for (labels, histogram) in sorted(histograms) {
            var total = 0
            for (index, count) in histogram.counts.enumerated() {
                total += count
                let bound = index < Histogram.bounds.count ? Self.number(Histogram.bounds[index]) : "+Inf"
                sample(name + "_bucket", labels.merging(["le": bound]) { $1 }, Double(total))
            }
            sample(name + "_sum", labels, histogram.sum)
            sample(name + "_count", labels, Double(total))
        }
    }

    private mutating func begin(_ name: String, _ kind: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
    }

    private mutating func sample(_ name: String, _ labels: Labels, _ value: Double) {
        let pairs = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }
        text += name + (pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}") + " \(Self.number(value))\n"
    }

    private func sorted<Value>(_ samples: [Labels: Value]) -> [(key: Labels, value: Value)] {
        samples.sorted { left, right in
            left.key.sorted { $0.key < $1.key }.map(\.value).lexicographicallyPrecedes(
                right.key.sorted { $0.key < $1.key }.map(\.value)
            )
        }
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }
}

/// An amount of smallest units as a number, for metrics only: nothing is reckoned with it.
func amount(_ units: Int64, _ currency: String) -> Double {
    guard let currency = Currency(currency) else { return Double(units) }
    return Double(Money(minorUnits: units, currency: currency).decimal) ?? 0
}
