import Foundation

/// One call of the API while it is served: the shop, and what the call sees of it.
final class Call {
    let store: Store
    let schema: Schema
    /// The address by which the caller reached the sandbox, `http://127.0.0.1:8080`.
    let base: String
    /// The shop's currency, or another under the fault `wrong-currency`.
    let currency: String
    /// Whether all access is denied, by a fault.
    let isDenied: Bool
    /// What the searches of the call have to say, for `extensions.search`.
    var searches: [JSON] = []
    /// The numbers of bulk operations that were made and now must be run.
    var submitted: [Int] = []
    /// The numbers of bulk operations that are to end before their last line.
    var canceled: [Int] = []

    var version: APIVersion { schema.version }

    init(
        store: Store,
        version: APIVersion,
        base: String,
        currency: String? = nil,
        isDenied: Bool = false,
        hasGiftCards: Bool = true
    ) {
        self.store = store
        schema = hasGiftCards ? Schema.of(version) : Schema.of(version).withoutGiftCards
        self.base = base
        self.currency = currency ?? store.configuration.currency
        self.isDenied = isDenied
    }

    /// - Throws: ACCESS_DENIED unless the token has the scope; a write scope includes reading.
    func require(_ scope: String, for field: String) throws(FieldError) {
        let scopes = store.configuration.scopes
        let writing = scope.hasPrefix("read_") ? "write_" + scope.dropFirst(5) : scope
        guard !isDenied, scopes.contains(scope) || scopes.contains(writing) else {
            throw FieldError.accessDenied(field, requires: scope)
        }
    }

    /// The number of a global id of the given type, or of a bare number.
    ///
    /// - Throws: RESOURCE_NOT_FOUND for an id of another type, or whose last part is no number.
    func number(of id: String, type: String) throws(FieldError) -> Int {
        let prefix = "gid://shopify/\(type)/"
        let number = id.hasPrefix(prefix) ? id.dropFirst(prefix.count).prefix { $0 != "?" } : id[...]
        guard number.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(number) else {
            throw FieldError.invalidID(id)
        }
        return number
    }

    /// Whether a customer exists.
    ///
    /// - Throws: RESOURCE_NOT_FOUND if the id is no customer's at all.
    func hasCustomer(_ id: String) throws(FieldError) -> Bool {
        let number = try number(of: id, type: "Customer")
        guard let customers = store.configuration.customers else { return true }
        return customers.contains("gid://shopify/Customer/\(number)") || customers.contains(String(number))
    }
}
