import Ledgers
import Testing

private let key = ClaimKey.file(pipeline: "p", drop: "d", path: "in/a b.csv")

let claims: [Check] = [
    Check("what is claimed can be claimed by nobody else, nor by its owner again") { subject in
        let claim = try #require(try await subject.ledger.claim(key))
        #expect(claim.key == key)
        for ledger in [try await subject.open(), subject.ledger, try await subject.open()] {
            #expect(try await ledger.claim(key) == nil)
        }
    },
    Check("a claim of one thing keeps nobody from another") { subject in
        _ = try #require(try await subject.ledger.claim(key))
        let other = try await subject.open()
        for text in oddTexts {
            #expect(try await other.claim(.file(pipeline: "p", drop: "d", path: text)) != nil, "\(text)")
        }
        for id in [RunID(1), RunID(2)] { #expect(try await other.claim(.run(id)) != nil) }
    },
    Check("of many that claim one thing at once, exactly one becomes its owner") { subject in
        var ledgers = [subject.ledger]
        for _ in 0..<3 { ledgers.append(try await subject.open()) }
        let owners = try await withThrowingTaskGroup(of: Claim?.self) { group in
            for index in 0..<24 {
                group.addTask { [ledgers] in try await ledgers[index % ledgers.count].claim(key) }
            }
            return try await group.reduce(into: []) { owners, claim in if let claim { owners.append(claim) } }
        }
        #expect(owners.count == 1)
    },
    Check("what was released is claimed with a higher epoch each time, whoever does it") { subject in
        let other = try await subject.open()
        var epochs: [Int64] = []
        for ledger in [subject.ledger, other, other, subject.ledger] {
            let claim = try #require(try await ledger.claim(key))
            epochs.append(claim.epoch)
            try await ledger.release(claim)
        }
        #expect(epochs == epochs.sorted() && Set(epochs).count == 4, "\(epochs)")
    },
    Check("an owner writes") { subject in
        let claim = try #require(try await subject.ledger.claim(key))
        let value = try await subject.ledger.write(as: claim) { ledger in
            try ledger.setSetting("name", to: [1])
            return 7
        }
        #expect(value == 7)
        #expect(try await subject.setting("name") == [1])
    },
    Check("a late write of an owner that another one followed throws claim-lost and changes nothing") { subject in
        let (late, other) = (try #require(try await subject.ledger.claim(key)), try await subject.open())
        try await subject.ledger.release(late)
        let claim = try #require(try await other.claim(key))
        await subject.expect(.claimLost) {
            try await subject.ledger.write(as: late) { ledger in
                Issue.record("the closure of a lost claim ran")
                try ledger.setSetting("name", to: [1])
            }
        }
        #expect(try await subject.setting("name") == nil)
        try await other.write(as: claim) { try $0.setSetting("name", to: [2]) }
        #expect(try await subject.setting("name") == [2])
    },
    Check("a write after the release throws claim-lost, even if nobody followed") { subject in
        let claim = try #require(try await subject.ledger.claim(key))
        try await subject.ledger.release(claim)
        await subject.expect(.claimLost) {
            try await subject.ledger.write(as: claim) { try $0.setSetting("name", to: [1]) }
        }
        #expect(try await subject.setting("name") == nil)
    },
    Check("a claim that no ledger gave owns nothing") { subject in
        let claim = try #require(try await subject.ledger.claim(key))
        let forged = [
            Claim(key: key, epoch: claim.epoch + 1), Claim(key: key, epoch: claim.epoch - 1),
            Claim(key: .run(RunID(1)), epoch: claim.epoch), Claim(key: .run(RunID(1)), epoch: 0),
        ]
        for claim in forged {
            await subject.expect(.claimLost, "\(claim)") { try await subject.ledger.write(as: claim) { _ in } }
            await subject.expect(.claimLost, "\(claim)") { try await subject.ledger.renew(claim) }
        }
    },
    Check("a claim that is renewed stays") { subject in
        let claim = try #require(try await subject.ledger.claim(key))
        for _ in 1...3 { try await subject.ledger.renew(claim) }
        #expect(try await subject.open().claim(key) == nil)
        try await subject.ledger.write(as: claim) { try $0.setSetting("name", to: [1]) }
    },
    Check("a lost claim is not renewed, and its new owner stays") { subject in
        let (late, other) = (try #require(try await subject.ledger.claim(key)), try await subject.open())
        try await subject.ledger.release(late)
        await subject.expect(.claimLost, "released") { try await subject.ledger.renew(late) }
        let claim = try #require(try await other.claim(key))
        await subject.expect(.claimLost, "taken over") { try await subject.ledger.renew(late) }
        try await other.renew(claim)
    },
    Check("releasing a lost claim takes nothing from its new owner") { subject in
        let (late, other) = (try #require(try await subject.ledger.claim(key)), try await subject.open())
        try await subject.ledger.release(late)
        let claim = try #require(try await other.claim(key))
        for _ in 1...2 { try await subject.ledger.release(late) }
        #expect(try await subject.ledger.claim(key) == nil)
        try await other.renew(claim)
    },
    Check("many owners one after the other never write at the same time") { subject in
        try await withThrowingTaskGroup { group in
            for _ in 0..<3 {
                let ledger = try await subject.open()
                group.addTask {
                    var written = 0
                    while written < 5 {
                        guard let claim = try await ledger.claim(key) else {
                            await Task.yield()
                            continue
                        }
                        let before = try await ledger.read { try $0.setting("count")?.first ?? 0 }
                        try await ledger.write(as: claim) { try $0.setSetting("count", to: [before + 1]) }
                        try await ledger.release(claim)
                        written += 1
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await subject.setting("count") == [15])
    },
    Check("what is owned is listed until it is given back") { subject in
        let other = try await subject.open()
        let (run, file) = (ClaimKey.run(RunID(1)), ClaimKey.file(pipeline: "p", drop: "d", path: "a.csv"))
        let first = try await subject.ledger.claim(run)
        let second = try await other.claim(file)
        #expect(try await subject.ledger.read { try Set($0.heldClaims()) } == [run, file])
        if let first { try await subject.ledger.release(first) }
        #expect(try await subject.ledger.read { try $0.heldClaims() } == [file])
        if let second { try await other.release(second) }
        #expect(try await subject.ledger.read { try $0.heldClaims() }.isEmpty)
    },
]
