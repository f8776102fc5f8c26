/// One entry of a GraphQL answer's `errors`.
struct GraphQLError: Error, Sendable, Equatable {
    var message: String
    var locations: [Location] = []
    var path: [JSON]?
    var extensions: JSONObject = JSONObject()
    /// In an error before the execution the path precedes the extensions, in a later one it follows them: so captured.
    var isFromExecution = false

    /// A fault of the document itself, as graphql-ruby's static validation writes it.
    ///
    /// The place in a list stands in the path as a number.
    static func validation(
        _ message: String,
        code: String,
        at location: Location,
        path: [String],
        _ more: KeyValuePairs<String, String> = [:]
    ) -> GraphQLError {
        var extensions = JSONObject([.init(key: "code", value: .string(code))])
        for (key, value) in more { extensions.append(key, .string(value)) }
        return GraphQLError(
            message: message,
            locations: [location],
            path: path.map { part in Int(part).map(JSON.int) ?? .string(part) },
            extensions: extensions
        )
    }

    static func syntax(_ error: SyntaxError) -> GraphQLError {
        GraphQLError(
            message: error.message,
            locations: [error.location],
            extensions: JSONObject([.init(key: "code", value: "PARSE_ERROR")])
        )
    }

    var json: JSON {
        var object = JSONObject([.init(key: "message", value: .string(message))])
        if !locations.isEmpty { object.append("locations", .array(locations.map(\.json))) }
        if !isFromExecution, let path { object.append("path", .array(path)) }
        if !extensions.isEmpty { object.append("extensions", .object(extensions)) }
        if isFromExecution, let path { object.append("path", .array(path)) }
        return .object(object)
    }
}

extension JSON: ExpressibleByStringLiteral {
    init(stringLiteral value: String) {
        self = .string(value)
    }
}

/// What a resolver throws: the executor adds the place and the path.
struct FieldError: Error, Sendable, Equatable {
    let message: String
    var extensions: JSONObject
    /// The argument at fault, from the field's own on, `["input", "note"]`: its place is told after the field's.
    var argument: [String] = []

    init(_ message: String, code: String, _ more: KeyValuePairs<String, String> = [:]) {
        self.message = message
        extensions = JSONObject([.init(key: "code", value: .string(code))])
        for (key, value) in more { extensions.append(key, .string(value)) }
    }

    static func invalidID(_ id: String) -> FieldError {
        FieldError("Invalid id: \(id)", code: "RESOURCE_NOT_FOUND")
    }

    static func accessDenied(_ field: String, requires scope: String) -> FieldError {
        let access = "`\(scope)` access scope."
        return FieldError(
            "Access denied for \(field) field. Required access: \(access)",
            code: "ACCESS_DENIED",
            ["documentation": "https://shopify.dev/api/usage/access-scopes", "requiredAccess": access]
        )
    }
}
