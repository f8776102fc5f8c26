import Foundation

/// What is checked before a bulk mutation runs, in the order and the words captured.
struct BulkRules {
    let call: Call

    private var store: Store { call.store }

    static let operationFaults: [SandboxFault.Kind] = [
        .operationFailed, .operationFailedNoData, .operationCanceled, .operationExpired, .operationTimeout,
        .operationSlow, .operationStuck, .missingLines, .missingUnexecuted, .doubledLines, .shuffledLines,
        .truncatedResult,
    ]

    static let cancelFaults: [SandboxFault.Kind] = [.cancelStuck, .cancelLate]

    func run(_ arguments: JSONObject) -> Resolved {
        let mutation = arguments["mutation"]?.string ?? ""
        if let error = documentError(mutation) { return payload(nil, [error]) }
        if let error = textError(mutation, arguments["clientIdentifier"]?.string) { return payload(nil, [error]) }
        let key = arguments["stagedUploadPath"]?.string ?? ""
        if let error = fileError(key) { return payload(nil, [error]) }
        if let error = slotError() { return payload(nil, [error]) }
        let number = (store.operationNumbers.last ?? 7_000_000_000_000) + 1
        var operation = BulkOperationRecord(
            number: number,
            query: mutation,
            version: call.version,
            uploadKey: key,
            createdAt: store.now,
            secret: store.makeUp { $0.text(28, of: "0123456789abcdefghijklmnopqrstuvwxyz") },
            seed: store.configuration.seed &+ UInt64(number)
        )
        operation.faults = Self.operationFaults.compactMap { store.faults.take($0) }
        store.keep(operation)
        call.submitted.append(number)
        return payload(operation, [])
    }

    private func payload(_ operation: BulkOperationRecord?, _ errors: [UserError]) -> Resolved {
        .object(
            PlainObject(
                typeName: "BulkOperationRunMutationPayload",
                fields: [
                    "bulkOperation": .object(
                        ifAny: operation.map { BulkOperationObject(operation: $0, call: call) }
                    ),
                    "userErrors": PlainObject.userErrors(errors, "BulkMutationUserError"),
                ]
            )
        )
    }

    private func documentError(_ mutation: String) -> UserError? {
        let document: Document
        do {
            document = try DocumentParser.parse(mutation)
        } catch {
            let message = "Failed to parse the mutation - \(error.message)"
            return UserError(field: nil, message: message, code: "INVALID_MUTATION")
        }
        guard document.operations.allSatisfy({ $0.kind == .mutation }), !document.operations.isEmpty else {
            let message = "Invalid operation type. Only `mutation` operations are supported."
            return UserError(field: nil, message: message, code: "INVALID_MUTATION")
        }
        guard document.operations.count == 1, let operation = document.operations.first,
            operation.selections.count == 1, case .field(let root)? = operation.selections.first
        else {
            return UserError(field: ["mutation"], message: "You must specify a single top level mutation.")
        }
        let notAllowed = UserError(field: ["mutation"], message: "You must use an allowed mutation name.")
        let isKnown = call.schema.field(root.name, of: "Mutation") != nil
        guard isKnown, root.name != "bulkOperationRunMutation", root.name != "bulkOperationRunQuery" else {
            return notAllowed
        }
        if root.name == "giftCardCreate" {
            guard store.configuration.allowsGiftCardsInBulk, store.faults.take(.bulkNotAllowed) == nil else {
                return notAllowed
            }
        }
        guard connections(in: operation.selections) <= 1 else {
            return UserError(field: ["mutation"], message: "Bulk mutations cannot contain more than 1 connection.")
        }
        return nil
    }

    /// The fields that look like connections: they select `edges` or `nodes`.
    private func connections(in selections: [Selection]) -> Int {
        selections.reduce(0) { sum, selection in
            switch selection {
            case .field(let field):
                let isConnection = field.selections.contains { inner in
                    if case .field(let inner) = inner { ["edges", "nodes"].contains(inner.name) } else { false }
                }
                return sum + (isConnection ? 1 : 0) + connections(in: field.selections)
            case .inline(_, _, let inner, _): return sum + connections(in: inner)
            case .spread: return sum
            }
        }
    }

    private func textError(_ mutation: String, _ clientIdentifier: String?) -> UserError? {
        let size = mutation.utf8.count
        if size > 65_535 {
            let message = "is too large (\(size) bytes; maximum is 65535 bytes)"
            return UserError(field: ["query"], message: message, code: "INVALID_MUTATION")
        }
        guard let count = clientIdentifier?.count else { return nil }
        if count < 10 {
            let message = "is too short (minimum is 10 characters)"
            return UserError(field: ["clientIdentifier"], message: message, code: "INVALID_MUTATION")
        }
        if count > 255 {
            let message = "is too long (maximum is 255 characters)"
            return UserError(field: ["clientIdentifier"], message: message, code: "INVALID_MUTATION")
        }
        return nil
    }

    private func fileError(_ key: String) -> UserError? {
        guard let bytes = store.uploads[key]?.byteCount, store.faults.take(.noSuchFile) == nil else {
            let message =
                "The JSONL file could not be found. Try uploading the file again, and check that you've entered the "
                + "URL correctly for the stagedUploadPath mutation argument."
            return UserError(field: nil, message: message, code: "NO_SUCH_FILE")
        }
        if bytes == 0 {
            return UserError(field: nil, message: "The input file is empty.", code: "INVALID_STAGED_UPLOAD_FILE")
        }
        if bytes > store.configuration.maximumFileBytes {
            let message = "The input file size exceeds the maximum allowed size of 100 MB."
            return UserError(field: nil, message: message, code: "INVALID_STAGED_UPLOAD_FILE")
        }
        return nil
    }

    private func slotError() -> UserError? {
        var busy = store.operationNumbers.filter { store.operations[$0]?.status.isUnderWay == true }
        if store.faults.take(.inProgress) != nil {
            busy = (1...store.configuration.operationSlots).map { 6_900_000_000_000 + $0 }
        }
        if busy.count >= store.configuration.operationSlots {
            let list = busy.map { "gid://shopify/BulkOperation/\($0)" }.joined(separator: ", ")
            let message = "A bulk mutation operation for this app and shop is already in progress: \(list)."
            return UserError(field: nil, message: message, code: "OPERATION_IN_PROGRESS")
        }
        if store.faults.take(.limitReached) != nil {
            let message = "Bulk operations limit reached. Please try again later."
            return UserError(field: nil, message: message, code: "LIMIT_REACHED")
        }
        return nil
    }

    func cancel(_ id: String) throws(FieldError) -> Resolved {
        func payload(_ operation: BulkOperationRecord?, _ errors: [UserError]) -> Resolved {
            .object(
                PlainObject(
                    typeName: "BulkOperationCancelPayload",
                    fields: [
                        "bulkOperation": .object(
                            ifAny: operation.map { BulkOperationObject(operation: $0, call: call) }
                        ),
                        "userErrors": PlainObject.userErrors(errors, "UserError"),
                    ]
                )
            )
        }
        guard var operation = store.operations[try call.number(of: id, type: "BulkOperation")] else {
            return payload(nil, [UserError(field: ["id"], message: "Bulk operation does not exist")])
        }
        guard operation.status.isUnderWay else {
            let status = operation.status.rawValue.lowercased()
            let message = "A bulk operation cannot be canceled when it is \(status)"
            return payload(operation, [UserError(field: nil, message: message)])
        }
        if operation.status != .canceling {
            operation.faults += Self.cancelFaults.compactMap { store.faults.take($0) }
        }
        operation.status = .canceling
        store.keep(operation)
        call.canceled.append(operation.number)
        return payload(operation, [])
    }
}
