// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Which parser: `SOPWRIGHT_FUZZ`. An unknown name lists them.
private let target: FuzzTarget = {
  guard let value = getenv("SOPWRIGHT_FUZZ"), let target = FuzzTarget.named(String(cString: value)) else {
    print(FuzzTarget.all.map { $0.name }.joined(separator: "\n"))
    exit(64)
  }
  return target
}()

/// What libFuzzer calls, again and again. What a parser refuses, it refuses by throwing.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do { try target.run(Array(UnsafeBufferPointer(start: bytes, count: count))) } catch {
    // Refused, as it should be.
  }
  return 0
}
