extension Ledger {
    /// Releases a claim on the way out of a failure, also in a task that was cancelled, in which a ledger would refuse to write.
    ///
    /// What fails is left to the end of the process, or to the claim's lease.
    public func letGo(of claim: Claim) async {
        await Task { try? await release(claim) }.value
    }
}
