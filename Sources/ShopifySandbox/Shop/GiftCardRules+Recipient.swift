import Foundation

extension GiftCardRules {
    /// The recipient of an input.
    ///
    /// - Throws: INVALID_FIELD_ARGUMENTS for texts that are too long, RESOURCE_NOT_FOUND for an id that is no customer's.
    func recipient(in input: JSONObject) throws(FieldError) -> GiftCardRecord.Recipient? {
        guard let attributes = input["recipientAttributes"]?.object else { return nil }
        let message = attributes["message"]?.string
        let name = attributes["preferredName"]?.string
        if let message, message.count > 200 {
            throw FieldError("message is too long (maximum is 200)", code: "INVALID_FIELD_ARGUMENTS")
        }
        if let name, name.count > 255 {
            throw FieldError("preferredName is too long (maximum is 255)", code: "INVALID_FIELD_ARGUMENTS")
        }
        return GiftCardRecord.Recipient(
            id: attributes["id"]?.string ?? "",
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
