import Foundation

/// What tests and people may do in the shop by hand, without a token.
extension Shop {
    /// Answers `/sandbox/…`.
    func control(_ method: String, _ path: [String], query: String, body: [UInt8]) -> Reply {
        defer { save() }
        let json = body.isEmpty ? JSON.object(JSONObject()) : (try? JSONParser.parse(body))
        do {
            switch (method, path.first ?? "", path.count) {
            case ("GET", "cards", 1):
                return .json(200, cards(limit: Form.fields(query)["limit"].flatMap(Int.init)))
            case ("POST", "cards", 1):
                return .json(201, Self.json(try addCard(json)))
            case ("POST", "cards", 3):
                let number = Int(path[1]) ?? 0
                guard path[2] == "disable" || path[2] == "expire" else { return .notFound }
                let card = path[2] == "disable" ? try disable(number) : try expire(number)
                return .json(200, Self.json(card))
            case ("GET", "operations", 1):
                return .json(200, ["operations": .array(operations().map(Self.json))])
            case ("GET", "state", 1):
                return .json(200, totals())
            case ("GET", "faults", 1):
                return .json(200, ["faults": faults()])
            case ("POST", "faults", 1):
                guard let json else { throw SandboxError(.badFault, "the body is no JSON") }
                let faults = try (json.array ?? [json]).map { try SandboxFault($0) }
                inject(faults)
                return .json(201, ["faults": .array(faults.map(\.json))])
            case ("DELETE", "faults", 1):
                clearFaults()
                return .json(200, ["faults": .array([])])
            case ("POST", "clock", 1):
                guard case .number(let text)? = json?["seconds"], let seconds = Double(text) else {
                    throw SandboxError(.badConfiguration, "seconds is missing")
                }
                advanceClock(by: seconds)
                return .json(200, ["now": .string(Timestamp.text(store.now))])
            default:
                return .notFound
            }
        } catch let error as SandboxError {
            return .json(error.code == .noSuchCard ? 404 : 400, ["error": .string(error.description)])
        } catch {
            return .json(500, ["error": .string("\(error)")])
        }
    }

    private func cards(limit: Int?) -> JSON {
        let numbers = store.cardNumbers.suffix(limit ?? .max).reversed()
        return [
            "count": .int(store.cardNumbers.count),
            "cards": .array(numbers.compactMap { store.cards[$0] }.map { Self.json($0.view) }),
        ]
    }

    private func totals() -> JSON {
        var value = Decimal()
        var enabled = 0
        for card in store.cards.values {
            value += card.initialValue.value
            if card.isEnabled { enabled += 1 }
        }
        var statuses: [String: Int] = [:]
        for operation in store.operations.values { statuses[operation.status.rawValue, default: 0] += 1 }
        return [
            "shop": .string(configuration.domain), "currency": .string(configuration.currency),
            "cards": .int(store.cards.count), "enabled": .int(enabled), "value": .string(Amount(value: value).text),
            "operations": .object(
                JSONObject(statuses.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: .int($0.value)) })
            ),
            "uploads": .int(store.uploads.count), "faults": store.faults.json,
            "now": .string(Timestamp.text(store.now)),
        ]
    }

    /// Makes a card by hand; the shop's own rules of length and alphabet do not matter here, uniqueness does.
    func addCard(code: String, value: String, currency: String? = nil, note: String? = nil) throws -> SandboxCard {
        let code = GiftCardRules.normalized(code)
        guard let amount = Amount(value), !code.isEmpty else {
            throw SandboxError(.badConfiguration, "a card needs a code and a value that is an amount")
        }
        guard store.card(code: code) == nil else {
            throw SandboxError(.badConfiguration, "Code has already been taken")
        }
        let now = store.now
        let card = GiftCardRecord(
            number: store.nextCardNumber,
            code: code,
            initialValue: amount,
            balance: amount,
            currency: currency ?? configuration.currency,
            note: note,
            strategy: "MARKET_FX",
            source: .manual,
            createdAt: now,
            updatedAt: now
        )
        store.keep(card)
        save()
        return card.view
    }

    private func addCard(_ json: JSON?) throws -> SandboxCard {
        let value: String
        switch json?["value"] ?? json?["initialValue"] {
        case .string(let text)?, .number(let text)?: value = text
        default: value = ""
        }
        return try addCard(
            code: json?["code"]?.string ?? "",
            value: value,
            currency: json?["currency"]?.string,
            note: json?["note"]?.string
        )
    }

    func disable(_ number: Int) throws -> SandboxCard {
        try change(number) { card, now in card.deactivatedAt = now }
    }

    func expire(_ number: Int) throws -> SandboxCard {
        try change(number) { card, now in card.expiresOn = Timestamp.day(now - 86_400) }
    }

    private func change(_ number: Int, _ change: (inout GiftCardRecord, Date) -> Void) throws -> SandboxCard {
        guard var card = store.cards[number] else { throw SandboxError(.noSuchCard, "there is no card \(number)") }
        change(&card, store.now)
        card.updatedAt = store.now
        store.keep(card)
        save()
        return card.view
    }

    private static func json(_ card: SandboxCard) -> JSON {
        [
            "id": .string(card.id), "code": .string(card.code), "initialValue": .string(card.initialValue),
            "balance": .string(card.balance), "currency": .string(card.currency), "note": .text(card.note),
            "enabled": .bool(card.enabled), "expiresOn": .text(card.expiresOn), "createdAt": .string(card.createdAt),
            "customerId": .text(card.customerId),
        ]
    }

    private static func json(_ operation: SandboxOperation) -> JSON {
        [
            "id": .string(operation.id), "status": .string(operation.status), "errorCode": .text(operation.errorCode),
            "query": .string(operation.query), "lineCount": .int(operation.lineCount),
            "objectCount": .int(operation.objectCount), "createdAt": .string(operation.createdAt),
            "completedAt": .text(operation.completedAt),
        ]
    }
}
