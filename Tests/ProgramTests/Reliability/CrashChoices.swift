/// Which of the many states after a crash are looked at: those that have broken databases before, and some at random.
struct CrashChoices: Sendable {
    /// Random subsets at each moment before or after something that matters.
    let drawsAtTurns: Int
    /// The same at every other moment.
    let draws: Int
    let seed: UInt64
    /// Of how many of the newest pending things each is dropped, or is the last that arrived.
    var reach = 100
    /// Looks at every so many turns only, and at no other moment. `nil`: at every moment.
    var everyTurn: Int?

    /// The choices at the moment before change `point`: in round 0 those that are made by rule, in every round as many
    /// again at random.
    ///
    /// - Parameter isTurn: Whether the next change is a sync, or the last one an answer. Between two turns the things that
    ///   are pending only become more, so that most of what could be lost earlier can still be lost then.
    func all(_ disk: DiskModel, point: Int, isTurn: Bool, round: Int) -> [CrashChoice] {
        var dice = CrashDice(seed: seed &+ UInt64(point) &+ UInt64(round) << 32)
        let drawn = (0..<(isTurn ? drawsAtTurns : draws)).map { _ in draw(disk, &dice) }
        guard round == 0 else { return drawn }
        var choices: [CrashChoice] = []
        for data in [true, false] {
            for names in [true, false] { choices.append(CrashChoice(disk, data: data, names: names)) }
        }
        var grown = CrashChoice(disk, data: false, names: true)
        grown.keepsSizes = true
        choices.append(grown)
        if isTurn { choices += prefixes(of: disk) + drops(of: disk) }
        return choices + tornEnds(of: disk) + drawn
    }

    /// The first so many arrived, in the order of the program.
    private func prefixes(of disk: DiskModel) -> [CrashChoice] {
        var choices: [CrashChoice] = []
        for names in [true, false] {
            var choice = CrashChoice(disk, data: false, names: names)
            for index in disk.pendingData.indices {
                choice.data[index] = true
                guard index >= disk.pendingData.count - reach else { continue }
                choices.append(choice)
                choice.keepsSizes = true
                choices.append(choice)
                choice.keepsSizes = false
            }
        }
        for data in [true, false] {
            var choice = CrashChoice(disk, data: data, names: false)
            for index in disk.pendingNames.indices {
                choice.names[index] = true
                choices.append(choice)
            }
        }
        return choices
    }

    /// All arrived but one, or one alone.
    private func drops(of disk: DiskModel) -> [CrashChoice] {
        var choices: [CrashChoice] = []
        for isOthers in [true, false] {
            for index in disk.pendingData.indices.suffix(reach) {
                var choice = CrashChoice(disk, data: isOthers, names: true)
                choice.data[index].toggle()
                choices.append(choice)
            }
            for index in disk.pendingNames.indices {
                var choice = CrashChoice(disk, data: true, names: isOthers)
                choice.names[index].toggle()
                choices.append(choice)
            }
        }
        return choices
    }

    /// The last write is torn at each of its sectors, and either part of it arrived.
    private func tornEnds(of disk: DiskModel) -> [CrashChoice] {
        guard let index = disk.pendingData.indices.last else { return [] }
        return Self.cuts(of: disk.pendingData[index]).flatMap { cut, size in
            [0..<cut, cut..<size].map { part in
                var choice = CrashChoice(disk, data: true, names: true)
                choice.torn = (index, part)
                return choice
            }
        }
    }

    /// Each thing arrived or not, as the dice fall; one write is torn in every second draw.
    private func draw(_ disk: DiskModel, _ dice: inout CrashDice) -> CrashChoice {
        var choice = CrashChoice(disk, data: true, names: true)
        let chance = [25, 50, 75, 90].randomElement(using: &dice) ?? 50
        for index in choice.data.indices { choice.data[index] = dice.chance(chance) }
        for index in choice.names.indices { choice.names[index] = dice.chance(chance) }
        choice.keepsSizes = dice.chance(50)
        let arrived = choice.data.indices.filter { choice.data[$0] }
        guard dice.chance(50), let index = arrived.randomElement(using: &dice),
            let (cut, size) = Self.cuts(of: disk.pendingData[index]).randomElement(using: &dice)
        else { return choice }
        choice.torn = (index, dice.chance(50) ? 0..<cut : cut..<size)
        return choice
    }

    /// Bytes that a disk writes as one: where a write may be torn.
    private static let sector = 512

    private static func cuts(of change: DiskModel.DataChange) -> [(cut: Int, size: Int)] {
        guard case .write(let offset, let bytes) = change.what, !bytes.isEmpty else { return [] }
        let first = (offset / sector + 1) * sector
        return stride(from: first, to: offset + bytes.count, by: sector).map { ($0 - offset, bytes.count) }
    }
}

/// SplitMix64: the same states on every machine, and each from its seed alone.
struct CrashDice: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}
