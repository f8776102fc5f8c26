import Foundation
import GRDB
import Ledgers

extension Transaction {
    func item(_ key: ItemKey) throws -> Item? {
        let statement = try db.cachedStatement(
            // Read by the columns' places below: that is much quicker than by their names.
            sql: """
                SELECT state, attempt, run, line, value, card_id, updated_at
                FROM items WHERE kind = ? AND shop = ? AND key = ?
                """
        )
        guard let row = try GRDB.Row.fetchOne(statement, arguments: key.arguments) else { return nil }
        guard let state = ItemState(rawValue: row[0]) else {
            throw LedgerError(.newer, "a card has a state that this Dropline does not know")
        }
        return Item(
            key: key,
            state: state,
            attempt: row[1],
            run: RunID(row[2]),
            line: row[3],
            value: row[4],
            cardID: row[5],
            updatedAt: row[6]
        )
    }

    func insert(_ item: Item) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO items (kind, shop, key, state, attempt, run, line, value, card_id, updated_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        try statement.execute(arguments: item.key.arguments + item.changeable)
        return db.changesCount == 1
    }

    func replace(_ item: Item, ifState state: ItemState, attempt: Int) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: """
                UPDATE items SET state = ?, attempt = ?, run = ?, line = ?, value = ?, card_id = ?, updated_at = ?
                WHERE kind = ? AND shop = ? AND key = ? AND state = ? AND attempt = ?
                """
        )
        try statement.execute(arguments: item.changeable + item.key.arguments + [state.rawValue, attempt])
        return db.changesCount == 1
    }
}

extension ItemKey {
    fileprivate var arguments: StatementArguments { [kind.rawValue, shop, Data(hash)] }
}

extension Item {
    fileprivate var changeable: StatementArguments {
        [state.rawValue, attempt, run.number, line, value, cardID, updatedAt]
    }
}
