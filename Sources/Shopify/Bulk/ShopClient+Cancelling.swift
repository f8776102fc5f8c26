import Records

extension ShopClient {
    /// Asks that an operation be ended before its last line; asking twice does no harm.
    ///
    /// What was executed by then stays executed, and its result is had as that of any operation.
    ///
    /// - Throws: `ShopError`; whether the wish arrived is not known then, and it may be sent again.
    public func cancelBulkOperation(_ id: String) async throws -> BulkCancellation {
        let call = AdminCall(
            "BulkOperationCancel",
            Document.bulkOperationCancel,
            variables: ["id": .string(id)],
            doing: "cancelling a bulk operation",
            cost: 10
        )
        let reply = try await data(of: call)
        guard let payload = reply.data?["bulkOperationCancel"]?.present,
            let errors = UserError.all(in: payload, reply.meaning.scrubber)
        else {
            throw reply.meaning.unreadable("no bulk operation and no errors")
        }
        if Self.saysTooLate(payload) { return .ended }
        if errors.contains(where: { $0.field == ["id"] }) { return .unknown }
        if let error = errors.first { throw reply.meaning.error(.refused, detail: error.description) }
        guard let operation = payload["bulkOperation"].flatMap(BulkOperation.init) else {
            throw reply.meaning.unreadable("no bulk operation and no errors")
        }
        return .taken(operation)
    }

    /// The bulk mutations that take the shop's slots, as far as it shows them to this app, the newest first.
    ///
    /// A slot is taken for a day at most (https://shopify.dev/docs/api/usage/bulk-operations/imports), so that the newest hundred hold all of them.
    ///
    /// - Throws: `ShopError`.
    public func bulkOperationsUnderWay() async throws -> [BulkOperation] {
        let call = AdminCall(
            "BulkOperationsUnderWay",
            Document.bulkOperationsUnderWay,
            variables: ["first": .number("100"), "query": .string("operation_type:mutation")],
            doing: "listing the bulk operations that are under way",
            cost: 10
        )
        let reply = try await data(of: call)
        guard let nodes = reply.data?["bulkOperations"]?["nodes"]?.array else {
            throw reply.meaning.unreadable("no list of bulk operations")
        }
        return nodes.compactMap(BulkOperation.init).filter { !$0.status.isTerminal }
    }

    /// `A bulk operation cannot be canceled when it is completed`, which comes without field and code; read before it is scrubbed.
    private static func saysTooLate(_ payload: JSONValue) -> Bool {
        payload["userErrors"]?.array?.contains { error in
            error["message"]?.string?.lowercased().contains("cannot be canceled") == true
        } ?? false
    }
}
