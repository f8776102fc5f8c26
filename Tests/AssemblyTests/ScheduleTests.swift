import Assembly
import Foundation
import Runner
import Testing

/// A pipeline's schedule and what it expects, as its file has them.
struct ScheduleTests {
    /// Writes a configuration whose pipeline has these lines at its end; line 11 is the first of them.
    private func folder(_ lines: String, in source: String = "") throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(
            "dropline.yaml",
            """
            drops: { local: { type: folder, root: drop } }
            shops: { main: { url: "http://127.0.0.1:1", token: "file:token", currency: USD } }
            pipelines: [pipelines/*.yaml]
            """
        )
        try folder.write(
            "pipelines/p.yaml",
            """
            pipeline: p
            source:
              drop: local
              directory: in
              match: "*.csv"\(source)
            stages:
              - activation-feed: { shop: main }
              - bulk-file: {}
              - bulk-import: { shop: main }
              - reconcile: {}
            \(lines)

            """
        )
        return folder
    }

    private func pipeline(_ lines: String, in source: String = "") throws -> PipelineConfiguration {
        let folder = try folder(lines, in: source)
        defer { withExtendedLifetime(folder) {} }
        return try #require(try Configuration.load(folder.path + "/dropline.yaml").pipelines.first)
    }

    @Test(arguments: [
        ("schedule: { every: 5m }", "every 5m"), ("schedule: { every: 90s, jitter: 30s }", "every 90s"),
        ("schedule: { cron: \"*/15 * * * *\", timezone: America/New_York }", "cron */15 * * * * in America/New_York"),
    ])
    func `a schedule is read as it is written`(_ line: String, _ words: String) throws {
        let schedule = try #require(try pipeline(line).schedule)
        #expect(schedule.words == words)
        #expect(schedule.jitter == (line.contains("jitter") ? .seconds(30) : .zero))
    }

    @Test func `a folder is watched unless its hours are named, or the file says otherwise`() throws {
        let cron = "schedule: { cron: \"0 9 * * *\", timezone: UTC }"
        #expect(try pipeline("").watches && pipeline("schedule: { every: 5m }").watches)
        #expect(try !pipeline(cron).watches && pipeline(cron, in: "\n  watch: true").watches)
        #expect(try !pipeline("", in: "\n  watch: false").watches)
    }

    @Test func `what is expected is read as it is written`() throws {
        let zone = try #require(TimeZone(identifier: "America/New_York"))
        let weekdays = try pipeline(
            "expect: { file_by: \"09:15\", timezone: America/New_York, days: weekdays }\noldest_unclaimed: 30m"
        ).expectations
        #expect(weekdays.oldestUnclaimed == .seconds(1_800))
        #expect(weekdays.fileBy == Expectations.FileBy(minute: 555, zone: zone, weekdays: [1, 2, 3, 4, 5]))
        let some = try pipeline("expect: { file_by: \"0:00\", timezone: America/New_York, days: [sun, thu] }")
            .expectations
        #expect(some.fileBy == Expectations.FileBy(minute: 0, zone: zone, weekdays: [0, 4]))
        let daily = try pipeline("expect: { file_by: \"23:59\", timezone: America/New_York }").expectations
        #expect(daily.fileBy == Expectations.FileBy(minute: 1_439, zone: zone, weekdays: Set(0...6)))
    }

    @Test(arguments: [
        ("schedule: {}", 11, 11, "'every'"), ("schedule: { every: 5 }", 11, 20, "not a time"),
        ("schedule: { every: 500ms }", 11, 20, "at least 1s"),
        ("schedule: { every: 5m, cron: \"* * * * *\" }", 11, 30, "not both"),
        ("schedule: { every: 5m, timezone: UTC }", 11, 34, "belongs to 'cron'"),
        ("schedule: { cron: \"* * * * *\" }", 11, 19, "needs a 'timezone'"),
        ("schedule: { cron: \"* * * *\", timezone: UTC }", 11, 19, "has 4 fields"),
        ("schedule: { cron: \"0 25 * * *\", timezone: UTC }", 11, 19, "the hour '25'"),
        ("schedule: { cron: \"* * * * *\", timezone: Mars/Olympus }", 11, 42, "'Mars/Olympus' is not a time zone"),
        ("schedule: { cron: \"* * * * *\", timezone: \"\" }", 11, 42, "'' is not a time zone"),
        ("schedule: { evry: 5m }", 11, 13, "did you mean 'every'"),
        ("expect: { file_by: \"9.15\", timezone: UTC }", 11, 20, "not a time of day"),
        ("expect: { file_by: \"24:00\", timezone: UTC }", 11, 20, "not a time of day"),
        ("expect: { file_by: \"09:15\" }", 11, 9, "'timezone' is missing"),
        ("expect: { timezone: UTC }", 11, 9, "'file_by' is missing"),
        ("expect: { file_by: \"09:15\", timezone: UTC, days: workdays }", 11, 50, "'workdays' is not daily"),
        ("expect: { file_by: \"09:15\", timezone: UTC, days: [mon, fry] }", 11, 56, "'fry' is not one of"),
        ("oldest_unclaimed: soon", 11, 19, "not a time"),
    ])
    func `what is wrong is told with its place`(_ line: String, _ row: Int, _ column: Int, _ says: String) throws {
        let problems = try folder(line).problems()
        #expect(problems.contains { $0.line == row && $0.column == column && $0.message.contains(says) }, "\(problems)")
    }
}
