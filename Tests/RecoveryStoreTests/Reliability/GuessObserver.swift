import AccountRecovery

/// What is seen of guesses from outside the service, per case: how many were compared, and what was answered.
actor GuessObserver {
    private(set) var compared: [CaseID: Int] = [:]
    /// The numbers of attempts left that were told.
    private(set) var told: [CaseID: [Int]] = [:]
    private(set) var limited: [CaseID: Int] = [:]

    func noteComparison(in name: CaseID) { compared[name, default: 0] += 1 }
    func noteAnswer(_ left: Int, in name: CaseID) { told[name, default: []].append(left) }
    func noteLimit(in name: CaseID) { limited[name, default: 0] += 1 }

    /// Cases in which more was compared than `limit` allows.
    func exceeded(_ limit: Int) -> [CaseID] {
        compared.filter { $0.value > limit }.map(\.key)
    }

    /// Cases in which one attempt was given to two guesses.
    var givenTwice: [CaseID] {
        told.filter { Set($0.value).count < $0.value.count }.map(\.key)
    }
}
