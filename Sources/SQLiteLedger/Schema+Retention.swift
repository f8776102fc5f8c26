import GRDB

extension Schema {
    /// What was removed by age, and what tells whether a later run has put a file where an earlier one did.
    static func registerRetention(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("4 retention") { db in
            try db.execute(
                sql: """
                    CREATE TABLE purges (
                        run INTEGER NOT NULL REFERENCES runs (id), part TEXT NOT NULL,
                        begun_at INTEGER NOT NULL, done_at INTEGER, PRIMARY KEY (run, part)
                    ) WITHOUT ROWID;
                    CREATE INDEX deliveries_by_path ON deliveries (target_drop, path);
                    """
            )
        }
    }
}
