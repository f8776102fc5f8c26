import FileDrops
import Ledgers
import Logging
import Pipelines
import Records
import Sealing

/// Publishes one artifact in one place, once per change of its content.
///
/// It is written under a temporary name in the drop's staging directory, recorded, and renamed. After a crash in between, a temporary file that is
/// still there is renamed; one that is gone was published, even if nothing has the final name: readers take files away.
struct Publication {
    let artifact: Artifact
    let target: DeliveryTarget
    let run: Run
    let context: StageContext

    func publish() async throws {
        let (id, artifact, target) = (run.id, artifact, target)
        var earlier = try await context.read { ledger in
            try ledger.deliveries(of: id).last { delivery in
                delivery.kind == artifact.kind && delivery.attempt == artifact.attempt && delivery.part == artifact.part
                    && delivery.drop == target.drop.name && (try? DropPath(delivery.path).parent) == target.directory
            }
        }
        if var staged = earlier, staged.state == .staged {
            if try await target.drop.stagedFile(named: staged.stagedName) != nil {
                try await rename(&staged)
            } else {
                try await record(&staged, as: .published)
            }
            earlier = staged
        }
        guard earlier?.digest != artifact.digest else { return }
        try await target.drop.makeDirectory(target.directory)
        var delivery = try await stage(at: earlier?.path)
        try await rename(&delivery)
    }

    /// Writes the content under a temporary name, and records what is about to be renamed.
    private func stage(at earlier: String?) async throws -> Delivery {
        let name = "\(context.installation.name)-\(run.id)-\(artifact.kind)-\(artifact.attempt)-\(artifact.part)"
        try await context.renew()
        let plaintext = try context.open(artifact)
        let staged = try await target.drop.stage(as: name, mode: target.mode) { writer in
            while let bytes = try plaintext.next() { try await writer.write(bytes) }
        }
        context.reach("staged")
        let path = if let earlier { earlier } else { try await freePath() }
        var delivery = Delivery(
            run: run.id,
            kind: artifact.kind,
            attempt: artifact.attempt,
            part: artifact.part,
            drop: target.drop.name,
            path: path,
            stagedName: staged.name,
            replaces: earlier != nil,
            digest: artifact.digest,
            state: .staged,
            updatedAt: context.now()
        )
        try await record(&delivery, as: .staged)
        return delivery
    }

    /// The artifact's own name, or one with the source's digest and a number where other files have that name.
    private func freePath() async throws -> String {
        var path = try target.directory.appending(artifact.fileName)
        var number = 1
        while try await target.drop.stat(path) != nil, try await digest(of: path) != artifact.digest {
            let suffix = run.digest.prefix(8) + (number == 1 ? "" : ".\(number)")
            path = try target.directory.appending(artifact.fileName.versioned(by: suffix))
            number += 1
        }
        if number > 1 {
            context.logger.notice("an output's name is taken by another file", metadata: ["instead": "\(path)"])
        }
        return path.text
    }

    private func rename(_ delivery: inout Delivery) async throws {
        let path = try DropPath(delivery.path)
        try await context.renew()
        context.reach("before-rename")
        let staged = try StagedFile(name: delivery.stagedName)
        do {
            try await target.drop.publish(staged, to: path, replacing: delivery.replaces)
        } catch let error as FileDropError where error.code == .exists {
            // The very same content stands there: a crash after the rename, or an earlier ledger.
            guard try await digest(of: path) == delivery.digest else { throw error }
            try await target.drop.discard(staged)
        }
        context.reach("renamed")
        try await record(&delivery, as: .published)
        context.logger.info(
            "published",
            metadata: ["run": "\(run.id)", "artifact": "\(artifact.kind)", "path": "\(delivery.path)"]
        )
    }

    private func digest(of path: DropPath) async throws -> String? {
        var digester = Digester()
        do {
            try await target.drop.withFile(path) { reader in
                while let bytes = try await reader.read() { digester.update(bytes) }
            }
        } catch let error as FileDropError where error.code == .notFound {
            return nil
        }
        return digester.finish().hex
    }

    private func record(_ delivery: inout Delivery, as state: DeliveryState) async throws {
        delivery.state = state
        delivery.updatedAt = context.now()
        let known = delivery
        try await context.write { ledger in
            try ledger.put(known)
            guard state == .published else { return }
            try ledger.add(
                AuditEntry(
                    at: known.updatedAt,
                    run: known.run,
                    event: "published",
                    detail: "\(known.kind) \(known.path)"
                )
            )
        }
        context.reach(state == .staged ? "staged-recorded" : "published")
    }
}

extension String {
    /// `X-Results.csv` as `X-Results.0a1b2c3d.csv`.
    fileprivate func versioned(by version: Substring) -> String {
        guard let dot = lastIndex(of: "."), dot != startIndex else { return "\(self).\(version)" }
        return "\(self[..<dot]).\(version)\(self[dot...])"
    }
}
