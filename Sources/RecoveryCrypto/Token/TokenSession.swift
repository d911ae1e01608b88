import CPKCS11
import Glibc

/// A session with one token, logged in, and the one key in it. Everything is taken back when it ends.
@safe
struct TokenSession: ~Copyable {
    private let functions: CK_FUNCTION_LIST
    private let number: CK_SESSION_HANDLE
    private let key: CK_OBJECT_HANDLE
    /// Whether the module is ours to finalise: whoever initialised it before us still uses it.
    private let isInitialiser: Bool

    init?(_ cipher: TokenCipher, pin: borrowing SecretKey) {
        guard let functions = unsafe Self.functions(ofModule: cipher.module) else { return nil }
        var arguments = unsafe CK_C_INITIALIZE_ARGS()
        unsafe arguments.flags = CK_ULONG(CKF_OS_LOCKING_OK)
        let status = unsafe functions.C_Initialize?(&arguments)
        guard status == ok || status == CK_RV(CKR_CRYPTOKI_ALREADY_INITIALIZED) else { return nil }
        guard let slot = unsafe Self.slot(of: cipher.token, functions),
            let number = unsafe Self.logIn(slot, pin, functions)
        else {
            if status == ok { _ = unsafe functions.C_Finalize?(nil) }
            return nil
        }
        guard let key = unsafe Self.key(cipher.key, number, functions) else {
            unsafe Self.close(number, functions, isInitialiser: status == ok)
            return nil
        }
        unsafe self.functions = functions
        self.number = number
        self.key = key
        isInitialiser = status == ok
    }

    deinit {
        unsafe Self.close(number, functions, isInitialiser: isInitialiser)
    }

    private static func close(_ number: CK_SESSION_HANDLE, _ functions: CK_FUNCTION_LIST, isInitialiser: Bool) {
        _ = unsafe functions.C_Logout?(number)
        _ = unsafe functions.C_CloseSession?(number)
        if isInitialiser { _ = unsafe functions.C_Finalize?(nil) }
    }

    /// Never unloaded: a module may have left a thread or an exit handler behind.
    private static func functions(ofModule path: String) -> CK_FUNCTION_LIST? {
        guard let module = unsafe dlopen(path, RTLD_NOW | RTLD_LOCAL),
            let symbol = unsafe dlsym(module, "C_GetFunctionList")
        else { return nil }
        var list: UnsafeMutablePointer<CK_FUNCTION_LIST>?
        let call = unsafe unsafeBitCast(symbol, to: CK_C_GetFunctionList.self)
        guard unsafe call(&list) == ok, let list = unsafe list, unsafe list.pointee.version.major >= 2 else {
            return nil
        }
        return unsafe list.pointee
    }

    private static func slot(of token: TokenCipher.Mark, _ functions: CK_FUNCTION_LIST) -> CK_SLOT_ID? {
        var count: CK_ULONG = 0
        guard unsafe functions.C_GetSlotList?(1, nil, &count) == ok, count > 0, count < 4096 else { return nil }
        var slots = [CK_SLOT_ID](repeating: 0, count: Int(count))
        guard unsafe functions.C_GetSlotList?(1, &slots, &count) == ok, count <= slots.count else { return nil }
        let found = slots.prefix(Int(count)).filter { slot in
            var info = CK_TOKEN_INFO()
            guard unsafe functions.C_GetTokenInfo?(slot, &info) == ok else { return false }
            switch token {
            case .label(let label):
                return unsafe withUnsafeBytes(of: info.label) { unsafe isPadded($0, Array(label.utf8)) }
            case .identifier(let serial):
                return unsafe withUnsafeBytes(of: info.serialNumber) { unsafe isPadded($0, serial) }
            }
        }
        return found.count == 1 ? found[0] : nil
    }

    /// The standard fills fields up with spaces.
    private static func isPadded(_ field: UnsafeRawBufferPointer, _ text: [UInt8]) -> Bool {
        guard text.count <= field.count, !text.isEmpty else { return false }
        return unsafe field.elementsEqual(text + [UInt8](repeating: 0x20, count: field.count - text.count))
    }

    private static func logIn(
        _ slot: CK_SLOT_ID,
        _ pin: borrowing SecretKey,
        _ functions: CK_FUNCTION_LIST
    ) -> CK_SESSION_HANDLE? {
        var number: CK_SESSION_HANDLE = 0
        guard unsafe functions.C_OpenSession?(slot, CK_ULONG(CKF_SERIAL_SESSION), nil, nil, &number) == ok else {
            return nil
        }
        var pin = pin.copy()
        let status = unsafe pin.withUnsafeMutableBytes { pin in
            unsafe functions.C_Login?(
                number,
                CK_ULONG(CKU_USER),
                pin.baseAddress?.assumingMemoryBound(to: CK_BYTE.self),
                CK_ULONG(pin.count)
            )
        }
        guard status == ok || status == CK_RV(CKR_USER_ALREADY_LOGGED_IN) else {
            _ = unsafe functions.C_CloseSession?(number)
            return nil
        }
        return number
    }

    private static func key(
        _ mark: TokenCipher.Mark,
        _ number: CK_SESSION_HANDLE,
        _ functions: CK_FUNCTION_LIST
    ) -> CK_OBJECT_HANDLE? {
        var kind = CK_ULONG(CKO_SECRET_KEY)
        var type = CK_ULONG(CKK_AES)
        var (attribute, name) =
            switch mark {
            case .label(let label): (CK_ULONG(CKA_LABEL), Array(label.utf8))
            case .identifier(let identifier): (CK_ULONG(CKA_ID), identifier)
            }
        guard !name.isEmpty else { return nil }
        let size = CK_ULONG(MemoryLayout<CK_ULONG>.size)
        var found = [CK_OBJECT_HANDLE](repeating: 0, count: 2)
        var count: CK_ULONG = 0
        let status = unsafe name.withUnsafeMutableBytes { name in
            unsafe withUnsafeMutablePointer(to: &kind) { kind in
                unsafe withUnsafeMutablePointer(to: &type) { type in
                    var wanted = unsafe [
                        CK_ATTRIBUTE(type: CK_ULONG(CKA_CLASS), pValue: kind, ulValueLen: size),
                        CK_ATTRIBUTE(type: CK_ULONG(CKA_KEY_TYPE), pValue: type, ulValueLen: size),
                        CK_ATTRIBUTE(type: attribute, pValue: name.baseAddress, ulValueLen: CK_ULONG(name.count)),
                    ]
                    guard unsafe functions.C_FindObjectsInit?(number, &wanted, 3) == ok else { return false }
                    defer { _ = unsafe functions.C_FindObjectsFinal?(number) }
                    return unsafe functions.C_FindObjects?(number, &found, 2, &count) == ok
                }
            }
        }
        guard status, count == 1,
            unsafe flag(CK_ULONG(CKA_SENSITIVE), of: found[0], number, functions) == true,
            unsafe flag(CK_ULONG(CKA_EXTRACTABLE), of: found[0], number, functions) == false
        else { return nil }
        return found[0]
    }

    private static func flag(
        _ attribute: CK_ULONG,
        of key: CK_OBJECT_HANDLE,
        _ number: CK_SESSION_HANDLE,
        _ functions: CK_FUNCTION_LIST
    ) -> Bool? {
        var value: CK_BYTE = 0xff
        let status = unsafe withUnsafeMutablePointer(to: &value) { value in
            var wanted = unsafe CK_ATTRIBUTE(type: attribute, pValue: value, ulValueLen: 1)
            return unsafe functions.C_GetAttributeValue?(number, key, &wanted, 1)
        }
        return status == ok && value <= 1 ? value == 1 : nil
    }

    borrowing func open(_ box: [UInt8], nonce: [UInt8], associatedData: [UInt8]) -> SecretKey? {
        var box = box
        // Some modules want room for the tag as well.
        var count = CK_ULONG(box.count)
        var isOpen = false
        let plain = unsafe SecretKey(byteCount: box.count) { plain in
            isOpen = unsafe withMechanism(nonce, associatedData) { mechanism in
                unsafe functions.C_DecryptInit?(number, mechanism, key) == ok
                    && functions.C_Decrypt?(
                        number,
                        &box,
                        CK_ULONG(box.count),
                        plain.baseAddress?.assumingMemoryBound(to: CK_BYTE.self),
                        &count
                    ) == ok
            }
        }
        guard isOpen, count == box.count - TokenCipher.tagSize else { return nil }
        return plain.part(0..<Int(count))
    }

    /// Returns ciphertext and tag.
    borrowing func seal(_ secret: borrowing SecretKey, nonce: [UInt8], associatedData: [UInt8]) -> SecretKey? {
        var plain = secret.copy()
        let size = plain.byteCount + TokenCipher.tagSize
        var count = CK_ULONG(size)
        var isSealed = false
        let box = unsafe SecretKey(byteCount: size) { box in
            isSealed = unsafe plain.withUnsafeMutableBytes { plain in
                unsafe withMechanism(nonce, associatedData) { mechanism in
                    unsafe functions.C_EncryptInit?(number, mechanism, key) == ok
                        && functions.C_Encrypt?(
                            number,
                            plain.baseAddress?.assumingMemoryBound(to: CK_BYTE.self),
                            CK_ULONG(plain.count),
                            box.baseAddress?.assumingMemoryBound(to: CK_BYTE.self),
                            &count
                        ) == ok
                }
            }
        }
        guard isSealed, count == size else { return nil }
        return box
    }

    private borrowing func withMechanism(
        _ nonce: [UInt8],
        _ associatedData: [UInt8],
        _ body: (UnsafeMutablePointer<CK_MECHANISM>) -> Bool
    ) -> Bool {
        var (nonce, associatedData) = (nonce, associatedData)
        return unsafe nonce.withUnsafeMutableBufferPointer { nonce in
            unsafe associatedData.withUnsafeMutableBufferPointer { associated in
                var parameters = unsafe CK_GCM_PARAMS(
                    pIv: nonce.baseAddress,
                    ulIvLen: CK_ULONG(nonce.count),
                    ulIvBits: CK_ULONG(8 * nonce.count),
                    pAAD: associated.baseAddress,
                    ulAADLen: CK_ULONG(associated.count),
                    ulTagBits: CK_ULONG(8 * TokenCipher.tagSize)
                )
                return unsafe withUnsafeMutablePointer(to: &parameters) { parameters in
                    var mechanism = unsafe CK_MECHANISM(
                        mechanism: CK_ULONG(CKM_AES_GCM),
                        pParameter: parameters,
                        ulParameterLen: CK_ULONG(MemoryLayout<CK_GCM_PARAMS>.size)
                    )
                    return unsafe body(&mechanism)
                }
            }
        }
    }
}

private let ok = CK_RV(CKR_OK)
