import Commerce
import FileDrops
import Ledgers
import Logging
import Pipelines
import Sealing

/// Publishes one artifact in one place, once per change of its content.
///
/// It is written under a temporary name in the drop's staging directory, recorded, and renamed. After a crash in between, a temporary file that is
/// still there is renamed; one that is gone was published, even if nothing has the final name: readers take files away.
///
/// Changed content replaces what was published in one step. Where the drop can't do that it gets a name of its own, `X-Results.2.csv` after
/// `X-Results.csv`, so that no reader ever finds the name missing or half a file; the highest number holds. The feed and the bulk file are published
/// once, also when the pipeline's places have changed since, and again only when a person asks for it.
struct Publication {
    let artifact: Artifact
    let target: DeliveryTarget
    /// All places to which the run's outputs go.
    let targets: [DeliveryTarget]
    let run: Run
    let context: StageContext

    func publish() async throws {
        var latest = try await latest()
        if var staged = latest, staged.state == .staged {
            if try await target.drop.stagedFile(named: staged.stagedName) != nil {
                try await rename(&staged)
            } else {
                try await record(&staged, as: .published)
            }
            latest = staged
        }
        if let known = latest, known.state != .due, known.digest == artifact.digest || artifact.kind.isPublishedOnce {
            return
        }
        if var due = latest, due.state == .due, try await isThereUnreplaceable(due) {
            return try await record(&due, as: .published)
        }
        if latest == nil, let former = try await publishedInFormerPlace() {
            return context.logger.notice(
                "published in a former place, so not here; 'dropline rerun \(run.id) --from deliver --again' does it",
                metadata: ["run": "\(run.id)", "artifact": "\(artifact.kind)", "path": "\(former.path)"]
            )
        }
        try await target.drop.makeDirectory(target.directory)
        var delivery = try await stage(after: latest)
        try await rename(&delivery)
    }

    /// The last that this run has published of the artifact in this place.
    func latest() async throws -> Delivery? { try await earlierDeliveries().last }

    /// What is published once and was, or may have been, in a place to which nothing goes any more.
    func publishedInFormerPlace() async throws -> Delivery? {
        guard artifact.kind.isPublishedOnce else { return nil }
        return try await deliveries().first { delivery in
            !targets.contains { $0.kind == delivery.kind && $0.holds(delivery) }
        }
    }

    /// The delivery that is due here for what was published in a former place.
    func due(after former: Delivery) async throws -> Delivery {
        var due = former
        (due.drop, due.path, due.stagedName) = (target.drop.name, try await freePath(), "")
        (due.replaces, due.state) = (false, .due)
        return due
    }

    /// Whether what was published is still in its place.
    ///
    /// The name alone does not tell: once a reader has taken the file, another run's may have it. Nor is a feed or a bulk file that somebody changed the
    /// one that was published.
    func isPresent(_ delivery: Delivery) async throws -> Bool {
        let path = try DropPath(delivery.path)
        guard try await target.drop.stat(path) != nil else { return false }
        guard artifact.kind.isPublishedOnce else { return try await !isOthers(delivery) }
        return try await target.drop.digest(of: path) == delivery.digest
    }

    /// Whether what lies in the place of a delivery is another run's file, by which this run's was followed.
    private func isOthers(_ delivery: Delivery) async throws -> Bool {
        let id = run.id
        let isShared = try await context.read {
            try !$0.deliveries(to: delivery.path, on: delivery.drop, besides: id).isEmpty
        }
        guard isShared, let digest = try await target.drop.digest(of: try DropPath(delivery.path)) else { return false }
        return digest != delivery.digest
    }

    /// Whether a delivery that is due lies in its place unchanged, where the drop can't rename over it: a second name would be a second file.
    private func isThereUnreplaceable(_ delivery: Delivery) async throws -> Bool {
        guard delivery.digest == artifact.digest, try await !target.drop.capabilities().atomicReplace else {
            return false
        }
        let path = try DropPath(delivery.path)
        return try await target.drop.digest(of: path) == artifact.digest
    }

    /// What this run has published of the artifact in this place, oldest first.
    ///
    /// Names with a number are those of one first name, so the longer one is the later one, and of equally long ones the one with the larger digits.
    private func earlierDeliveries() async throws -> [Delivery] {
        let known = try await deliveries().filter(target.holds)
        return known.sorted { ($0.path.utf8.count, $0.path) < ($1.path.utf8.count, $1.path) }
    }

    /// What this run has published of the artifact in any place.
    private func deliveries() async throws -> [Delivery] {
        let (id, artifact) = (run.id, artifact)
        return try await context.read { ledger in
            try ledger.deliveries(of: id).filter {
                $0.kind == artifact.kind && $0.attempt == artifact.attempt && $0.part == artifact.part
            }
        }
    }

    /// Writes the content under a temporary name, and records what is about to be renamed.
    private func stage(after earlier: Delivery?) async throws -> Delivery {
        let name = "\(context.installation.name)-\(run.id)-\(artifact.kind)-\(artifact.attempt)-\(artifact.part)"
        try await context.renew()
        let staged = try await stagedFile(name)
        context.reach("staged")
        var replaces = false
        let path: String
        if let earlier {
            // What another run has put there stays: nobody has taken it yet.
            let isTakenOver = try await isOthers(earlier)
            replaces = try await target.drop.capabilities().atomicReplace && !isTakenOver
            // One that is gone leaves its name to itself.
            let isGone = earlier.state == .due ? try await target.drop.stat(try DropPath(earlier.path)) == nil : false
            path = replaces || isGone ? earlier.path : try await nextPath()
        } else {
            path = try await freePath()
        }
        var delivery = Delivery(
            run: run.id,
            kind: artifact.kind,
            attempt: artifact.attempt,
            part: artifact.part,
            drop: target.drop.name,
            path: path,
            stagedName: staged.name,
            replaces: replaces,
            digest: artifact.digest,
            state: .staged,
            updatedAt: context.now()
        )
        try await record(&delivery, as: .staged, after: earlier)
        return delivery
    }

    /// The content under a temporary name; what holds codes is not for everybody to read, unless the configuration says so.
    private func stagedFile(_ name: String) async throws -> StagedFile {
        func write(to writer: any DropFileWriter) async throws {
            let plaintext = try context.open(artifact)
            while let bytes = try plaintext.next() { try await writer.write(bytes) }
        }
        guard target.mode == nil, artifact.kind.isPublishedOnce else {
            return try await target.drop.stage(as: name, mode: target.mode, write)
        }
        return try await target.drop.stageCodes(
            as: name,
            withoutMode: {
                context.logger.notice(
                    "the drop sets no modes, so that others may be able to read what is published",
                    metadata: ["artifact": "\(artifact.kind)", "drop": "\(target.drop.name)"]
                )
            },
            write
        )
    }

    /// The artifact's own name, or one with the source's digest and a number where other files have that name.
    private func freePath() async throws -> String {
        var path = try target.directory.appending(artifact.fileName)
        var number = 1
        while try await isTaken(path) {
            guard number < mostNameTries else { throw FileDropError.noFreeName(path, on: target.drop, tries: number) }
            let suffix = run.digest.prefix(8) + (number == 1 ? "" : ".\(number)")
            path = try target.directory.appending(artifact.fileName.versioned(by: String(suffix)))
            number += 1
        }
        if number > 1 {
            context.logger.notice("an output's name is taken by another file", metadata: ["instead": "\(path)"])
        }
        return path.text
    }

    /// The first published name with the next number.
    private func nextPath() async throws -> String {
        let earlier = try await earlierDeliveries()
        guard let first = earlier.first else { return try await freePath() }
        let known = Set(earlier.map(\.path))
        let name = try DropPath(first.path).name
        var number = 2
        var tries = 0
        while true {
            let path = try target.directory.appending(name.versioned(by: "\(number)"))
            if !known.contains(path.text) {
                guard try await isTaken(path) else { return path.text }
                tries += 1
                guard tries < mostNameTries else { throw FileDropError.noFreeName(path, on: target.drop, tries: tries) }
            }
            number += 1
        }
    }

    /// Whether a file of other content has the name.
    private func isTaken(_ path: DropPath) async throws -> Bool {
        guard try await target.drop.stat(path) != nil else { return false }
        return try await target.drop.digest(of: path) != artifact.digest
    }

    private func rename(_ delivery: inout Delivery, tries: Int = 1) async throws {
        let path = try DropPath(delivery.path)
        try await context.renew()
        context.reach("before-rename")
        let staged = try StagedFile(name: delivery.stagedName)
        do {
            try await target.drop.publish(staged, to: path, replacing: delivery.replaces)
        } catch let error as FileDropError where error.code == .exists {
            guard try await target.drop.digest(of: path) == delivery.digest else {
                // Another installation has taken the name at this moment.
                let free = try await freePath()
                guard free != delivery.path else { throw error }
                guard tries < mostNameTries else { throw FileDropError.noFreeName(path, on: target.drop, tries: tries) }
                delivery.path = free
                try await record(&delivery, as: .staged)
                return try await rename(&delivery, tries: tries + 1)
            }
            // The very same content stands there: a crash after the rename, or another ledger.
            try await target.drop.discard(staged)
        }
        context.reach("renamed")
        try await record(&delivery, as: .published)
        context.logger.info(
            "published",
            metadata: ["run": "\(run.id)", "artifact": "\(artifact.kind)", "path": "\(delivery.path)"]
        )
    }

    private func record(
        _ delivery: inout Delivery,
        as state: DeliveryState,
        after earlier: Delivery? = nil
    ) async throws {
        delivery.state = state
        delivery.updatedAt = context.now()
        let known = delivery
        try await context.write { ledger in
            // What was due goes under this name now.
            if var due = earlier, due.state == .due, due.path != known.path {
                due.state = .published
                try ledger.put(due)
            }
            try ledger.put(known)
            guard state == .published else { return }
            let detail = "\(known.kind) \(known.path)"
            let isAgain =
                try known.kind.isPublishedOnce
                && ledger.audit(of: known.run).contains { $0.event == "published" && $0.detail == detail }
            let event = isAgain ? "published-again" : "published"
            try ledger.add(AuditEntry(at: known.updatedAt, run: known.run, event: event, detail: detail))
        }
        context.reach(state == .staged ? "staged-recorded" : "published")
    }
}
