import Foundation
import Testing

@testable import Runner

/// When a cron expression ticks, by the clocks of a zone.
struct CronTests {
    /// The ticks after a moment, as UTC.
    private func ticks(_ cron: String, _ zone: String, after: String, _ count: Int = 1) throws -> [String] {
        let schedule = Schedule(.cron(try CronExpression(cron), try #require(TimeZone(identifier: zone))))
        let style = ISO8601DateFormatter()
        var moment = Int64(try #require(style.date(from: after)).timeIntervalSince1970 * 1000)
        return try (0..<count).map { _ in
            moment = try #require(schedule.next(after: moment))
            return style.string(from: Date(timeIntervalSince1970: TimeInterval(moment / 1000)))
        }
    }

    @Test(arguments: [
        ("*/15 * * * *", "2026-03-10T10:07:00Z", "2026-03-10T10:15:00Z"),
        ("0 9 * * *", "2026-03-10T09:00:00Z", "2026-03-11T09:00:00Z"),
        ("0 9 * * *", "2026-03-10T08:59:59Z", "2026-03-10T09:00:00Z"),
        ("5,35 8-9 * * *", "2026-03-10T08:35:00Z", "2026-03-10T09:05:00Z"),
        ("0 8-18/5 * * *", "2026-03-10T09:00:00Z", "2026-03-10T13:00:00Z"),
        ("0 0 1 * *", "2026-12-31T00:00:00Z", "2027-01-01T00:00:00Z"),
        ("0 0 29 feb *", "2026-03-01T00:00:00Z", "2028-02-29T00:00:00Z"),
        ("0 0 29 2 *", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z"),
        ("0 6 * * mon-FRI", "2026-03-13T07:00:00Z", "2026-03-16T06:00:00Z"),
        ("0 6 * * 7", "2026-03-13T07:00:00Z", "2026-03-15T06:00:00Z"),
        ("0 6 * * 5-7", "2026-03-14T07:00:00Z", "2026-03-15T06:00:00Z"),
        ("0 6 * Jan,jul *", "2026-02-01T00:00:00Z", "2026-07-01T06:00:00Z"),
        ("59 23 31 12 *", "2026-12-31T23:59:00Z", "2027-12-31T23:59:00Z"),
    ])
    func `the next tick is the first minute that fits`(_ cron: String, _ after: String, _ next: String) throws {
        #expect(try ticks(cron, "UTC", after: after) == [next])
    }

    @Test func `a day fits by its date or by its weekday where both are given`() throws {
        // 13 March 2026 is a Friday.
        #expect(
            try ticks("0 0 20 * fri", "UTC", after: "2026-03-10T00:00:00Z", 3)
                == ["2026-03-13T00:00:00Z", "2026-03-20T00:00:00Z", "2026-03-27T00:00:00Z"]
        )
        #expect(
            try ticks("0 0 13,14 * *", "UTC", after: "2026-03-10T00:00:00Z", 2)
                == ["2026-03-13T00:00:00Z", "2026-03-14T00:00:00Z"]
        )
    }

    @Test func `a field that begins with a star does not count as given`() throws {
        // Odd days that are Fridays.
        #expect(
            try ticks("0 0 */2 * fri", "UTC", after: "2026-03-10T00:00:00Z", 2)
                == ["2026-03-13T00:00:00Z", "2026-03-27T00:00:00Z"]
        )
    }

    @Test func `a zone's clocks decide, not UTC`() throws {
        #expect(
            try ticks("15 9 * * *", "America/New_York", after: "2026-01-10T00:00:00Z") == ["2026-01-10T14:15:00Z"]
        )
        #expect(try ticks("0 0 * * *", "Asia/Kolkata", after: "2026-01-10T00:00:00Z") == ["2026-01-10T18:30:00Z"])
    }

    // MARK: Clocks that are set forward: 2026-03-08 02:00 in New York becomes 03:00.

    @Test func `a local time that does not exist ticks at the next moment that does, and the day after as ever`() throws
    {
        #expect(
            try ticks("30 2 * * *", "America/New_York", after: "2026-03-07T08:00:00Z", 2)
                == ["2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z"]
        )
    }

    @Test func `all the times in the gap tick once`() throws {
        #expect(
            try ticks("*/15 2,3 * * *", "America/New_York", after: "2026-03-08T05:00:00Z", 3)
                == ["2026-03-08T07:00:00Z", "2026-03-08T07:15:00Z", "2026-03-08T07:30:00Z"]
        )
    }

    @Test func `every quarter of an hour goes on over the gap`() throws {
        #expect(
            try ticks("*/15 * * * *", "America/New_York", after: "2026-03-08T06:40:00Z", 3)
                == ["2026-03-08T06:45:00Z", "2026-03-08T07:00:00Z", "2026-03-08T07:15:00Z"]
        )
    }

    // MARK: Clocks that are set back: 2026-11-01 02:00 in New York becomes 01:00.

    @Test func `a local time that comes twice ticks once, at the first`() throws {
        #expect(
            try ticks("30 1 * * *", "America/New_York", after: "2026-10-31T12:00:00Z", 2)
                == ["2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"]
        )
        #expect(
            try ticks("30 1 * * *", "America/New_York", after: "2026-11-01T05:30:00Z") == ["2026-11-02T06:30:00Z"]
        )
    }

    @Test func `what ticks in every hour goes on in the hour that comes twice`() throws {
        #expect(
            try ticks("0,30 * * * *", "America/New_York", after: "2026-11-01T05:00:00Z", 4)
                == ["2026-11-01T05:30:00Z", "2026-11-01T06:00:00Z", "2026-11-01T06:30:00Z", "2026-11-01T07:00:00Z"]
        )
    }

    @Test func `half an hour of daylight saving is as good as a whole one`() throws {
        // Lord Howe: 2026-10-04 02:00 becomes 02:30, 2026-04-05 02:00 becomes 01:30.
        #expect(
            try ticks("10 2 * * *", "Australia/Lord_Howe", after: "2026-10-03T00:00:00Z") == ["2026-10-03T15:30:00Z"]
        )
        #expect(
            try ticks("45 1 * * *", "Australia/Lord_Howe", after: "2026-04-04T00:00:00Z", 2)
                == ["2026-04-04T14:45:00Z", "2026-04-05T15:15:00Z"]
        )
    }

    @Test func `a midnight that does not exist ticks at one o'clock`() throws {
        // Beirut: 2026-03-29 00:00 becomes 01:00.
        #expect(try ticks("0 0 * * *", "Asia/Beirut", after: "2026-03-28T12:00:00Z") == ["2026-03-28T22:00:00Z"])
    }

    // MARK: Faults

    @Test(arguments: [
        ("* * * *", "has 4 fields"), ("0 * * * * *", "has 6 fields"), ("", "has 0 fields"),
        ("60 * * * *", "the minute '60'"), ("* 24 * * *", "the hour '24'"), ("* * 0 * *", "day of month '0'"),
        ("* * * 13 *", "the month '13'"), ("* * * * 8", "day of week '8'"), ("* * * foo *", "jan to dec"),
        ("5/15 * * * *", "5-59/15"), ("*/0 * * * *", "step"), ("*/x * * * *", "step"), ("1,,2 * * * *", "''"),
        ("* 17-9 * * *", "backwards"), ("0 0 30 2 *", "fits no day"), ("0 0 31 4,6 *", "fits no day"),
        ("@daily", "0 0 * * *"), ("-1 * * * *", "''"), ("+5 * * * *", "'+5'"), ("١ * * * *", "minute"),
        ("* * L * *", "'L'"), ("99999999999999999999 * * * *", "minute"),
    ])
    func `what is no cron expression is told by its field`(_ text: String, _ says: String) {
        let fault = #expect(throws: CronExpression.Fault.self) { try CronExpression(text) }
        #expect(fault?.message.contains(says) == true, "\(fault?.message ?? "nothing")")
    }

    @Test func `a schedule tells itself in words`() throws {
        #expect(Schedule(.every(.seconds(300))).words == "every 5m")
        #expect(Schedule(.every(.seconds(90))).words == "every 90s")
        let zone = try #require(TimeZone(identifier: "America/New_York"))
        let cron = Schedule(.cron(try CronExpression(" */15  * * * * "), zone))
        #expect(cron.words == "cron */15 * * * * in America/New_York")
        #expect(Schedule(.every(.seconds(300))).next(after: 0) == nil)
    }
}
