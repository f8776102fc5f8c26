/// Lets a bulk operation take its time: CREATED for a third of it, RUNNING for the rest, some lines at a time.
struct BulkRunner {
    private static let largestStep = 500

    let shop: Shop

    /// Runs operations as they come in, until cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await number in shop.submissions {
                group.addTask { await self.run(number) }
            }
        }
    }

    /// Cancellation leaves the operation as it is: a shop that keeps its state goes on with it after a restart.
    private func run(_ number: Int) async {
        guard let work = await shop.prepare(number) else {
            await shop.finish(number)
            return
        }
        do {
            try await Task.sleep(for: .seconds(work.seconds / 3))
            await shop.setRunning(number)
            let running = work.seconds * 2 / 3
            let steps = max(1, min(work.lines, Int(running / 0.02), 1000))
            let size = max(1, min(Self.largestStep, (work.lines + steps - 1) / steps))
            let pause = running / Double(max(1, (work.lines + size - 1) / size))
            repeat {
                try await Task.sleep(for: .seconds(pause))
            } while await shop.execute(number, lines: size)
            await shop.finish(number)
        } catch {
            return
        }
    }
}
