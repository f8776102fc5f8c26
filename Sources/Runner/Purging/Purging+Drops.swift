import Commerce
import FileDrops
import Ledgers
import Pipelines
import Sealing

/// What a run put on the drops and that carries codes.
extension Purging {
    /// Whether all that a run put on drops lies on such as can't be reached now.
    func isOutOfReach(_ run: RunID) async throws -> Bool {
        guard !unreachable.isEmpty else { return false }
        let places = try await delivered(by: run)
        return !places.isEmpty && places.allSatisfy { unreachable.contains($0.drop) }
    }

    mutating func removeDelivered(by run: RunID) async throws -> Bool {
        seenTo.insert(run)
        var isDone = true
        for delivery in try await delivered(by: run) {
            if try await !remove(delivery) { isDone = false }
        }
        return isDone
    }

    /// What a run published or archived with codes in it; what 'run --output' wrote into a folder is that person's own.
    private func delivered(by run: RunID) async throws -> [Delivery] {
        try await installation.ledger.read { ledger in
            let folder = try ledger.outputFolder(of: run)
            return try ledger.deliveries(of: run).filter {
                $0.state == .published && $0.kind.carriesCodes && $0.drop != folder
            }
        }
    }

    /// Removes a file if it is still what this run put there; `false` when it stays and should not.
    private mutating func remove(_ delivery: Delivery) async throws -> Bool {
        guard !unreachable.contains(delivery.drop) else { return false }
        let others = try await otherOwners(of: delivery)
        do {
            guard let drop = try drop(delivery.drop) else {
                return keep(delivery, "no drop is named '\(delivery.drop)' any more; remove the file by hand")
            }
            let path = try DropPath(delivery.path)
            guard let entry = try await drop.stat(path) else { return true }
            guard case .file = entry.kind else { return keep(delivery, "it is no file any more") }
            guard !delivery.digest.isEmpty || !others.isEmpty else {
                return keep(delivery, "it was never read, so whether it is the same can't be told; remove it by hand")
            }
            let digest = try await drop.digest(of: entry)
            // What lies there now is another run's, and goes with it.
            guard !others.contains(digest) else { return true }
            guard digest == delivery.digest else {
                return keep(delivery, "its content is not what Dropline put there; look at it, and remove it by hand")
            }
            guard try await drop.stat(path)?.stamp == entry.stamp else {
                return keep(delivery, "it changes at this moment")
            }
            try await renew()
            if !isDryRun {
                try await drop.remove(path)
                installation.crashPoints.reach("purge.file-removed")
                let removal = delivery.removal(at: installation.clock.now())
                try await write { try $0.add(removal) }
            }
            let place = "\(delivery.drop):\(delivery.path)"
            let gone = PurgeReport.Entry(part: .archive, run: delivery.run, place: place, size: entry.stamp.size)
            report.gone.append(gone)
            return true
        } catch let error as FileDropError {
            return try failed(error, delivery)
        } catch let error where error is LedgerError || error is CancellationError {
            throw error
        } catch {
            // Its settings or secrets can't be had.
            unreachable.insert(delivery.drop)
            report.faults.append(SweepFault(message: "\(error)", side: .configuration))
            return false
        }
    }

    private mutating func failed(_ error: FileDropError, _ delivery: Delivery) throws -> Bool {
        // Somebody took it at this moment.
        if error.code == .notFound { return true }
        guard error.isOfConnection else { return keep(delivery, "\(error)") }
        unreachable.insert(delivery.drop)
        report.faults.append(SweepFault(error, run: nil, in: installation))
        return false
    }

    private mutating func keep(_ delivery: Delivery, _ reason: String) -> Bool {
        let place = "\(delivery.drop):\(delivery.path)"
        report.left.append(PurgeReport.Left(run: delivery.run, place: place, reason: reason))
        return false
    }

    /// The digests of what other runs put in the same place whose time has not come: a rerun of an older one may have been the last.
    private func otherOwners(of delivery: Delivery) async throws -> Set<String> {
        let seenTo = seenTo
        return try await installation.ledger.read { ledger in
            let others = try ledger.deliveries(to: delivery.path, on: delivery.drop, besides: delivery.run)
            let owners = try others.filter { other in
                try !seenTo.contains(other.run)
                    && !ledger.purges(of: other.run).contains { $0.part == .archive && $0.doneAt != nil }
            }
            return Set(owners.map(\.digest))
        }
    }
}
