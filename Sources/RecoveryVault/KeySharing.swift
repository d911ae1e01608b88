public import RecoveryCrypto

/// A key, divided among people (Docs/Specs/vault.md §4.8).
public enum KeySharing {
    /// Divides a key: one share for each recipient, in their order.
    ///
    /// Returns `nil` for a number of recipients or a threshold out of bounds, for version 0, and for a recipient to whom
    /// nothing can be sealed.
    public static func shares(
        of key: borrowing SecretKey,
        tenant: TenantID,
        role: KeyRole,
        version: UInt32,
        threshold: Int,
        recipients: [[UInt8]]
    ) -> [KeyShare]? {
        guard SecretPolynomial.shareCounts.contains(recipients.count),
            SecretPolynomial.shareCounts.contains(threshold), threshold <= recipients.count
        else { return nil }
        let polynomial = SecretPolynomial(hiding: key, threshold: threshold)
        let check = KeyCheckValue(of: key)
        let set = Random.bytes(16)
        var shares: [KeyShare] = []
        for (index, recipient) in zip(1..., recipients) {
            let label = KeyShareLabel(
                tenant: tenant,
                role: role,
                version: version,
                checkValue: check,
                set: set,
                threshold: threshold,
                count: recipients.count,
                index: index,
                recipient: recipient
            )
            guard let label,
                let share = KeyShare(sealing: polynomial.share(at: UInt8(index)), label: label)
            else { return nil }
            shares.append(share)
        }
        return shares
    }

    /// Why shares give no key.
    public enum Refusal: Error, Sendable, Hashable {
        /// The share at this place of the list is no use.
        case share(Int, KeyShareError)
        /// The share at this place is of another key than the first: in what it differs.
        case foreign(Int, String)
        /// The share at the second place is the one at the first.
        case duplicate(Int, of: Int)
        case tooFew(given: Int, needed: Int)
        /// All are of one set, and what they give is not the key: one of them was not dealt by the ceremony.
        case wrongKey(expected: KeyCheckValue, found: KeyCheckValue)
    }

    /// Puts a key together of shares that are all sealed to `reader`, and proves it by its check value. Of more shares
    /// than are needed every one must fit.
    public static func key(
        of shares: [KeyShare],
        openedWith reader: X25519.PrivateKey
    ) throws(Refusal) -> SecretKey {
        guard let first = shares.first?.label else { throw .tooFew(given: 0, needed: 2) }
        var opened: [SecretShare] = []
        for (place, share) in shares.enumerated() {
            if let difference = share.label.difference(from: first) { throw .foreign(place, difference) }
            if let before = shares[..<place].firstIndex(where: { $0.label.index == share.label.index }) {
                throw .duplicate(place, of: before)
            }
            do throws(KeyShareError) {
                opened.append(try share.open(with: reader))
            } catch {
                throw .share(place, error)
            }
        }
        guard opened.count >= first.threshold else {
            throw .tooFew(given: opened.count, needed: first.threshold)
        }
        guard let key = SecretShare.secret(of: opened) else { throw .share(0, .format) }
        let found = KeyCheckValue(of: key)
        guard found == first.checkValue else { throw .wrongKey(expected: first.checkValue, found: found) }
        return key
    }
}
