/// The faults in force.
///
/// Each is taken as often as its count says, then it is gone.
struct FaultBoard: Sendable {
    struct Entry: Sendable {
        var fault: SandboxFault
        /// The number from which cards are new to the fault; for `search-lag`.
        var firstCard: Int
    }

    private(set) var entries: [Entry] = []
    private(set) var hasChanged = false

    mutating func add(_ fault: SandboxFault, firstCard: Int) {
        entries.append(Entry(fault: fault, firstCard: firstCard))
        hasChanged = true
    }

    mutating func clear() {
        entries = []
        hasChanged = true
    }

    /// The first fault of a kind, with one of its count used up.
    ///
    /// `roots` are the root fields of the call: a fault with a root is taken only by a call that has it.
    mutating func take(_ kind: SandboxFault.Kind, roots: [String] = []) -> SandboxFault? {
        takeEntry(kind, roots: roots)?.fault
    }

    mutating func takeEntry(_ kind: SandboxFault.Kind, roots: [String] = []) -> Entry? {
        guard
            let index = entries.firstIndex(where: { entry in
                entry.fault.kind == kind && (entry.fault.root.map(roots.contains) ?? true)
            })
        else { return nil }
        hasChanged = true
        if entries[index].fault.skip > 0 {
            entries[index].fault.skip -= 1
            return nil
        }
        let entry = entries[index]
        entries[index].fault.count -= 1
        if entries[index].fault.count <= 0 { entries.remove(at: index) }
        return entry
    }

    /// The first fault of a kind, nothing used up.
    func entry(_ kind: SandboxFault.Kind) -> Entry? { entries.first { $0.fault.kind == kind } }

    /// Whether anything changed since the last call.
    mutating func takeChange() -> Bool {
        defer { hasChanged = false }
        return hasChanged
    }

    var json: JSON {
        .array(
            entries.map { entry in
                var object = entry.fault.json.object ?? JSONObject()
                object.append("firstCard", .int(entry.firstCard))
                return .object(object)
            }
        )
    }

    init() {}

    /// Reads what `json` wrote; what is no fault is left out.
    init(_ json: JSON) {
        for value in json.array ?? [] {
            var object = value.object ?? JSONObject()
            let firstCard = object["firstCard"]?.int ?? 0
            object["firstCard"] = nil
            if let fault = try? SandboxFault(.object(object)) {
                entries.append(Entry(fault: fault, firstCard: firstCard))
            }
        }
    }
}
