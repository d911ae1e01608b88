import Foundation
import FuzzDriver
import RecoveryCrypto

/// The response of an authority for time stamps, and the certificates of authorities.
enum TokenBytes {
    private struct Vector: Decodable {
        let authority, text: String
        let time: Int64
    }

    private static let vector = (try? Data(contentsOf: URL(fileURLWithPath: path)))
        .flatMap { try? JSONDecoder().decode(Vector.self, from: $0) }
    private static let path = "Tests/Vectors/audit-log/ours-time-stamp.json"
    private static let authorities = vector.flatMap { TimeStampAuthorities(pem: Array($0.authority.utf8)) }

    static let target = Target("time-stamp") { bytes in
        _ = TimeStampAuthorities(pem: bytes)
        law(vector != nil && authorities != nil, "the authority is there")
        guard let vector, let authorities, let response = TimeStampResponse(parsing: bytes) else { return }
        law(bytes.count <= TimeStampResponse.maximumSize, "what is too long is not read")
        let now = UnixTime(seconds: vector.time)
        guard let stamp = try? TimeStamp(verifying: bytes, of: response.imprint, under: authorities, now: now) else {
            return
        }
        law(stamp.time == now, "nothing is verified of another time than the authority's")
        law(stamp.imprint == SHA256.digest(of: Array(vector.text.utf8)), "nothing is verified of another text")
    }
}
