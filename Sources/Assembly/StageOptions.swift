import BulkFileStage
import Commerce
import Records
import Yams

/// A pipeline's `stages:`, with the options of each.
struct StageOptions: Sendable {
    enum Mutation: String, CaseIterable { case giftCardCreate = "gift-card-create" }

    /// Whether the pipeline's files are activation feeds, so that it begins at `bulk-file`.
    var takesFeeds = false
    /// Whether the pipeline ends with the activation feed, so that it calls no shop.
    var endsWithFeed = false
    var shop = ""
    var codePrefix = ""
    var codePattern: CodePattern?
    var quoting = CSVFormat.Quoting.singleLine
    var sendsCustomer = false
    var partSize = Int64(BulkFileStage.largestPart)
    var acceptsExisting = false

    private static let chain = ["activation-feed", "bulk-file", "bulk-import", "reconcile"]

    /// The names of the stages, in their order.
    var names: [String] {
        if endsWithFeed { return Array(Self.chain.prefix(1)) }
        return takesFeeds ? Array(Self.chain.dropFirst()) : Self.chain
    }

    init?(reading root: Section, names declared: DeclaredNames) {
        let entries = root.list(root.required("stages"))
        var names: [String] = []
        var named: [(node: Node, shop: String)] = []
        for entry in entries {
            guard let wrapper = root.file.section(entry, "a stage"), let name = wrapper.names.first else { continue }
            guard wrapper.names.count == 1 else {
                root.file.problem(entry, "each stage is an entry of its own: '- \(name): {}'")
                continue
            }
            names.append(name)
            takesFeeds = names.first == "bulk-file"
            guard Self.chain.contains(name) else {
                root.file.problem(entry, "'\(name)' is not a stage; known: \(Self.chain.joined(separator: ", "))")
                continue
            }
            guard let options = wrapper.section(name) else { continue }
            read(options, of: name, &named)
            options.finish()
        }
        endsWithFeed = names == ["activation-feed"]
        if names != self.names, names.allSatisfy(Self.chain.contains) {
            root.file.problem(root.value("stages"), Self.whyNot(names))
        }
        for (node, shop) in named {
            if let problem = declared.problem(with: shop, isCalled: !endsWithFeed) { root.file.problem(node, problem) }
        }
        if let other = named.first(where: { $0.shop != named[0].shop }) {
            root.file.problem(
                other.node,
                "the stages of one pipeline serve one shop; '\(named[0].shop)' is named before"
            )
        }
        guard let shop = named.first?.shop, names == self.names else { return nil }
        self.shop = shop
    }

    /// Why stages can't stand so.
    private static func whyNot(_ names: [String]) -> String {
        let order = "the stages are, in this order: \(chain.joined(separator: ", "))"
        switch names.first {
        case "bulk-import"?:
            return
                "a pipeline can't begin at 'bulk-import': a bulk file names neither its shop nor its currency, and has no totals by which one "
                + "that was cut or changed is told; drop activation feeds instead, and begin at 'bulk-file'"
        case "reconcile"?:
            return "a pipeline can't begin at 'reconcile', which ends what 'bulk-import' has sent; " + order
        case "bulk-file"?: return order + "; a pipeline that takes activation feeds begins at 'bulk-file'"
        default: return order + "; a pipeline that calls no shop ends at 'activation-feed'"
        }
    }

    private mutating func read(_ options: Section, of stage: String, _ shops: inout [(node: Node, shop: String)]) {
        switch stage {
        case "activation-feed":
            if let node = options.required("shop"), let shop = options.text(node) { shops.append((node, shop)) }
            codePrefix = options.text("code_prefix") ?? ""
            codePattern = options.codePattern("code_pattern")
            quoting = options.word("quoting", or: .singleLine)
        case "bulk-file":
            _ = options.word("mutation", or: Mutation.giftCardCreate)
            sendsCustomer = options.flag("send_customer", or: false)
            partSize = options.size("part_size", or: partSize)
            if let pattern = options.codePattern("code_pattern") {
                if takesFeeds {
                    codePattern = pattern
                } else {
                    options.file.problem(
                        options.value("code_pattern"),
                        "codes are looked at where the pipeline's files are read: write 'code_pattern' at 'activation-feed'"
                    )
                }
            }
            if !(1_000...Int64(BulkFileStage.largestPart)).contains(partSize) {
                options.file.problem(
                    options.value("part_size"),
                    "'part_size' is between 1KB and 100MB, Shopify's limit"
                )
            }
        case "bulk-import":
            if let node = options.required("shop"), let shop = options.text(node) { shops.append((node, shop)) }
        default:
            acceptsExisting = options.flag("accept_existing", or: false)
        }
    }
}
