// SPDX-License-Identifier: Apache-2.0

/// What a person types to find an SOP: words, all of which must occur; `"a phrase"`; and `begin*` for words that begin so. Nothing
/// that anybody types is an error of syntax: what is no letter or digit separates words.
package struct SearchQuery: Equatable, Sendable {
  package struct Term: Equatable, Sendable {
    package let text: String
    package let isPrefix: Bool
  }

  package let terms: [Term]

  /// Longer texts and more terms are no search.
  package static let longest = 1_000
  package static let mostTerms = 32

  /// - Throws: `Rejection.nothingToSearch` where there is no word in it, or far too much.
  package init(_ text: String) throws(Rejection) {
    guard text.utf8.count <= SearchQuery.longest else { throw .nothingToSearch }
    var terms: [Term] = []
    var word = ""
    var isQuoted = false
    func finish(_ word: String) {
      let isPrefix = word.hasSuffix("*")
      guard word.unicodeScalars.contains(where: { $0.properties.isAlphabetic || $0.properties.numericType != nil })
      else {
        return
      }
      terms.append(Term(text: word.filter { $0 != "*" && $0 != "\0" }, isPrefix: isPrefix))
    }
    for character in text {
      if character == "\"" {
        finish(word)
        word = ""
        isQuoted.toggle()
      } else if character.isWhitespace, !isQuoted {
        finish(word)
        word = ""
      } else if character == "*", word.isEmpty, let last = terms.last {
        // `"two wor"*`
        terms[terms.count - 1] = Term(text: last.text, isPrefix: true)
      } else {
        word.append(character)
      }
    }
    finish(word)
    guard !terms.isEmpty, terms.count <= SearchQuery.mostTerms else { throw .nothingToSearch }
    self.terms = terms
  }

  /// As an expression of SQLite's FTS5: every term a string of its syntax, all of which must match.
  package var fullText: String {
    terms.map { "\"\($0.text.replacing("\"", with: "\"\""))\"\($0.isPrefix ? " *" : "")" }.joined(separator: " ")
  }
}
