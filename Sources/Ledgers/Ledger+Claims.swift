extension Ledger {
    /// Lends the claim of something, and lets go of it whatever comes of the body; `nil` when somebody else owns it.
    ///
    /// Throws what the body throws, and `LedgerError`.
    public func withClaim<Value>(_ key: ClaimKey, _ body: (Claim) async throws -> Value) async throws -> Value? {
        guard let claim = try await claim(key) else { return nil }
        let value: Value
        do {
            value = try await body(claim)
        } catch {
            await letGo(of: claim)
            throw error
        }
        try await release(claim)
        return value
    }

    /// Releases a claim on the way out of a failure, also in a task that was cancelled, in which a ledger would refuse to write.
    ///
    /// What fails is left to the end of the process, or to the claim's lease.
    public func letGo(of claim: Claim) async {
        await Task { try? await release(claim) }.value
    }
}
