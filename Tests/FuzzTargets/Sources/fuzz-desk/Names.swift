import AccountRecovery
import FuzzDriver
import RecoveryCrypto

/// Names that people type or files hold: of a case, of a member of staff, of a person; and the encodings below them.
enum Names {
    static let target = Target("names") { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        if let name = CaseID(text) {
            law(name.text.utf8.count == text.utf8.count, "a case has the letters that were typed")
            law(text.utf8.allSatisfy { $0 < 0x80 }, "a case is named in ASCII")
            law(CaseID(name.text) == name, "a case's name names it")
        }
        if let name = StaffName(text) {
            law(name.text.utf8.elementsEqual(text.utf8), "a member of staff is called as written")
            law(!text.utf8.contains(0x2f) && !text.utf8.contains(0), "and can be the name of a file")
        }
        if let name = Pseudonym(text) { law(name.text.utf8.elementsEqual(text.utf8), "a person has one name") }
        if let decoded = Base64.decode(text) {
            law(Base64.encode(decoded).utf8.elementsEqual(text.utf8), "base64 has one spelling")
        }
        if let decoded = Base64.decodeURL(text) {
            law(Base64.encodeURL(decoded).utf8.elementsEqual(text.utf8), "base64url has one spelling")
        }
        if let decoded = [UInt8](hexadecimal: text) {
            law(decoded.hexadecimal.utf8.elementsEqual(text.utf8), "hexadecimal has one spelling")
        }
    }
}
