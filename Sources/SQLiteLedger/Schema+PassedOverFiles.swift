import GRDB

extension Schema {
    /// Files that nearly are a pipeline's; and runs that were held because something was in the way of their files, which go on by themselves now.
    static func registerPassedOverFiles(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("10 files passed over") { db in
            try db.execute(
                sql: """
                    CREATE TABLE passed_over_files (
                        pipeline TEXT NOT NULL, source_drop TEXT NOT NULL, path TEXT NOT NULL,
                        reason TEXT NOT NULL, since INTEGER NOT NULL,
                        PRIMARY KEY (pipeline, source_drop, path)
                    ) WITHOUT ROWID;
                    UPDATE runs SET state = 'stopped' WHERE state = 'held' AND hold IS NULL
                        AND NOT EXISTS (SELECT 1 FROM rows WHERE rows.run = runs.id AND rows.status = 'held');
                    """
            )
        }
    }
}
