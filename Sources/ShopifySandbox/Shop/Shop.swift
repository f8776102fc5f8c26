import Foundation
import Logging

/// The shop: one caller at a time, each call whole.
actor Shop {
    let configuration: SandboxConfiguration
    let store: Store
    let logger: Logger
    private var runs: [Int: BulkRun] = [:]
    /// Whom to wake when an operation is cancelled.
    private var cancellations: [Int: AsyncStream<Void>.Continuation] = [:]
    private let submit: AsyncStream<Int>.Continuation
    /// The numbers of the bulk operations to be run.
    nonisolated let submissions: AsyncStream<Int>

    init(_ configuration: SandboxConfiguration, logger: Logger) throws {
        self.configuration = configuration
        self.logger = logger
        store = try Store(configuration)
        (submissions, submit) = AsyncStream.makeStream(of: Int.self)
        for number in store.operationNumbers where store.operations[number]?.status.isUnderWay == true {
            submit.yield(number)
        }
    }

    func cards() -> [SandboxCard] { store.cardNumbers.compactMap { store.cards[$0]?.view } }

    func operations() -> [SandboxOperation] { store.operationNumbers.compactMap { store.operations[$0]?.view } }

    func faults() -> JSON { store.faults.json }

    func inject(_ faults: [SandboxFault]) {
        for fault in faults { store.add(fault) }
        save()
    }

    func clearFaults() {
        store.faults.clear()
        save()
    }

    func advanceClock(by seconds: TimeInterval) {
        store.advanceClock(by: seconds)
        save()
    }

    /// Writes what changed.
    ///
    /// A change that cannot be written is still in force, and said in the log.
    func save() {
        do {
            try store.save()
        } catch {
            logger.error("state not written", metadata: ["error": "\(error)"])
        }
    }

    func submitted(_ numbers: [Int]) {
        for number in numbers { submit.yield(number) }
    }

    func canceled(_ numbers: [Int]) {
        for number in numbers { cancellations[number]?.finish() }
    }

    func removeTemporaryFiles() {
        if configuration.statePath == nil { store.files.remove() }
    }

    // MARK: Bulk operations

    /// Loads an operation's file.
    ///
    /// - Returns: how many lines are to be done, and how long it should take; nil if there is nothing to run.
    func prepare(_ number: Int) -> (lines: Int, seconds: Double)? {
        guard var operation = store.operations[number], operation.status.isUnderWay,
            let upload = store.uploads[operation.uploadKey], let data = store.files.read(upload.fileName)
        else { return nil }
        let call = Call(store: store, version: operation.version, base: "")
        let run = BulkRun(operation, data: data, call: call)
        runs[number] = run
        operation.lineCount = run.lineCount
        store.keep(operation)
        save()
        let seconds =
            configuration.operationSeconds + configuration.secondsPerLine * Double(run.end)
            + (operation.fault(.operationSlow).map { $0.seconds ?? 10 } ?? 0)
        return (run.end, seconds)
    }

    func setRunning(_ number: Int) {
        guard var operation = store.operations[number], operation.status == .created else { return }
        operation.status = .running
        store.keep(operation)
        save()
    }

    /// Ends when the operation is cancelled, at once when it is.
    func cancellation(of number: Int) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        if store.operations[number]?.status == .canceling { continuation.finish() }
        cancellations[number] = continuation
        return stream
    }

    /// The operation's fault of a kind.
    func fault(_ kind: SandboxFault.Kind, of number: Int) -> SandboxFault? { store.operations[number]?.fault(kind) }

    /// Executes some more lines; those that were given out when the operation was cancelled too, and no other then.
    ///
    /// - Returns: whether there are lines left.
    func execute(_ number: Int, lines: Int) -> Bool {
        guard var operation = store.operations[number], let run = runs[number] else { return false }
        let isCanceled = operation.status == .canceling
        if isCanceled, operation.fault(.cancelLate) != nil { return false }
        let stop = min(run.end, operation.position + lines)
        guard operation.position < stop else { return false }
        let (bytes, executed) = run.execute(from: operation.position, to: stop)
        do {
            try store.files.write(bytes, to: operation.resultName, at: operation.resultBytes)
        } catch {
            logger.error("result not written", metadata: ["error": "\(error)"])
        }
        operation.position = stop
        operation.objectCount += executed
        operation.resultBytes += bytes.count
        store.keep(operation)
        save()
        return stop < run.end && !isCanceled
    }

    /// Executes the lines that an ended operation has left: cards are made of them, and no result tells of it.
    func executeRest(_ number: Int) {
        guard var operation = store.operations[number], let run = runs.removeValue(forKey: number),
            operation.position < run.end
        else { return }
        operation.objectCount += run.execute(from: operation.position, to: run.end).executed
        operation.position = run.end
        store.keep(operation)
        save()
    }

    func finish(_ number: Int) {
        guard var operation = store.operations[number], operation.status.isUnderWay else { return }
        let run = runs[number]
        if operation.fault(.cancelLate) == nil { runs[number] = nil }
        cancellations[number] = nil
        let hasData = operation.resultBytes > 0
        func end(_ status: BulkOperationRecord.Status, _ result: BulkOperationRecord.Result, _ errorCode: String? = nil)
        {
            operation.status = status
            operation.result = hasData || result == .whole ? result : .none
            operation.errorCode = errorCode
        }
        if operation.status == .canceling || operation.fault(.operationCanceled) != nil {
            // All of it done: the whole result; a part: partial data; nothing: neither. `completedAt` stays null.
            end(.canceled, operation.position == run?.lineCount ? .whole : .partial)
        } else if operation.fault(.operationFailed) != nil {
            end(.failed, .partial, operation.fault(.operationFailed)?.text ?? "INTERNAL_SERVER_ERROR")
        } else if operation.fault(.operationFailedNoData) != nil || run == nil {
            end(.failed, .none, operation.fault(.operationFailedNoData)?.text ?? "INTERNAL_SERVER_ERROR")
        } else if operation.fault(.operationTimeout) != nil {
            end(.failed, .partial, "TIMEOUT")
        } else if operation.fault(.operationExpired) != nil {
            end(.expired, .none)
        } else {
            end(.completed, .whole)
        }
        if operation.fault(.truncatedResult) != nil { truncateResult(of: &operation) }
        if operation.status != .canceled {
            operation.completedAt = store.now
            if operation.result == .whole { operation.fileSize = operation.resultBytes }
        }
        store.keep(operation)
        save()
        logger.debug(
            "bulk operation ended",
            metadata: ["operation": "\(operation.id)", "status": "\(operation.status.rawValue)"]
        )
    }

    private func truncateResult(of operation: inout BulkOperationRecord) {
        guard let data = store.files.read(operation.resultName), data.count > 1 else { return }
        let start = data.dropLast().lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        operation.resultBytes = start + (data.count - start) / 2
        try? store.files.write([], to: operation.resultName, at: operation.resultBytes)
    }
}
