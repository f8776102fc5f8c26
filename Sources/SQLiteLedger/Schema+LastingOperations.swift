import GRDB

extension Schema {
    /// How long operations last, how they failed, and that a person asked to cancel them; what was tried in vain.
    static func registerLastingOperations(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("8 operations that last") { db in
            try db.execute(
                sql: """
                    ALTER TABLE operations ADD COLUMN error_code TEXT;
                    ALTER TABLE operations ADD COLUMN asked_at INTEGER;
                    ALTER TABLE operations ADD COLUMN slot_since INTEGER;
                    ALTER TABLE operations ADD COLUMN cancel_asked_at INTEGER;
                    ALTER TABLE operations ADD COLUMN ended_at INTEGER;
                    ALTER TABLE operations ADD COLUMN failed_tries TEXT;
                    ALTER TABLE runs ADD COLUMN failed_sends TEXT;
                    UPDATE operations SET asked_at = sent_at WHERE state IN ('unanswered', 'started');
                    """
            )
        }
    }
}
