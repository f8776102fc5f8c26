public import Ledgers

extension CreationOutcome {
    /// What the answer means for the card in the ledger, compared with the one that was asked for.
    ///
    /// "Taken" says only that some card has the code: whose, a look-up must tell. "Denied" says nothing about the card but that it
    /// was not made by this call: it is sent again once the app may.
    public func outcome(for expected: ExpectedCard) -> CardOutcome {
        switch self {
        case .created(let card): expected.outcome(of: card)
        case .refused(let errors): .refused(errors.map { "\($0)" }.joined(separator: "; "))
        case .taken: .unknown(.taken, "the shop has a card with this code already; whose it is, is being looked up")
        case .unknown(let reason): .unknown(.unanswered, reason)
        case .denied(let reason): .unknown(.unanswered, reason)
        }
    }
}
