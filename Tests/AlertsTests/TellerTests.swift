import Foundation
import Ledgers
import Logging
import Pipelines
import SQLiteLedger
import Sealing
import Synchronization
import Testing

@testable import Alerts
@testable import Runner

/// A receiver that takes, refuses or never answers, as a test says.
private final class ScriptedReceiver: AlertReceiver {
    enum Mood { case takes, refuses, hangs }

    let name: String
    let patience: Duration = .zero
    private let state = Mutex((mood: Mood.takes, tries: 0, taken: [Alert]()))

    init(_ name: String = "ops", _ mood: Mood = .takes) {
        self.name = name
        state.withLock { $0.mood = mood }
    }

    var taken: [String] {
        state.withLock { $0.taken.map { ($0.event == .began ? "+" : "-") + $0.kind } }
    }
    var ids: [String] { state.withLock { $0.taken.map(\.id) } }
    var tries: Int { state.withLock { $0.tries } }

    func set(_ mood: Mood) { state.withLock { $0.mood = mood } }

    func deliver(_ alert: Alert, from installation: String) async throws {
        let mood = state.withLock {
            $0.tries += 1
            return $0.mood
        }
        switch mood {
        case .refuses: throw AlertFault("refused")
        case .hangs: try await Task.sleep(for: .seconds(1_000))
        case .takes: state.withLock { $0.taken.append(alert) }
        }
    }
}

/// Who tells, on a real ledger, with a clock whose pauses are a thousandth of what they should be.
@Suite(.timeLimit(.minutes(10))) struct TellerTests {
    private final class Place: Sendable {
        let folder = NSTemporaryDirectory() + "dropline-alerts-" + UUID().uuidString
        deinit { try? FileManager.default.removeItem(atPath: folder) }

        func installation() throws -> Installation {
            var clock = PipelineClock.system
            clock.sleep = { try await Task.sleep(for: $0 / 1_000) }
            return Installation(
                name: "0000abcd",
                ledger: try SQLiteLedger(path: folder + "/ledger.sqlite"),
                workspace: try Workspace(root: folder + "/workspace"),
                keyring: try Keyring.create(.random()),
                clock: clock,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
        }
    }

    private let place = Place()
    private let lost = Condition(.cannotSee, pipeline: "p", since: 1_000, words: "lost")
    private let late = Condition(.fileMissing, pipeline: "p", since: 2_000, words: "late")

    private func telling(
        _ board: ServiceBoard,
        _ receivers: [ScriptedReceiver],
        _ body: () async throws -> Void
    ) async throws {
        let teller = AlertTeller(board, in: try place.installation()) { receivers }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await teller.run() }
            let result: Result<Void, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            group.cancelAll()
            try result.get()
        }
    }

    private func eventually(_ what: String, _ isSo: () -> Bool) async throws {
        for _ in 0..<2_000 where !isSo() { try await Task.sleep(for: .milliseconds(5)) }
        #expect(isSo(), "\(what)")
    }

    /// Long enough for many steps of a teller whose clock is a thousand times as fast.
    private func moments() async throws { try await Task.sleep(for: .milliseconds(300)) }

    @Test func `a condition is told once and its end once, over many looks`() async throws {
        let (board, receiver) = (ServiceBoard(), ScriptedReceiver())
        try await telling(board, [receiver]) {
            for _ in 0..<20 { board.publish([lost], at: 5, seen: ["p"]) }
            try await eventually("the beginning") { receiver.taken == ["+cannot-see"] }
            for _ in 0..<20 { board.publish([], at: 6, seen: ["p"]) }
            try await eventually("the end") { receiver.taken == ["+cannot-see", "-cannot-see"] }
            try await moments()
        }
        #expect(receiver.taken == ["+cannot-see", "-cannot-see"])
    }

    @Test func `a restart repeats nothing, and tells what was over meanwhile once it has been seen`() async throws {
        let receiver = ScriptedReceiver()
        let first = ServiceBoard()
        try await telling(first, [receiver]) {
            first.publish([lost, late], at: 5, seen: ["p"])
            try await eventually("both") { receiver.taken.count == 2 }
        }
        let second = ServiceBoard()
        try await telling(second, [receiver]) {
            try await moments()
            #expect(receiver.taken.count == 2, "nothing is known yet")
            second.publish([lost], at: 6, seen: ["p"])
            try await eventually("the end") { receiver.taken == ["+cannot-see", "+file-missing", "-file-missing"] }
            try await moments()
        }
        #expect(receiver.taken.count == 3)
    }

    @Test func `what a receiver does not take is tried again until it does, in its order and with its id`() async throws
    {
        let (board, receiver) = (ServiceBoard(), ScriptedReceiver("ops", .refuses))
        try await telling(board, [receiver]) {
            board.publish([lost], at: 5, seen: ["p"])
            try await eventually("three tries") { receiver.tries >= 3 }
            board.publish([], at: 6, seen: ["p"])
            receiver.set(.takes)
            try await eventually("both") { receiver.taken == ["+cannot-see", "-cannot-see"] }
        }
        #expect(receiver.ids == ["0000abcd-1", "0000abcd-2"])
    }

    @Test func `what waits for a receiver outlives the process`() async throws {
        let (board, receiver) = (ServiceBoard(), ScriptedReceiver("ops", .refuses))
        try await telling(board, [receiver]) {
            board.publish([lost], at: 5, seen: ["p"])
            try await eventually("a try") { receiver.tries >= 1 }
        }
        receiver.set(.takes)
        try await telling(ServiceBoard(), [receiver]) {
            try await eventually("the beginning") { receiver.taken == ["+cannot-see"] }
        }
    }

    @Test func `one that never answers delays no other receiver, and no stop`() async throws {
        let (board, silent, other) = (ServiceBoard(), ScriptedReceiver("a", .hangs), ScriptedReceiver("b"))
        try await telling(board, [silent, other]) {
            board.publish([lost], at: 5, seen: ["p"])
            try await eventually("the other") { other.taken == ["+cannot-see"] }
            board.publish([], at: 6, seen: ["p"])
            try await eventually("the other's end") { other.taken.count == 2 }
        }
        #expect(silent.tries == 1)
    }

    @Test func `of two services on one ledger one tells, and the other takes over`() async throws {
        let (board, receiver) = (ServiceBoard(), ScriptedReceiver())
        let other = ServiceBoard()
        let second = ScriptedReceiver()
        let heir = AlertTeller(other, in: try place.installation()) { [second] }
        try await withThrowingTaskGroup(of: Void.self) { group in
            try await telling(board, [receiver]) {
                board.publish([lost], at: 5, seen: ["p"])
                try await eventually("the beginning") { receiver.taken == ["+cannot-see"] }
                group.addTask { await heir.run() }
                // It sees nothing amiss, and must not say so while the other sees something.
                other.publish([], at: 6, seen: ["p"])
                try await moments()
                #expect(receiver.taken == ["+cannot-see"])
                #expect(second.taken == [])
            }
            try await eventually("the heir's word") { second.taken == ["-cannot-see"] }
            group.cancelAll()
        }
    }

    @Test func `a new receiver hears what stands, and a removed one nothing`() async throws {
        let (board, old, new) = (ServiceBoard(), ScriptedReceiver("old"), ScriptedReceiver("new"))
        try await telling(board, [old]) {
            board.publish([lost], at: 5, seen: ["p"])
            try await eventually("the old one") { old.taken == ["+cannot-see"] }
        }
        try await telling(board, [new]) {
            try await eventually("the new one") { new.taken == ["+cannot-see"] }
        }
        #expect(old.taken == ["+cannot-see"])
    }

    @Test func `what stands of a pipeline that a new configuration lacks is told to be over`() async throws {
        let (board, receiver) = (ServiceBoard(), ScriptedReceiver())
        board.add(PipelineStatus(name: "p")) {}
        try await telling(board, [receiver]) {
            board.publish([lost], at: 5)
            try await eventually("the beginning") { receiver.taken == ["+cannot-see"] }
            board.remove("p")
            board.publish([], at: 6)
            try await eventually("the end") { receiver.taken == ["+cannot-see", "-cannot-see"] }
        }
    }

    @Test func `a book that can't be read is begun anew`() async throws {
        let installation = try place.installation()
        try await installation.ledger.write { try $0.setSetting("alerts", to: Array("{".utf8)) }
        let (board, receiver) = (ServiceBoard(), ScriptedReceiver())
        try await telling(board, [receiver]) {
            board.publish([lost], at: 5, seen: ["p"])
            try await eventually("the beginning") { receiver.taken == ["+cannot-see"] }
        }
    }
}
