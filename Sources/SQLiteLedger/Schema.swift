import GRDB

/// The tables, made and changed by migrations; one that has been released is never edited.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 the main job") { db in
            try db.execute(sql: firstTables)
        }
        registerPeople(&migrator)
        migrator.registerMigration("3 lineage") { db in
            try db.execute(sql: lineage)
        }
        registerRetention(&migrator)
        registerReruns(&migrator)
        migrator.registerMigration("6 interruptions") { db in
            try db.execute(sql: "ALTER TABLE runs ADD COLUMN interruptions INTEGER NOT NULL DEFAULT 0")
        }
        registerLastingOperations(&migrator)
        registerRefusals(&migrator)
        registerPassedOverFiles(&migrator)
        migrator.registerMigration("11 newest runs") { db in
            try db.execute(
                sql: """
                    CREATE INDEX runs_by_pipeline ON runs (pipeline);
                    CREATE INDEX runs_by_creation ON runs (pipeline, created_at);
                    """
            )
        }
        return migrator
    }

    private static let firstTables = """
        CREATE TABLE settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

        CREATE TABLE claims (
            key TEXT PRIMARY KEY, epoch INTEGER NOT NULL, owner TEXT, boot TEXT, expires INTEGER
        ) WITHOUT ROWID;

        CREATE TABLE looks (
            pipeline TEXT NOT NULL, source_drop TEXT NOT NULL, path TEXT NOT NULL,
            size INTEGER NOT NULL, modified INTEGER NOT NULL, boot TEXT NOT NULL, seen INTEGER NOT NULL,
            PRIMARY KEY (pipeline, source_drop, path)
        ) WITHOUT ROWID;

        CREATE TABLE runs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            pipeline TEXT NOT NULL, shop TEXT NOT NULL,
            source_drop TEXT, source_path TEXT NOT NULL, source_name TEXT NOT NULL,
            source_size INTEGER NOT NULL, source_modified INTEGER NOT NULL, source_vanished INTEGER NOT NULL,
            stem TEXT NOT NULL, digest TEXT NOT NULL,
            state TEXT NOT NULL, next_stage TEXT, attempt INTEGER NOT NULL, verdict TEXT,
            reason TEXT, hold TEXT, attention TEXT, failures INTEGER NOT NULL,
            shop_domain TEXT, currency TEXT, taken_at INTEGER, taken_value INTEGER NOT NULL,
            created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, finished_at INTEGER
        );
        CREATE INDEX runs_by_state ON runs (state, pipeline);
        CREATE INDEX runs_by_path ON runs (source_drop, source_path);
        CREATE INDEX runs_by_digest ON runs (digest);
        CREATE INDEX runs_by_name ON runs (pipeline, source_name);
        CREATE INDEX runs_by_taking ON runs (shop_domain, taken_at);

        CREATE TABLE rows (
            run INTEGER NOT NULL REFERENCES runs (id), line INTEGER NOT NULL, status TEXT NOT NULL,
            key BLOB, value INTEGER, masked TEXT, netsuite_order TEXT, shopify_order TEXT,
            attempt INTEGER, part INTEGER, position INTEGER,
            card_id TEXT, reason TEXT, doubt TEXT, unknown_since INTEGER,
            PRIMARY KEY (run, line)
        ) WITHOUT ROWID;
        CREATE INDEX rows_by_position ON rows (run, attempt, part, position) WHERE position IS NOT NULL;

        CREATE TABLE items (
            kind TEXT NOT NULL, shop TEXT NOT NULL, key BLOB NOT NULL,
            state TEXT NOT NULL, attempt INTEGER NOT NULL,
            run INTEGER NOT NULL REFERENCES runs (id), line INTEGER NOT NULL,
            value INTEGER NOT NULL, card_id TEXT, updated_at INTEGER NOT NULL,
            PRIMARY KEY (kind, shop, key)
        ) WITHOUT ROWID;

        CREATE TABLE artifacts (
            run INTEGER NOT NULL REFERENCES runs (id), kind TEXT NOT NULL, attempt INTEGER NOT NULL, part INTEGER NOT NULL,
            file_name TEXT NOT NULL, path TEXT NOT NULL, digest TEXT NOT NULL, size INTEGER NOT NULL,
            media_type TEXT NOT NULL, count INTEGER NOT NULL, attributes TEXT NOT NULL,
            PRIMARY KEY (run, kind, attempt, part)
        ) WITHOUT ROWID;

        CREATE TABLE operations (
            run INTEGER NOT NULL REFERENCES runs (id), attempt INTEGER NOT NULL, part INTEGER NOT NULL,
            name TEXT NOT NULL, state TEXT NOT NULL, remote_id TEXT, status TEXT,
            progress INTEGER NOT NULL, total INTEGER NOT NULL, sends INTEGER NOT NULL, looks INTEGER NOT NULL,
            uploaded_path TEXT, uploaded_at INTEGER NOT NULL, sent_at INTEGER NOT NULL,
            PRIMARY KEY (run, attempt, part)
        ) WITHOUT ROWID;

        CREATE TABLE deliveries (
            run INTEGER NOT NULL REFERENCES runs (id), kind TEXT NOT NULL, attempt INTEGER NOT NULL, part INTEGER NOT NULL,
            target_drop TEXT NOT NULL, path TEXT NOT NULL, staged_name TEXT NOT NULL,
            replaces INTEGER NOT NULL, digest TEXT NOT NULL,
            state TEXT NOT NULL, updated_at INTEGER NOT NULL,
            PRIMARY KEY (run, kind, attempt, part, target_drop, path)
        ) WITHOUT ROWID;

        CREATE TABLE stage_records (
            id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES runs (id), attempt INTEGER NOT NULL,
            stage TEXT NOT NULL, outcome TEXT NOT NULL, detail TEXT,
            started_at INTEGER NOT NULL, ended_at INTEGER NOT NULL
        );
        CREATE INDEX stage_records_by_run ON stage_records (run);

        CREATE TABLE audit (
            id INTEGER PRIMARY KEY, at INTEGER NOT NULL, run INTEGER REFERENCES runs (id),
            event TEXT NOT NULL, detail TEXT NOT NULL, who TEXT
        );
        CREATE INDEX audit_by_run ON audit (run);
        """
}
