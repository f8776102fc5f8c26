import Records

/// Prints a JSON value and a line break on standard output.
func printJSON(_ value: JSONValue) {
    print(String(decoding: value.encoded(), as: UTF8.self))
}

/// An object with its members in this order.
func jsonObject(_ members: (String, JSONValue)...) -> JSONValue {
    .object(JSONObject(members.map { (key: $0.0, value: $0.1) }))
}
