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
        let isLater = try await installation.ledger.read {
            try $0.isDelivered(to: delivery.path, on: delivery.drop, after: delivery.run)
        }
        // What lies there now is the later run's, and goes with it.
        guard !isLater else { return true }
        do {
            guard let drop = try drop(delivery.drop) else {
                return keep(delivery, "no drop is named '\(delivery.drop)' any more; remove the file by hand")
            }
            let path = try DropPath(delivery.path)
            guard let entry = try await drop.stat(path) else { return true }
            if let reason = try await whyKept(entry, delivery, on: drop) { return keep(delivery, reason) }
            try await renew()
            if !isDryRun {
                try await drop.remove(path)
                installation.crashPoints.reach("purge.file-removed")
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
        switch error.code {
        // Somebody took it at this moment.
        case .notFound: return true
        case .exists, .permissionDenied, .notAFile, .notADirectory, .outsideRoot, .nameRefused, .readOnly,
            .notSupported, .io, .noSpace:
            return keep(delivery, "\(error)")
        case .unreachable, .timedOut, .connectionLost, .hostKeyUnknown, .hostKeyChanged, .hostKeyRevoked,
            .knownHostsUnusable, .loginRefused, .loginUnusable:
            unreachable.insert(delivery.drop)
            report.faults.append(SweepFault(error, run: nil, in: installation))
            return false
        }
    }

    private mutating func keep(_ delivery: Delivery, _ reason: String) -> Bool {
        let place = "\(delivery.drop):\(delivery.path)"
        report.left.append(PurgeReport.Left(run: delivery.run, place: place, reason: reason))
        return false
    }

    /// Why a file is not removed; `nil` for one that is byte for byte what was put there.
    private func whyKept(_ entry: DropEntry, _ delivery: Delivery, on drop: any FileDrop) async throws -> String? {
        guard case .file = entry.kind else { return "it is no file any more" }
        guard !delivery.digest.isEmpty else {
            return "it was never read, so whether it is the same can't be told; remove it by hand"
        }
        let digest = try await drop.withFile(entry.path) { reader in
            var digester = Digester()
            while let bytes = try await reader.read() { digester.update(bytes) }
            return digester.finish().hex
        }
        guard digest == delivery.digest else {
            return "its content is not what Dropline put there; look at it, and remove it by hand"
        }
        return try await drop.stat(entry.path)?.stamp == entry.stamp ? nil : "it changes at this moment"
    }
}
