import Records
import Sealing

extension ShopClient {
    /// Starts a bulk operation that executes `document` once for each line of the file at `path`.
    ///
    /// - Parameters:
    ///   - document: A mutation such as `giftCardCreateDocument(named:)` gives.
    ///   - path: What `upload(to:size:from:)` returned.
    /// - Returns: What Shopify answered; only `started` began anything.
    /// - Throws: `ShopError`. If its `isOutcomeUnknown` is set, the operation may run: look for its name with `bulkOperation(named:)` before anything else.
    ///   `.bulkNotEnabled` if the app may not run bulk operations (https://shopify.dev/changelog/partner-apps-must-enable-bulk-operations-before-use).
    public func runBulkMutation(_ document: String, path: String) async throws -> BulkStart {
        let call = AdminCall(
            "BulkOperationRunMutation",
            Document.bulkOperationRunMutation,
            variables: ["mutation": .string(document), "stagedUploadPath": .string(path)],
            doing: "starting a bulk operation",
            creates: true,
            cost: 10
        )
        let reply = try await reply(to: call) { reply in
            guard let failure = reply.failure() else { return nil }
            // The mutation itself asks for no scope: denied without one means that the app must be enabled first.
            let isScope = reply.errors.contains { $0.kind == .denied && $0.namesScope }
            return failure.code == .accessDenied && !isScope
                ? reply.meaning.error(.bulkNotEnabled, detail: failure.detail) : failure
        }
        guard let payload = reply.data?["bulkOperationRunMutation"]?.present,
            let errors = UserError.all(in: payload, reply.meaning.scrubber)
        else {
            throw reply.meaning.unreadable("no bulk operation and no errors")
        }
        if let operation = payload["bulkOperation"]?.present {
            guard let operation = BulkOperation(operation) else {
                throw reply.meaning.unreadable("a bulk operation without id")
            }
            return .started(operation)
        }
        guard !errors.isEmpty else { throw reply.meaning.unreadable("no bulk operation and no errors") }
        if let error = errors.first(where: \.saysBulkIsNotEnabled) {
            throw reply.meaning.error(.bulkNotEnabled, detail: error.description)
        }
        if let absent = AnswerError.giftCardsAbsent(in: payload, reply.meaning.scrubber) {
            throw reply.meaning.error(.giftCardsAbsent, detail: absent)
        }
        return BulkStart(refusedWith: errors, operations: BulkOperation.ids(in: payload))
    }

    /// Asks where an operation stands.
    ///
    /// - Returns: `nil` if the shop does not know it.
    /// - Throws: `ShopError`.
    public func bulkOperation(_ id: String) async throws -> BulkOperation? {
        let call = AdminCall(
            "BulkOperation",
            Document.bulkOperation,
            variables: ["id": .string(id)],
            doing: "asking for a bulk operation",
            cost: 1
        )
        let reply = try await reply(to: call) { reply in
            reply.errors.allSatisfy { $0.code == "RESOURCE_NOT_FOUND" } ? nil : reply.failure()
        }
        guard let json = reply.data?["bulkOperation"]?.present else { return nil }
        guard let operation = BulkOperation(json) else { throw reply.meaning.unreadable("a bulk operation without id") }
        return operation
    }

    /// Looks for the bulk mutation of a given operation name among all that the shop still lists, the newest first.
    ///
    /// This is how an operation is found whose start was not answered: Shopify echoes the document, name included. It stands among the newest, which
    /// `sortKey: CREATED_AT` puts first when nothing is reversed; only one that is absent costs the whole list. No time narrows the search, for the
    /// clock by which the start was noted may have been wrong.
    ///
    /// - Parameter name: The name given to `giftCardCreateDocument(named:)`; it is used once.
    /// - Returns: `nil` if the shop lists no such operation.
    /// - Throws: `ShopError`.
    public func bulkOperation(named name: String) async throws -> BulkOperation? {
        var cursor: String?
        repeat {
            let call = AdminCall(
                "BulkOperations",
                Document.bulkOperations,
                variables: [
                    "first": .number("250"), "after": cursor.map(JSONValue.string) ?? .null,
                    "query": .string("operation_type:mutation"),
                ],
                doing: "listing the bulk operations",
                cost: 10
            )
            let reply = try await data(of: call)
            guard let connection = reply.data?["bulkOperations"], let nodes = connection["nodes"]?.array else {
                throw reply.meaning.unreadable("no list of bulk operations")
            }
            for node in nodes {
                guard let operation = BulkOperation(node) else {
                    throw reply.meaning.unreadable("a bulk operation without id")
                }
                if operation.operationName == name { return operation }
            }
            cursor = try reply.nextCursor(of: connection, after: cursor)
        } while cursor != nil
        return nil
    }
}
