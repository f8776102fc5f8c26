import GRDB

extension Schema {
    /// What people decide: pauses of pipelines.
    static func registerPeople(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("2 people") { db in
            try db.execute(
                sql: """
                    CREATE TABLE pauses (
                        pipeline TEXT PRIMARY KEY, since INTEGER NOT NULL, who TEXT NOT NULL, reason TEXT NOT NULL
                    ) WITHOUT ROWID;
                    """
            )
        }
    }
}
