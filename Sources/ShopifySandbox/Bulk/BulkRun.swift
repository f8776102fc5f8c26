import Foundation

/// The lines of one bulk operation while they are executed, in an order of their own.
final class BulkRun {
    let number: Int
    /// After how many lines the operation ends, by a fault before the last.
    let end: Int
    let lineCount: Int
    private let data: [UInt8]
    private let lines: [Range<Int>]
    private let order: [Int]
    private let plan: Result<(Document, Operation), VariableErrors>
    private let call: Call
    private let unexecuted: Set<Int>
    private let missing: Set<Int>
    private let doubled: Set<Int>
    /// Whether each line bears the number of the next one.
    private let isShuffled: Bool

    init(_ operation: BulkOperationRecord, data: Data, call: Call) {
        number = operation.number
        self.data = Array(data)
        self.call = call
        lines = Self.lines(of: self.data)
        lineCount = lines.count
        var random = SplitMix(seed: operation.seed)
        order = Array(lines.indices).shuffled(using: &random)
        plan = Self.plan(operation.query, call.schema)
        let early: [SandboxFault.Kind] = [
            .operationFailed, .operationFailedNoData, .operationCanceled, .operationExpired, .operationTimeout,
            .operationStuck,
        ]
        let fraction = early.compactMap(operation.fault).first.map { $0.fraction ?? 0.5 } ?? 1
        end = min(lines.count, Int((Double(lines.count) * fraction).rounded()))
        let order = order
        func chosen(_ kind: SandboxFault.Kind, from start: Int) -> Set<Int> {
            guard let fault = operation.fault(kind) else { return [] }
            let count = fault.fraction.map { Int((Double(order.count) * $0).rounded(.up)) } ?? fault.lines ?? 1
            return Set(order.dropFirst(start).prefix(count))
        }
        // Each fault takes lines of its own, from another place of the order.
        unexecuted = chosen(.missingUnexecuted, from: 0)
        missing = chosen(.missingLines, from: unexecuted.count)
        doubled = chosen(.doubledLines, from: unexecuted.count + missing.count)
        isShuffled = operation.fault(.shuffledLines) != nil
    }

    private static func lines(of data: [UInt8]) -> [Range<Int>] {
        data.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return [] }
            var lines: [Range<Int>] = []
            var start = 0
            while start < bytes.count {
                let found = memchr(base + start, 0x0A, bytes.count - start)
                let stop = found.map { UnsafeRawPointer(base).distance(to: UnsafeRawPointer($0)) } ?? bytes.count
                lines.append(start..<stop)
                start = stop + 1
            }
            return lines
        }
    }

    private static func plan(_ query: String, _ schema: Schema) -> Result<(Document, Operation), VariableErrors> {
        do {
            let document = try DocumentParser.parse(query)
            let errors = Validator.errors(in: document, schema)
            guard errors.isEmpty, let operation = document.operations.first else {
                return .failure(VariableErrors(errors: errors))
            }
            return .success((document, operation))
        } catch {
            return .failure(VariableErrors(errors: [.syntax(error)]))
        }
    }

    /// Executes the lines from one place of the order to another.
    ///
    /// - Returns: the bytes of result and how many lines were executed.
    func execute(from start: Int, to stop: Int) -> (bytes: [UInt8], executed: Int) {
        var writer = JSONWriter(escapesSlashes: true)
        var executed = 0
        data.withUnsafeBytes { bytes in
            for index in order[start..<stop] where !unexecuted.contains(index) {
                let number = isShuffled ? (index + 1) % lineCount : index
                let answer = answer(UnsafeRawBufferPointer(rebasing: bytes[lines[index]]), number: number)
                executed += 1
                guard !missing.contains(index) else { continue }
                for _ in 0..<(doubled.contains(index) ? 2 : 1) {
                    writer.write(answer)
                    writer.lineBreak()
                }
            }
        }
        return (writer.bytes, executed)
    }

    private func answer(_ line: UnsafeRawBufferPointer, number: Int) -> JSON {
        func failure(_ errors: [GraphQLError]) -> JSON {
            ["errors": .array(errors.map(\.json)), "__lineNumber": .int(number)]
        }
        let variables: JSON
        do {
            variables = try JSONParser.parse(line)
        } catch {
            return failure([GraphQLError(message: "Invalid JSON: unexpected token at '\(error.found)'")])
        }
        guard let variables = variables.object else {
            return failure([GraphQLError(message: "Invalid JSON: a line must be an object of variables")])
        }
        let document: Document
        let operation: Operation
        switch plan {
        case .failure(let errors): return failure(errors.errors)
        case .success(let planned): (document, operation) = planned
        }
        switch VariableCoercion(schema: call.schema).values(for: operation, variables) {
        case .failure(let errors):
            return failure(errors.errors)
        case .success(let values):
            var executor = Executor(schema: call.schema, document: document, operation: operation, variables: values)
            let data = executor.run(on: MutationRoot(call: call))
            var result: JSONObject = ["data": data]
            if !executor.errors.isEmpty { result.append("errors", .array(executor.errors.map(\.json))) }
            result.append("__lineNumber", .int(number))
            return .object(result)
        }
    }
}
