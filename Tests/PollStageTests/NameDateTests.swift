import Testing

@testable import PollStage

@Suite struct NameDateTests {
    @Test(arguments: [
        ("Thu Jan 01 1970 00:00:00 GMT+0000 (UTC)-GiftCardFulfillment.csv", 0),
        ("Thu Jan 1 1970 00:00:01 GMT+0000-x.csv", 1),
        ("Tue Mar 10 2026 12:39:39 GMT-0700 (PDT)-GiftCardFulfillment.csv", 1_773_171_579),
        ("Tue Mar 10 2026 19:39:39 GMT+0000 (Coordinated Universal Time)-GiftCardFulfillment.csv", 1_773_171_579),
        ("Wed Mar 11 2026 01:09:39 GMT+0530 (India Standard Time)-GiftCardFulfillment.csv", 1_773_171_579),
        ("Thu Feb 29 2024 23:59:59 GMT+0000.csv", 1_709_251_199),
        ("Fri Mar 01 2024 00:00:00 GMT+0000.csv", 1_709_251_200),
        ("Wed Dec 31 2025 23:30:00 GMT-0100.csv", 1_767_227_400),
        ("Mon Feb 28 2000 12:00:00 GMT+0000.csv", 951_739_200),
        ("Wed Mar 01 2000 12:00:00 GMT+0000.csv", 951_912_000),
    ])
    func `a name that JavaScript dated tells the moment, zone and all`(_ name: String, _ seconds: Int64) {
        #expect(dateInName(name) == seconds)
    }

    @Test(arguments: [
        ("1970-01-01-00-00-00.csv", 0), ("2026-03-10-19-39-39-GiftCardFulfillment.csv", 1_773_171_579),
        ("orders_2026-03-10T19:39:39Z.csv", 1_773_171_579), ("orders_2026-03-10_19-39-39.csv", 1_773_171_579),
        ("2024-02-29-00-00-00", 1_709_164_800),
    ])
    func `a name dated in digits tells the moment in UTC`(_ name: String, _ seconds: Int64) {
        #expect(dateInName(name) == seconds)
    }

    @Test(arguments: [
        "", "GiftCardFulfillment.csv", "2026-03-10.csv", "2026-03-10-12-39.csv", "20260310123939.csv",
        "Tue Mar 10 2026.csv",
        "Tue Mar 10 2026 12:39:39.csv", "Tue Mar 10 2026 12:39:39 PDT.csv", "Tue Mar 10 2026 12:39:39 GMT.csv",
        "Di Mrz 10 2026 12:39:39 GMT+0100.csv", "Tue mar 10 2026 12:39:39 GMT-0700.csv", "٢٠٢٦-٠٣-١٠-١٢-٣٩-٣٩.csv",
        "日本語.csv",
        "2026/03/10 12:39:39.csv",
    ])
    func `a name without a whole moment tells none`(_ name: String) {
        #expect(dateInName(name) == nil)
    }

    @Test(arguments: [
        "2026-13-10-12-39-39.csv", "2026-00-10-12-39-39.csv", "2026-03-00-12-39-39.csv", "2026-03-32-12-39-39.csv",
        "2026-03-10-24-39-39.csv", "2026-03-10-12-60-39.csv", "2026-03-10-12-39-61.csv", "9999-99-99-99-99-99.csv",
        "Tue Mar 99 2026 12:39:39 GMT-0700.csv", "Tue Mar 10 2026 99:39:39 GMT-0700.csv",
    ])
    func `digits that are no moment tell none`(_ name: String) {
        #expect(dateInName(name) == nil)
    }

    @Test func `files come in the order of their moments, not of their weekdays' names`() {
        let names = [
            "Fri Feb 27 2026 23:50:00 GMT-0800 (PST)-x.csv", "Sat Feb 28 2026 08:10:00 GMT+0000-x.csv",
            "Sun Mar 01 2026 01:00:00 GMT-0800 (PST)-x.csv", "Mon Mar 09 2026 00:00:00 GMT-0700 (PDT)-x.csv",
            "2026-03-09-07-00-01-x.csv", "Tue Mar 10 2026 12:39:39 GMT-0700 (PDT)-x.csv",
            "Wed Jan 06 2027 00:00:00 GMT-0800 (PST)-x.csv",
        ]
        #expect(names.sorted() != names)
        let dates = names.compactMap(dateInName)
        #expect(dates.count == names.count)
        #expect(dates == dates.sorted())
    }
}
