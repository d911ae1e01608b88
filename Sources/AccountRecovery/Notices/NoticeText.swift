public import RecoveryCrypto

/// What customers are written, in the languages that we have. Calm, without blame, and without a link: a link in
/// such a message is what a thief would send.
enum NoticeText {
    /// The occasions of notices. The raw value is the `kind` in the log.
    enum About: String, Sendable, CaseIterable {
        case unlocked
        case factorReset = "factor_reset"
        case factorBound = "factor_bound"
        case codesReplaced = "codes_replaced"
        case contactChanged = "contact_changed"
        case frozen
        case unfrozen
        case erased
        case revoked
        case refused
    }

    enum Language: Sendable {
        case english, simplifiedChinese

        /// English unless the tag is one of Chinese in simplified letters.
        init(tag: String) {
            let tag = tag.lowercased()
            let traditional = ["zh-tw", "zh-hk", "zh-mo", "zh-hant"].contains(where: tag.hasPrefix)
            self = tag.hasPrefix("zh") && !traditional ? .simplifiedChinese : .english
        }
    }

    /// Returns the subject line and the text.
    static func notice(
        _ about: About,
        case name: CaseID,
        holds: [(scopes: [String], until: UnixTime)],
        in language: Language
    ) -> (subject: String, body: String) {
        let words = sentence(about, language)
        let until = holds.map { held($0.scopes, $0.until, language) }.joined()
        switch language {
        case .english:
            return (
                "Your account: \(words.short)",
                """
                \(words.long)
                \(until)Case: \(name.text)

                If this was not you, object at once: tell support "I object to case \(name.text)", by any channel you \
                know to be ours. We then lock the account again.
                Nobody from support ever asks you for a code outside case \(name.text), or for a password.

                """
            )
        case .simplifiedChinese:
            return (
                "您的账户：\(words.short)",
                """
                \(words.long)
                \(until)案件：\(name.text)

                如果这不是您本人的操作，请立即提出异议：通过您确认属于我们的任一渠道告知客服“我对案件 \(name.text) 有异议”。我们会重新锁定账户。
                客服绝不会在案件 \(name.text) 之外向您索要验证码，也绝不会索要密码。

                """
            )
        }
    }

    /// Returns the subject line and the text around a code. The code itself is added by whoever holds it.
    static func code(case name: CaseID, minutes: Int64, in language: Language) -> (
        subject: String, before: String, after: String
    ) {
        switch language {
        case .english:
            (
                "Your code for case \(name.text)",
                "Your code is: ",
                """


                Give it only to the person or the form you contacted yourself about case \(name.text). It is valid for \
                \(minutes) minutes. If you contacted nobody, tell support "I object to case \(name.text)".

                """
            )
        case .simplifiedChinese:
            (
                "案件 \(name.text) 的验证码",
                "您的验证码：",
                """


                请仅提供给您本人就案件 \(name.text) 主动联系的人员或页面。有效期 \(minutes) 分钟。如果您没有联系过任何人，请告知客服“我对案件 \(name.text) 有异议”。

                """
            )
        }
    }

    private static func sentence(_ about: About, _ language: Language) -> (short: String, long: String) {
        switch (language, about) {
        case (.english, .unlocked): ("unlocked", "Your account was unlocked.")
        case (.english, .factorReset):
            ("second factor reset", "Your second factor, your saved codes and all sessions were ended.")
        case (.english, .factorBound): ("new second factor", "A new second factor was bound to your account.")
        case (.english, .codesReplaced): ("new saved codes", "Your saved codes were replaced. The old ones are dead.")
        case (.english, .contactChanged): ("contact changed", "A contact address of your account was changed.")
        case (.english, .frozen): ("frozen", "Your account was frozen.")
        case (.english, .unfrozen): ("no longer frozen", "Your account is no longer frozen.")
        case (.english, .erased): ("erased", "Your personal data was erased.")
        case (.english, .revoked): ("locked again", "A recovery was taken back. Your account is locked again.")
        case (.english, .refused): ("request refused", "A request to recover your account was refused.")
        case (.simplifiedChinese, .unlocked): ("已解锁", "您的账户已解锁。")
        case (.simplifiedChinese, .factorReset): ("第二重验证已重置", "您的第二重验证、备用验证码和所有登录会话均已失效。")
        case (.simplifiedChinese, .factorBound): ("已绑定新的第二重验证", "您的账户已绑定新的第二重验证。")
        case (.simplifiedChinese, .codesReplaced): ("备用验证码已更换", "您的备用验证码已更换，旧的全部失效。")
        case (.simplifiedChinese, .contactChanged): ("联系方式已变更", "您账户的一项联系方式已变更。")
        case (.simplifiedChinese, .frozen): ("已冻结", "您的账户已冻结。")
        case (.simplifiedChinese, .unfrozen): ("已解冻", "您的账户已解冻。")
        case (.simplifiedChinese, .erased): ("已删除", "您的个人资料已删除。")
        case (.simplifiedChinese, .revoked): ("已重新锁定", "一次账户恢复已被撤回，您的账户已重新锁定。")
        case (.simplifiedChinese, .refused): ("申请未通过", "一次恢复您账户的申请未通过。")
        }
    }

    private static func held(_ scopes: [String], _ until: UnixTime, _ language: Language) -> String {
        let names = scopes.joined(separator: ", ")
        switch language {
        case .english: return "On hold until \(until.utc): \(names). Nobody can shorten this, our staff included.\n"
        case .simplifiedChinese: return "以下操作暂停至 \(until.utc)：\(names)。任何人（包括我们的员工）都无法缩短。\n"
        }
    }
}

extension UnixTime {
    /// The moment as people read it, such as `2026-03-01 14:32 UTC`.
    public var utc: String {
        timestamp.dropLast(4).replacing("T", with: " ") + " UTC"
    }
}
