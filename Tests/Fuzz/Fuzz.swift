// SPDX-License-Identifier: Apache-2.0

import Glibc

// libFuzzer's own main, with the function that it calls again and again.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ each: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Gives one parser what nobody would write: `SOPWRIGHT_FUZZ` names it, the arguments are libFuzzer's.
@main struct Fuzz {
  /// Nil lists the names.
  private static let target = getenv("SOPWRIGHT_FUZZ").flatMap { FuzzTarget.named(String(cString: $0)) }

  static func main() {
    guard target != nil else {
      print(FuzzTarget.all.map { $0.name }.joined(separator: "\n"))
      exit(64)
    }
    var count = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    exit(
      runFuzzer(&count, &arguments) { bytes, count in
        do {
          try Fuzz.target?.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
        } catch let broken as Broken {
          fatalError(broken.description)  // the fuzzer then keeps the input
        } catch {
          // Refused, as it should be.
        }
        return 0
      })
  }
}
