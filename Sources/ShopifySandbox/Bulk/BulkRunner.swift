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
        let running = work.seconds * 2 / 3
        let steps = max(1, min(work.lines, Int(running / 0.02), 1000))
        let size = max(1, min(Self.largestStep, (work.lines + steps - 1) / steps))
        let pause = running / Double(max(1, (work.lines + size - 1) / size))
        do {
            try await wait(work.seconds / 3, of: number)
            await shop.setRunning(number)
            repeat {
                try await wait(pause, of: number)
            } while await shop.execute(number, lines: size)
            if await shop.fault(.operationStuck, of: number) != nil { try await wait(nil, of: number) }
            if await shop.fault(.cancelStuck, of: number) != nil { return }
            await shop.finish(number)
            if let late = await shop.fault(.cancelLate, of: number) {
                try await Task.sleep(for: .seconds(late.seconds ?? 1))
                await shop.executeRest(number)
            }
        } catch {
            return
        }
    }

    /// Waits for so many seconds, or without them for ever; in any case no longer than until the operation is cancelled by somebody.
    private func wait(_ seconds: Double?, of number: Int) async throws {
        let cancellation = await shop.cancellation(of: number)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in cancellation {} }
            if let seconds { group.addTask { try? await Task.sleep(for: .seconds(seconds)) } }
            await group.next()
            group.cancelAll()
        }
        try Task.checkCancellation()
    }
}
