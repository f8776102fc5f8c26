extension ServedTypes {
    static func addBulk(to table: inout Table) {
        table["BulkOperation"] = object(
            [
                "id": "ID!", "status": "BulkOperationStatus!", "type": "BulkOperationType!",
                "errorCode": "BulkOperationErrorCode", "createdAt": "DateTime!", "completedAt": "DateTime",
                "objectCount": "UnsignedInt64!", "rootObjectCount": "UnsignedInt64!", "fileSize": "UnsignedInt64",
                "url": "URL", "partialDataUrl": "URL", "query": "String!",
            ],
            interfaces: ["Node"]
        )
        table["BulkOperationStatus"] = .enumeration([
            "CREATED", "RUNNING", "COMPLETED", "CANCELING", "CANCELED", "FAILED", "EXPIRED",
        ])
        table["BulkOperationType"] = .enumeration(["QUERY", "MUTATION"])
        table["BulkOperationErrorCode"] = .enumeration(["ACCESS_DENIED", "INTERNAL_SERVER_ERROR", "TIMEOUT"])
        table["BulkOperationsSortKeys"] = .enumeration(["COMPLETED_AT", "CREATED_AT"])
        table["BulkOperationConnection"] = object([
            "nodes": "[BulkOperation!]!", "edges": "[BulkOperationEdge!]!", "pageInfo": "PageInfo!",
        ])
        table["BulkOperationEdge"] = object(["cursor": "String!", "node": "BulkOperation!"])
        table["BulkMutationErrorCode"] = .enumeration([
            "OPERATION_IN_PROGRESS", "INVALID_MUTATION", "INVALID_STAGED_UPLOAD_FILE", "NO_SUCH_FILE",
            "INTERNAL_FILE_SERVER_ERROR", "LIMIT_REACHED",
        ])
        table["BulkMutationUserError"] = object(
            ["code": "BulkMutationErrorCode", "field": "[String!]", "message": "String!"],
            interfaces: ["DisplayableError"]
        )
        table["BulkOperationRunMutationPayload"] = object([
            "bulkOperation": "BulkOperation", "userErrors": "[BulkMutationUserError!]!",
        ])
        table["BulkOperationCancelPayload"] = object([
            "bulkOperation": "BulkOperation", "userErrors": "[UserError!]!",
        ])
        table["StagedUploadInput"] = .input([
            InputDefinition(name: "resource", type: TypeReference("StagedUploadTargetGenerateUploadResource!")),
            InputDefinition(name: "filename", type: TypeReference("String!")),
            InputDefinition(name: "mimeType", type: TypeReference("String!")),
            InputDefinition(
                name: "httpMethod",
                type: TypeReference("StagedUploadHttpMethodType"),
                defaultValue: "PUT"
            ),
            InputDefinition(name: "fileSize", type: TypeReference("UnsignedInt64")),
        ])
        table["StagedUploadHttpMethodType"] = .enumeration(["POST", "PUT"])
        table["StagedUploadTargetGenerateUploadResource"] = .enumeration([
            "COLLECTION_IMAGE", "FILE", "IMAGE", "MODEL_3D", "PRODUCT_IMAGE", "SHOP_IMAGE", "VIDEO",
            "BULK_MUTATION_VARIABLES", "RETURN_LABEL", "URL_REDIRECT_IMPORT", "DISPUTE_FILE_UPLOAD",
        ])
        table["StagedUploadParameter"] = object(["name": "String!", "value": "String!"])
        table["StagedMediaUploadTarget"] = object([
            "url": "URL", "resourceUrl": "URL", "parameters": "[StagedUploadParameter!]!",
        ])
        table["StagedUploadsCreatePayload"] = object([
            "stagedTargets": "[StagedMediaUploadTarget!]", "userErrors": "[UserError!]!",
        ])
    }

    static func addRoots(to table: inout Table) {
        let id = arguments(["id": "ID!"])
        let page: KeyValuePairs = ["first": "Int", "after": "String", "last": "Int", "before": "String"]
        func connection(_ more: KeyValuePairs<String, String>, sortKey: JSON) -> [InputDefinition] {
            arguments(page) + arguments(["reverse": "Boolean"], defaults: ["reverse": .bool(false)])
                + arguments(more, defaults: ["sortKey": sortKey])
        }
        func field(_ type: String, _ arguments: [InputDefinition] = []) -> FieldDefinition {
            FieldDefinition(type: TypeReference(type), arguments: arguments)
        }
        table["QueryRoot"] = .object(
            fields: [
                "shop": field("Shop!"),
                "giftCardConfiguration": field("GiftCardConfiguration!"),
                "currentAppInstallation": field("AppInstallation!"),
                "bulkOperation": field("BulkOperation", id),
                "currentBulkOperation": field(
                    "BulkOperation",
                    arguments(["type": "BulkOperationType"], defaults: ["type": "QUERY"])
                ),
                "bulkOperations": field(
                    "BulkOperationConnection!",
                    connection(["sortKey": "BulkOperationsSortKeys", "query": "String"], sortKey: "CREATED_AT")
                ),
                "giftCard": field("GiftCard", id),
                "giftCards": field(
                    "GiftCardConnection!",
                    connection(
                        ["sortKey": "GiftCardSortKeys", "query": "String", "savedSearchId": "ID"],
                        sortKey: "ID"
                    )
                ),
                "giftCardsCount": field(
                    "Count",
                    arguments(
                        ["query": "String", "savedSearchId": "ID", "limit": "Int"],
                        defaults: ["limit": .int(10_000)]
                    )
                ),
                "node": field("Node", id),
                "nodes": field("[Node]!", arguments(["ids": "[ID!]!"])),
            ],
            interfaces: []
        )
        table["Mutation"] = .object(
            fields: [
                "stagedUploadsCreate": field(
                    "StagedUploadsCreatePayload",
                    arguments(["input": "[StagedUploadInput!]!"])
                ),
                "bulkOperationRunMutation": field(
                    "BulkOperationRunMutationPayload",
                    arguments(
                        [
                            "mutation": "String!", "stagedUploadPath": "String!", "groupObjects": "Boolean",
                            "clientIdentifier": "String",
                        ],
                        defaults: ["groupObjects": .bool(true)]
                    )
                ),
                "bulkOperationCancel": field("BulkOperationCancelPayload", id),
                "giftCardCreate": field("GiftCardCreatePayload", arguments(["input": "GiftCardCreateInput!"])),
                "giftCardUpdate": field(
                    "GiftCardUpdatePayload",
                    arguments(["id": "ID!", "input": "GiftCardUpdateInput!"])
                ),
                "giftCardDeactivate": field("GiftCardDeactivatePayload", id),
            ],
            interfaces: []
        )
    }
}
