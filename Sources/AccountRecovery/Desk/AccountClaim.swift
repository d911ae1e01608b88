/// By what a caller says an account can be found. Personal data: it is normalised, looked up, and forgotten.
///
/// What nobody has, and what several have, is answered as a stranger's reference is: with a case that fails
/// (`Docs/Decisions/0017-a-look-up-opens-a-case-and-says-nothing.md`).
public enum AccountClaim: Sendable {
    /// The name by which the directory knows the account.
    case reference(SecretText)
    case email(SecretText)
    /// The country is where a number without country code is dialled: ISO 3166, such as `GB`.
    case phone(SecretText, country: String?)

    var field: PersonField {
        switch self {
        case .reference: .account
        case .email: .email
        case .phone: .phone
        }
    }

    var text: SecretText {
        switch self {
        case .reference(let text), .email(let text), .phone(let text, _): text
        }
    }
}
