import GRDB
public import Ledgers

extension SQLiteLedger {
    /// Becomes the owner, when nobody alive is.
    public func claim(_ key: ClaimKey) async throws -> Claim? {
        try await translating {
            try await pool.write { [owner, lease] db -> Claim? in
                let now = BootTime.now()
                let held = try GRDB.Row.fetchOne(
                    db,
                    sql: "SELECT epoch, owner, boot, expires FROM claims WHERE key = ?",
                    arguments: [key.text]
                )
                if let held, let other = held["owner"] as String? {
                    let isDue = held["boot"] != now.boot || (held["expires"] as Int64? ?? 0) < now.nanoseconds
                    guard isDue || owner.isGone(other) else { return nil }
                }
                let isTakenOver = held?["owner"] as String? != nil
                let epoch = (held?["epoch"] as Int64? ?? 0) + 1
                try db.execute(
                    sql: """
                        INSERT INTO claims (key, epoch, owner, boot, expires) VALUES (?, ?, ?, ?, ?)
                        ON CONFLICT (key) DO UPDATE SET epoch = excluded.epoch, owner = excluded.owner,
                            boot = excluded.boot, expires = excluded.expires
                        """,
                    arguments: [key.text, epoch, owner.id, now.boot, now.nanoseconds + lease]
                )
                return Claim(key: key, epoch: epoch, isTakenOver: isTakenOver)
            }
        }
    }

    /// Stays the owner for another lease.
    public func renew(_ claim: Claim) async throws {
        try await translating {
            try await pool.write { [lease] db in
                try Self.requireOwnership(claim, db)
                try db.execute(
                    sql: "UPDATE claims SET expires = ? WHERE key = ?",
                    arguments: [BootTime.now().nanoseconds + lease, claim.key.text]
                )
            }
        }
    }

    /// Lets others take it; the epoch stays, so that a late write of ours is still refused.
    public func release(_ claim: Claim) async throws {
        try await translating {
            try await pool.write { db in
                try db.execute(
                    sql: "UPDATE claims SET owner = NULL, expires = NULL WHERE key = ? AND epoch = ?",
                    arguments: [claim.key.text, claim.epoch]
                )
            }
        }
    }

    static func requireOwnership(_ claim: Claim, _ db: Database) throws {
        let epoch = try Int64.fetchOne(
            db,
            sql: "SELECT epoch FROM claims WHERE key = ? AND owner IS NOT NULL",
            arguments: [claim.key.text]
        )
        guard epoch == claim.epoch else {
            throw LedgerError(.claimLost, "another process has taken over (\(claim.key))")
        }
    }
}
