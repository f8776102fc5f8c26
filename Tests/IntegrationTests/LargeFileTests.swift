import CommandSupport
import Foundation
import Testing

/// A large file from end to end; `DROPLINE_LARGE_ROWS` sets how large (2,000).
@Suite struct LargeFileTests {
    @Test func `a large file is activated whole, in little memory`() async throws {
        let rows = ProcessInfo.processInfo.environment["DROPLINE_LARGE_ROWS"].flatMap { Int($0) } ?? 2_000
        try await withScene("\(rows) rows", operationSeconds: "0.2") { scene in
            let source = SourceFile(cards: rows)
            try #require(Set(source.codes).count == rows, "the test's own codes are not unique")
            try scene.drop(source)
            let measure = """
                import json,resource,subprocess,sys,time
                start=time.time(); run=subprocess.run(sys.argv[1:],capture_output=True,text=True)
                usage=resource.getrusage(resource.RUSAGE_CHILDREN)
                print(json.dumps({"exit":run.returncode,"seconds":round(time.time()-start,1),"kilobytes":usage.ru_maxrss,
                    "cpu":round(usage.ru_utime+usage.ru_stime,1),"errors":run.stderr[-2000:]}))
                """
            let said = try await python(
                measure,
                try droplineBinary(),
                "poll",
                "--json",
                "--wait",
                "10m",
                "--config",
                scene.installation.configuration
            )
            let measured = try JSON(parsing: said)
            print("\(rows) rows: \(measured)")
            #expect(measured["exit"].int == 1, "\(scene.name): \(measured)")
            // A few times what a file of ten rows takes; the rows of a large one never lie in memory at once.
            #expect(measured["kilobytes"].int ?? .max < 200_000, "\(scene.name): \(measured)")
            let results = try scene.installation.results(of: source.name)
            #expect(results.rows.count == source.rows.count, "\(scene.name): \(results.rows.count) rows in the results")
            let balance = try Balance(results)
            #expect(balance.statuses["activated"]?.rows == rows, "\(scene.name): \(balance)")
            #expect(
                balance.total.hundredths == source.hundredths,
                "\(scene.name): \(balance), source \(source.hundredths)"
            )
            let state = try await scene.shop.state()
            #expect(state["cards"].int == rows, "\(scene.name): the shop has \(state)")
            let executions = try await scene.executions()
            #expect(executions == rows, "\(scene.name): giftCardCreate was executed \(executions) times")
        }
    }
}
