import Foundation

extension GiftCardRules {
    /// The recipient of an input.
    ///
    /// - Throws: INVALID_FIELD_ARGUMENTS for texts that are too long, RESOURCE_NOT_FOUND for an id that is no customer's.
    func recipient(in input: JSONObject) throws(FieldError) -> GiftCardRecord.Recipient? {
        guard let attributes = input["recipientAttributes"]?.object else { return nil }
        let message = attributes["message"]?.string
        let name = attributes["preferredName"]?.string
        func tooLong(_ field: String, _ most: Int) -> FieldError {
            var error = FieldError("\(field) is too long (maximum is \(most))", code: "INVALID_FIELD_ARGUMENTS")
            error.argument = ["input", "recipientAttributes", field]
            return error
        }
        if let message, message.count > 200 { throw tooLong("message", 200) }
        if let name, name.count > 255 { throw tooLong("preferredName", 255) }
        let id = attributes["id"]?.string ?? ""
        _ = try call.number(of: id, type: "Customer")
        return GiftCardRecord.Recipient(
            id: id,
            preferredName: name,
            message: message,
            sendNotificationAt: attributes["sendNotificationAt"]?.string
        )
    }

    func errors(in recipient: GiftCardRecord.Recipient) throws(FieldError) -> [UserError] {
        func path(_ field: String) -> [String] { ["input", "recipientAttributes", field] }
        var errors: [UserError] = []
        if try !call.hasCustomer(recipient.id) {
            errors.append(
                UserError(field: path("id"), message: "Recipient could not be found", code: "RECIPIENT_NOT_FOUND")
            )
        }
        let texts = [
            ("message", "Message", recipient.message), ("preferredName", "Preferred name", recipient.preferredName),
        ]
        for (field, name, text) in texts {
            guard let text else { continue }
            if text.allSatisfy(\.isWhitespace) {
                errors.append(UserError(field: path(field), message: "\(name) can't be blank", code: "INVALID"))
            } else if let start = text.firstIndex(of: "<"), text[start...].contains(">") {
                errors.append(
                    UserError(field: path(field), message: "\(name) cannot contain HTML tags", code: "INVALID")
                )
            }
        }
        if let moment = recipient.sendNotificationAt.flatMap(Timestamp.parse) {
            let now = call.store.now
            if moment < now || moment > now + 90 * 86_400 {
                let message = "Send notification at must be within 90 days from now"
                errors.append(UserError(field: path("sendNotificationAt"), message: message, code: "INVALID"))
            }
        }
        return errors
    }
}
