public import Commerce
import FileDrops
public import Logging
import Shopify

/// What trying a drop or a shop showed.
public struct ConnectionFinding: Sendable {
    /// For people: `drop local: lists, writes and renames`.
    public let text: String
    /// Where the fault lies; `nil` when all is well.
    public let side: FaultSide?
}

extension Configuration {
    /// Throws `UnknownPipeline` for a name that no pipeline has.
    public func requirePipelines(_ names: [String]) throws {
        for name in names where !pipelines.contains(where: { $0.name == name }) { throw unknownPipeline(name) }
    }

    /// Tries every drop and shop that the pipelines use.
    public func connect(only names: [String], logger: Logger) async throws -> [ConnectionFinding] {
        let chosen = pipelines.filter { names.isEmpty || names.contains($0.name) }
        var findings: [ConnectionFinding] = []
        let drops = try openDrops()
        for name in Set(chosen.flatMap(\.dropNames)).sorted() {
            guard let drop = drops[name] else { continue }
            findings.append(await finding("drop \(name)") { try await probe(drop) })
        }
        for pipeline in chosen {
            guard let source = pipeline.source, let drop = drops[source.drop] else { continue }
            findings.append(
                await finding("source \(source.drop):\(source.directory)") {
                    "\(try await drop.list(source.directory).count) entries"
                }
            )
        }
        for name in Set(chosen.map(\.stages.shop)).sorted() {
            guard let shop = shops[name] else { continue }
            findings.append(
                await finding("shop \(name)") {
                    let settings = try shop.settings()
                    return try await withShopClient(settings, logger: logger) { client in
                        let profile = try await client.profile()
                        try profile.verify(against: settings)
                        let limit =
                            profile.issueLimit.map { ", at most \($0) on one card" } ?? ", issue limit not readable"
                        return "\(profile.domain), \(profile.currency), API \(settings.version.rawValue)\(limit)"
                    }
                }
            )
        }
        return findings
    }

    private func finding(_ what: String, _ body: () async throws -> String) async -> ConnectionFinding {
        do {
            return ConnectionFinding(text: "ok    \(what): \(try await body())", side: nil)
        } catch let error as any ClassifiedError {
            return ConnectionFinding(text: "fails \(what): \(error)", side: error.side)
        } catch {
            let side: FaultSide = error is ConfigurationProblems ? .configuration : .local
            return ConnectionFinding(text: "fails \(what): \(error)", side: side)
        }
    }

    /// Writes, renames and removes a file in the staging directory's file system.
    private func probe(_ drop: any FileDrop) async throws -> String {
        let abilities = try await drop.capabilities()
        _ = try await drop.list(.root)
        let staged = try await drop.stage(as: "dropline-check", mode: nil) { try await $0.write(Array("check\n".utf8)) }
        try await drop.discard(staged)
        let words = [
            abilities.atomicReplace ? "replaces in one step" : "can't replace in one step",
            abilities.fsync ? "syncs to the disk" : "does not sync",
            abilities.exclusiveMove ? "moves without overwriting" : "",
        ]
        return "lists and writes, " + words.filter { !$0.isEmpty }.joined(separator: ", ")
    }
}

extension PipelineConfiguration {
    fileprivate var dropNames: [String] { (source.map { [$0.drop] } ?? []) + deliveries.map(\.drop) }
}
