import Foundation
import Pipelines
import Synchronization

/// One line on standard error that tells what is being done; only on a terminal, and not when quiet.
final class ProgressLine: Sendable {
    private let isShown: Bool
    private let last = Mutex((at: Date.distantPast, text: ""))
    private let files = Mutex<[String: (done: Int, total: Int)]>([:])

    init(quiet: Bool) {
        isShown = !quiet && isatty(STDERR_FILENO) == 1
    }

    /// Reports to this line.
    var reporter: ProgressReporter {
        guard isShown else { return .silent }
        return ProgressReporter(
            files: { [self] pipeline, done, total in files.withLock { $0[pipeline] = (done, total) } }
        ) { [self] run, doing, done, total in
            let count = total.map { "\(done) of \($0)" } ?? (done > 0 ? "\(done)" : "")
            show("\(filesDone)run \(run): \(doing) \(count)")
        }
    }

    /// Tells for how long something is being done that can't say how far it is.
    func during<Value: Sendable>(_ doing: String, _ body: @escaping @Sendable () async -> Value) async -> Value {
        guard isShown else { return await body() }
        let start = ContinuousClock.now
        let ticking = Task {
            while !Task.isCancelled {
                show("\(doing): \((ContinuousClock.now - start).components.seconds) s")
                try? await Task.sleep(for: .seconds(1))
            }
        }
        defer { ticking.cancel() }
        return await body()
    }

    /// How many of all files are done, where there are several.
    private var filesDone: String {
        let (done, total) = files.withLock { files in
            files.values.reduce((0, 0)) { ($0.0 + $1.done, $0.1 + $1.total) }
        }
        return total > 1 ? "\(done) of \(total) files done, " : ""
    }

    /// Clears the line, before something else is printed.
    func clear() {
        guard isShown else { return }
        last.withLock { last in
            if !last.text.isEmpty { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
            last.text = ""
        }
    }

    private func show(_ text: String) {
        last.withLock { last in
            guard text != last.text, Date().timeIntervalSince(last.at) > 0.1 else { return }
            last = (Date(), text)
            FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
        }
    }
}
