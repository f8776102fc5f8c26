import CommandSupport
import Foundation
import SSHServers
import Testing

/// A server that does what it is asked, or not, and whose answer never comes: what became of it is found out by looking.
@Suite struct LostAnswerTests {
    /// A request that is struck, and what it is for.
    struct Case: Sendable, CustomTestStringConvertible {
        var request: SSHServers.Fault.Request
        /// How many of its kind go well before.
        var skip: Int
        var what: String
        var isDone = true
        var extensions: [String]?

        var testDescription: String { "\(what), \(isDone ? "done" : "not done")" }
    }

    /// A part is renamed to a staged file over whatever has its name, a staged file is published by a plain rename, and so is the source archived.
    static let cases: [Case] = {
        let names = ["feed", "bulk file", "results", "rejects"]
        var cases: [Case] = []
        for (number, name) in names.enumerated() {
            cases.append(Case(request: .rename, skip: number, what: "publishing the \(name)"))
            // The source is read and closed before.
            cases.append(Case(request: .close, skip: number + 1, what: "closing the \(name)"))
        }
        cases.append(Case(request: .rename, skip: 0, what: "publishing the feed", isDone: false))
        cases.append(Case(request: .rename, skip: 4, what: "archiving the source"))
        cases.append(Case(request: .rename, skip: 4, what: "archiving the source", isDone: false))
        cases.append(Case(request: .close, skip: 0, what: "closing the source"))
        cases.append(Case(request: .fsync, skip: 0, what: "syncing the feed"))
        cases.append(Case(request: .fsync, skip: 2, what: "syncing the results", isDone: false))
        cases.append(Case(request: .posixRename, skip: 0, what: "staging the feed"))
        cases.append(Case(request: .posixRename, skip: 3, what: "staging the rejects", isDone: false))
        // Where no rename replaces, staging and publishing take turns.
        for (skip, what) in [(0, "staging the feed"), (1, "publishing the feed"), (5, "publishing the results")] {
            cases.append(Case(request: .rename, skip: skip, what: "\(what) by plain renames", extensions: []))
        }
        cases.append(Case(request: .rename, skip: 8, what: "archiving by plain renames", extensions: []))
        return cases
    }()

    @Test(arguments: cases)
    func `an answer that is lost with its connection loses and doubles nothing`(_ lost: Case) async throws {
        try await strike(lost, .drop)
    }

    @Test(arguments: [0, 4])
    func `an answer to a rename that never comes is given up after a time`(_ skip: Int) async throws {
        try await strike(Case(request: .rename, skip: skip, what: "silence at rename \(skip)"), .silence)
    }

    // A failure that SFTP 3 has no word for may be told of what was done all the same.
    @Test(arguments: [0, 3, 4])
    func `a rename that is done and said to have failed is found to be done`(_ skip: Int) async throws {
        try await strike(Case(request: .rename, skip: skip, what: "failure told of rename \(skip)"), .status(4))
    }

    @Test(arguments: [
        Case(request: .rename, skip: 0, what: "moving a file that is put aside"),
        Case(request: .rename, skip: 0, what: "moving a file that is put aside", isDone: false),
        Case(request: .posixRename, skip: 0, what: "staging its reason"),
        Case(request: .posixRename, skip: 1, what: "publishing its reason", isDone: false),
    ])
    func `a file that is put aside is told with its own reason, whatever fails on the way`(_ lost: Case) async throws {
        try await strike(lost, .drop, .withoutValues)
    }

    private func strike(
        _ lost: Case,
        _ effect: SSHServers.Fault.Effect,
        _ source: SourceFile = SourceFile()
    ) async throws {
        let moment: SSHServers.Fault.Moment = lost.isDone ? .after : .before
        let fault = SSHServers.Fault(lost.request, effect, moment, skip: lost.skip, count: 1)
        try await withServer(AsyncSSHServer(extensions: lost.extensions, faults: [fault])) { server in
            try await withScene(lost.testDescription, on: server.place()) { scene in
                try scene.installation.edit(scene.installation.configuration) { text in
                    text = text.replacing("    type: sftp\n", with: "    type: sftp\n    timeout: 2s\n")
                }
                try await scene.inject([.counter(version: "2026-07")])
                try scene.drop(source)
                let sweeps = try await scene.sweep()
                #expect(
                    server.log().contains("fault: \(lost.request.rawValue)"),
                    "\(scene.name): the fault never struck"
                )
                #expect(sweeps.last?.exit == 1, "\(scene.name): exit codes; \(sweeps)")
                try await Invariants.expect(scene, [source], sweeps: sweeps)
            }
        }
    }
}
