import Foundation

/// The mutations.
struct MutationRoot: ShopObject {
    let call: Call

    var typeName: String { "Mutation" }

    func resolve(_ field: String, _ arguments: JSONObject) throws(FieldError) -> Resolved {
        let id = arguments["id"]?.string ?? ""
        let input = arguments["input"]?.object ?? JSONObject()
        switch field {
        case "giftCardCreate":
            return try GiftCardRules(call: call).create(input)
        case "giftCardUpdate":
            return try GiftCardRules(call: call).update(id, input)
        case "giftCardDeactivate":
            return try GiftCardRules(call: call).deactivate(id)
        case "stagedUploadsCreate":
            return StagedUploadRules(call: call).create(arguments["input"]?.array ?? [])
        case "bulkOperationRunMutation":
            return BulkRules(call: call).run(arguments)
        case "bulkOperationCancel":
            return try BulkRules(call: call).cancel(id)
        default:
            return .null
        }
    }
}
