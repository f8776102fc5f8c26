import GRDB

extension Schema {
    /// What a person has refused of a run, and is still being carried out.
    static func registerRefusals(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("9 refusals") { db in
            try db.execute(sql: "ALTER TABLE runs ADD COLUMN refuses TEXT")
        }
    }
}
