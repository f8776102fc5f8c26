import CustomDump
public import Testing

/// Expects two values to be equal, and shows where they are not: what was expected behind `+`, what was got behind `−`.
///
/// CustomDump's own `expectNoDifference` is silent in a test that is not linked with `IssueReportingTestSupport`.
public func expectSame<Value: Equatable>(
    _ got: Value,
    _ expected: Value,
    _ what: @autoclosure () -> String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    guard got != expected else { return }
    let difference = diff(got, expected) ?? "got \(got), expected \(expected)"
    Issue.record("\(what())\n\(difference)", sourceLocation: sourceLocation)
}
