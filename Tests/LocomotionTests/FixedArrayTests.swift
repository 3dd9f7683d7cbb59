import Foundation
import Testing

@testable import Locomotion

@Suite struct FixedArrayTests {
  @Test func codable_anyElements_comeBack() throws {
    var array = FixedArray<3, Int>(repeating: 7)
    array[1] = -2
    let data = try JSONEncoder().encode(array)
    #expect(String(decoding: data, as: UTF8.self) == "[7,-2,7]")
    #expect(try JSONDecoder().decode(FixedArray<3, Int>.self, from: data) == array)
    #expect(array != FixedArray(repeating: 7))
  }

  @Test(arguments: ["[]", "[1,2]", "[1,2,3,4]", "[1,2,\"3\"]"])
  func decode_otherElements_areRefused(text: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(FixedArray<3, Int>.self, from: Data(text.utf8))
    }
  }
}
