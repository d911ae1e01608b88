/// Pairs slots with tokens, each at most once, as many pairs as there can be.
///
/// Augmenting paths (Kuhn): exact, where taking the first token that fits is not. Slots and tokens are tried in order,
/// so the answer is the same on every machine.
struct Matching {
    /// For each slot the token it got, or `nil`.
    let tokens: [Int?]

    var isComplete: Bool { !tokens.contains(nil) }

    /// - Complexity: O(slots² · tokens) calls of `fits`.
    init(slots: Int, tokens: Int, fits: (_ slot: Int, _ token: Int) -> Bool) {
        var slotOf = [Int?](repeating: nil, count: tokens)
        var tokenOf = [Int?](repeating: nil, count: slots)

        func place(_ slot: Int, _ tried: inout Set<Int>) -> Bool {
            for token in 0..<tokens where fits(slot, token) && tried.insert(token).inserted {
                if let holder = slotOf[token], !place(holder, &tried) { continue }
                slotOf[token] = slot
                tokenOf[slot] = token
                return true
            }
            return false
        }

        for slot in 0..<slots {
            var tried: Set<Int> = []
            _ = place(slot, &tried)
        }
        self.tokens = tokenOf
    }
}
