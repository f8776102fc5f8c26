import GRDB

extension Schema {
    /// What a person asked to be run again, and what of it is under way.
    static func registerReruns(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("5 reruns") { db in
            try db.execute(
                sql: """
                    ALTER TABLE runs ADD COLUMN rerun_from TEXT;
                    ALTER TABLE runs ADD COLUMN retakes INTEGER NOT NULL DEFAULT 0;
                    ALTER TABLE runs ADD COLUMN republishes TEXT;
                    """
            )
        }
    }
}
