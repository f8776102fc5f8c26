import Ledgers
import Testing

let pauses: [Check] = [
    Check("a pause stands until it is removed, for its pipeline alone") { subject in
        let pause = Pause(pipeline: "p", since: 5, who: "alice", reason: "stock-taking")
        try await subject.ledger.write { try $0.put(pause) }
        #expect(try await subject.ledger.read { try $0.pause(of: "p") } == pause)
        #expect(try await subject.ledger.read { try $0.pause(of: "q") } == nil)
        try await subject.ledger.write { try $0.removePause(of: "q") }
        #expect(try await subject.ledger.read { try $0.pause(of: "p") } == pause)
        try await subject.ledger.write { try $0.removePause(of: "p") }
        #expect(try await subject.ledger.read { try $0.pause(of: "p") } == nil)
    }
]
