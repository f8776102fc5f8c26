import Ledgers

extension Console {
    private static let mostEntries = 200

    func auditPage(_ call: Call, _ visitor: Visitor) async throws -> Reply {
        let everything = call.query["all"] == "1"
        let entries = try await ledger.read {
            try $0.recentAudit(byPeopleOnly: !everything, limit: Self.mostEntries)
        }
        var view: View = ["audit": entries.map { Self.auditView($0, withRun: true) }, "isEmpty": entries.isEmpty]
        view["everything"] = everything
        view["count"] = "\(Self.mostEntries)"
        return page("Audit trail", "audit", view, visitor, place: "audit")
    }

    static func auditView(_ entry: AuditEntry, withRun: Bool) -> View {
        var view: View = ["at": entry.at.momentView, "event": entry.event, "detail": entry.detail]
        view["who"] = entry.who ?? "Dropline"
        if withRun, let run = entry.run { view["run"] = ["number": "\(run)"] as View }
        return view
    }
}
