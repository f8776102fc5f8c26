import Commerce
import FileDrops
public import Logging
import Pipelines
import Shopify

extension Configuration {
    /// Throws `UnknownPipeline` for a name that no pipeline has.
    public func requirePipelines(_ names: [String]) throws {
        for name in names where !pipelines.contains(where: { $0.name == name }) { throw unknownPipeline(name) }
    }

    /// Tries every drop that the pipelines use, and every shop that they call, all at once, so that one that hangs delays no other, and fetches the
    /// console's secrets.
    ///
    /// The findings come in the order of the names, the drops with what the pipelines use of them first, the users of the console last. Nothing is thrown but a cancellation.
    public func connect(only names: [String], logger: Logger) async throws -> [ConnectionFinding] {
        let chosen = chosenPipelines(names)
        let othersHere = Dictionary(uniqueKeysWithValues: chosen.map { ($0.name, namesOfOthers(beside: $0)) })
        let drops = chosen.reduce(into: Set<String>()) { $0.formUnion($1.dropNames) }.sorted()
        let shops = Set(chosen.filter(\.callsShop).map(\.stages.shop)).sorted()
        return try await withThrowingTaskGroup(of: (place: Int, findings: [ConnectionFinding]).self) { group in
            for (place, name) in drops.enumerated() {
                guard let drop = self.drops[name] else { continue }
                group.addTask {
                    let connection = DropConnection(
                        name: name,
                        configured: drop,
                        pipelines: chosen,
                        othersHere: othersHere
                    )
                    return (place, try await connection.findings())
                }
            }
            for (place, name) in shops.enumerated() {
                guard let shop = self.shops[name] else { continue }
                group.addTask { (drops.count + place, [try await finding(name, shop, logger)]) }
            }
            let all = try await group.reduce(into: []) { $0.append($1) }
            return all.sorted { $0.place < $1.place }.flatMap(\.findings) + web.findings
        }
    }

    private func finding(
        _ name: String,
        _ shop: ShopConfiguration,
        _ logger: Logger
    ) async throws -> ConnectionFinding {
        let subject = "shop \(name)"
        do {
            let settings = try shop.settings()
            return try await withShopClient(settings, logger: logger) { client in
                let profile = try await client.profile()
                try profile.verify(against: settings)
                if let domain = shop.domain, domain != profile.domain {
                    throw StageError(
                        .misconfigured,
                        "its 'domain' is given as \(domain), and the shop's own is \(profile.domain); feeds would name another shop",
                        disposition: .stop,
                        side: .configuration
                    )
                }
                let limit = profile.issueLimit.map { ", at most \($0) on one card" } ?? ", issue limit not readable"
                return ConnectionFinding(
                    subject,
                    "\(profile.domain), \(profile.currency), API \(settings.version.rawValue)\(limit)"
                )
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            return ConnectionFinding(subject, failing: error)
        }
    }
}
