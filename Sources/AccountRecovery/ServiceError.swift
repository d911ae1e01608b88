/// Why the service refused, in terms that a caller may know.
///
/// Errors of the layers below end here. Their text goes to the operator, not to the caller: "no such case" and "not
/// your case" look alike from outside, and a wrong code, an unknown account and a used code are all a failed check,
/// which is an answer and not an error.
public enum ServiceError: Error, Sendable, Hashable {
    /// There is no such thing, or the caller may not know of it.
    case notFound
    /// The caller's role may not do this, or not in this case. What is asked for, in words.
    case notAllowed(String)
    /// The case is not in a state where this can happen.
    case wrongState(CaseState)
    /// The claim cannot be read, so it was not compared and no attempt was spent. Which field, and why.
    case invalidClaim(field: String, reason: String)
    /// What was handed in is not of the form that is asked for. What, and the cure.
    case invalidInput(String)
    /// Lines of an import that cannot be read. Nothing was stored.
    case unreadable([ImportRefusal])
    /// A code outside of any case was wrong, or used, or there is no such account.
    case checkFailed
    /// Too many attempts. Seconds until the next one is heard; `nil` where no waiting helps.
    case limited(retryAfter: Int64?)
    /// The statement was signed for something else than what stands in the case now.
    case conflict(String)
    /// Already there.
    case exists(String)
    /// A directory or courier did not answer, and it is not known what it did.
    case outcomeUnknown(String)
    /// The keys are not those the data was sealed with: nothing is read or written before they are.
    case sealed(String)
    /// The store. Nothing was changed.
    case store(StoreError)
    /// Ours. Nothing was changed.
    case fault(String)
}
