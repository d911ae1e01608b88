@testable import AccountRecovery

/// What a command may do that found no room on the disk.
enum FullDisk {
    /// Either it says that the disk is full, or that a file could not be made, and told nothing else; or it did without
    /// what there was no room for.
    static func breaches(_ broken: Trial.Broken, of act: Act, _ trial: Trial, _ look: Look) -> [Breach] {
        let answer = broken.ending.answer
        var breaches: [Breach] = []
        let isFull = answer.code == 19 && answer.stdout.isEmpty && answer.stderr.contains("[storage-full]")
        // A courier or a directory that had no room did not answer, and is asked again.
        let isUnknown = answer.code == 15 && answer.stdout.isEmpty && answer.stderr.contains("[outcome-unknown]")
        // SQLite does not tell why a file could not be made, only that: it is named as a fault of the disk.
        let isClosed = answer.code == 74 && answer.stdout.isEmpty && answer.stderr.contains("SQLite 14: ")
        if broken.ending.signal != nil || !(isFull || isClosed || isUnknown || answer.code == act.code) {
            breaches.append(.ended(code: answer.code, said: answer.stderr))
        }
        // Whoever is told that the disk is full asks again, and must not have it done twice.
        if isFull || isClosed, broken.isDone {
            breaches.append(.ended(code: answer.code, said: "done; " + answer.stderr))
        }
        // A plan that was announced and not carried out has a name, and is gone on with.
        let isUnderWay = look.cases.contains { $0.state == .restoring }
        if !isUnderWay, look.standing != trial.before.standing, look.standing != trial.whole.look.standing {
            breaches.append(.halfDone(look.standing))
        }
        return breaches
    }
}
