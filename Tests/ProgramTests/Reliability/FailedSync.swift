/// What a command must do after a sync failed: end, sync that file no more, and have said nothing.
enum FailedSync {
    static func breaches(_ broken: Trial.Broken, of act: Act) -> [Breach] {
        guard let index = broken.calls.firstIndex(where: \.isBroken) else { return [] }
        let failed = broken.calls[index]
        let answer = broken.ending.answer
        // The letters are another system's: it says that it failed, and the letter is written anew under another name.
        if failed.isOfCourier, answer.code == act.code || answer.code == 15 { return [] }
        // SQLite syncs the folder of its write-ahead log and goes on whatever comes of it. The store did so before.
        let wasSynced = broken.calls[..<index].contains { $0.isSync && $0.path == failed.path }
        if failed.isOfFolder, wasSynced { return [] }
        var breaches: [Breach] = []
        if broken.calls[(index + 1)...].contains(where: { $0.isSync && $0.path == failed.path }) {
            breaches.append(.retriedSync(failed.path))
        }
        if broken.ending.signal == nil, answer.code == act.code {
            breaches.append(.wentOnAfterFailedSync(failed.path))
        } else if answer.code != 74 || !answer.stdout.isEmpty || !answer.stderr.contains("[input-output]") {
            breaches.append(.ended(code: answer.code, said: answer.stderr))
        }
        return breaches
    }
}
