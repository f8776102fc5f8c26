import Commerce
import Feeds
import Ledgers
import Pipelines
import Records
import Sealing
import Shopify

/// The cards of an activation feed that somebody dropped, each checked on its own.
///
/// The feed must be of this shop, and hold what its totals say: a feed that was cut, or of which somebody changed a part, is put aside whole. A card
/// whose code or value is wrong costs itself alone.
struct DroppedFeed<Source: ByteSource>: SourceRows {
    private let keyring: Keyring
    private let profile: ShopProfile
    private let pattern: CodePattern?
    private var feed: ActivationFeedReader<Source>
    private var lastLine = 0
    private var cards = 0
    /// What all cards are worth; `nil` once the value of one can't be read.
    private var units: Int64? = 0
    private var codes: FileCodes

    init(
        _ profile: ShopProfile,
        _ pattern: CodePattern?,
        _ keyring: Keyring,
        _ source: @escaping () throws -> Source
    ) throws {
        self.keyring = keyring
        self.profile = profile
        self.pattern = pattern
        codes = .ofFeed(source)
        let source = try source()
        feed = try StageError.quarantining(feedFaults) { try ActivationFeedReader(source) }
        let header = feed.header
        guard header.shop == profile.domain else {
            throw StageError.quarantine("the feed is for another shop than \(profile.domain)")
        }
        guard header.currency == profile.currency else {
            throw StageError.quarantine(
                "the feed is in \(header.currency), and the shop's currency is \(profile.currency)"
            )
        }
        guard header.sourceDigest.utf8.count == 64, header.sourceDigest.utf8.allSatisfy(\.isLowerHexDigit) else {
            throw StageError.quarantine("the feed's 'source.sha256' is not 64 hexadecimal digits in lower case")
        }
    }

    mutating func next() throws -> Row? {
        guard let entry = try StageError.quarantining(feedFaults, { try feed.nextEntry() }) else {
            try checkTotals()
            return nil
        }
        guard entry.line > lastLine else {
            throw StageError.quarantine("the card of line \(entry.line) comes after the one of line \(lastLine)")
        }
        lastLine = entry.line
        cards += 1
        return row(entry)
    }

    private mutating func row(_ entry: FeedEntry) -> Row {
        var faults = entry.notTexts.map { "'\($0.rawValue)' is not a string" }
        var (code, value): (GiftCardCode?, Money?) = (nil, nil)
        do throws(GiftCardCode.Fault) {
            let read = try GiftCardCode(reading: entry[.giftCardNumber] ?? "")
            code = read
            if let pattern, !pattern.matches(read) { faults.append(CodePattern.mismatch) }
        } catch {
            if !entry.notTexts.contains(.giftCardNumber) { faults.append(error.rawValue) }
        }
        do throws(Money.Fault) {
            let read = try Money(value: entry[.initialValue] ?? "", in: profile.currency)
            value = read
            if let most = profile.issueLimit, read.minorUnits > most.minorUnits {
                faults.append("the value is above \(most), the most that the shop issues on one card")
            }
        } catch {
            if !entry.notTexts.contains(.initialValue) { faults.append(error.rawValue) }
        }
        units = units.flatMap { sum in value.map { sum + $0.minorUnits } }
        return Row(
            line: entry.line,
            status: faults.isEmpty ? .planned : .invalid,
            key: faults.isEmpty ? code.map { keyring.hash($0, shop: profile.domain).bytes } : nil,
            value: value?.minorUnits,
            masked: code?.masked ?? entry[.giftCardNumber].map { GiftCardCode.masked($0) },
            netSuiteOrder: withoutCode(entry[.netsuiteOrderId], entry, isReadable: code != nil),
            shopifyOrder: withoutCode(entry[.shopifyOrderId], entry, isReadable: code != nil),
            reason: faults.isEmpty ? nil : faults.joined(separator: "; ")
        )
    }

    /// An order's id as ledger and results may hold it: nothing of it where somebody typed a card's code there, the entry's own or another's.
    private mutating func withoutCode(_ order: String?, _ entry: FeedEntry, isReadable: Bool) -> String? {
        guard let order else { return nil }
        let hides = GiftCardCode.mayStand(
            in: order,
            besides: entry[.giftCardNumber],
            isReadable: isReadable,
            prefix: ""
        )
        return hides || codes.stand(in: order) ? "…" : order
    }

    /// A feed whose totals are not those of its cards was cut or changed on its way.
    private func checkTotals() throws {
        guard let totals = feed.totals, let said = totals.giftCards, let value = totals.value else {
            throw StageError.quarantine("the feed has no 'totals' with 'giftCards' and 'value'")
        }
        guard said == cards else {
            throw StageError.quarantine("the feed's totals say \(said) cards, and it holds \(cards)")
        }
        guard let units else { return }
        let sum = Money(minorUnits: units, currency: profile.currency)
        guard value == sum.decimal || (try? Money(value: value, in: profile.currency)) == sum else {
            throw StageError.quarantine("the feed's totals are not the sum of its cards, \(sum)")
        }
    }
}

/// What is wrong with the whole of a feed.
private let feedFaults: [any Error.Type] = [FeedError.self, JSONError.self]

extension UInt8 {
    fileprivate var isLowerHexDigit: Bool { (0x30...0x39).contains(self) || (0x61...0x66).contains(self) }
}
