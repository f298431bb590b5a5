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
    // By scalars: a quote with a combining mark is another character, and to FTS5 still a quote.
    var word = String.UnicodeScalarView()
    var isQuoted = false
    func finish(_ word: String.UnicodeScalarView) {
      guard word.contains(where: { $0.properties.isAlphabetic || $0.properties.numericType != nil }) else { return }
      let kept = word.filter { $0 != "*" && $0 != "\0" }
      terms.append(Term(text: String(String.UnicodeScalarView(kept)), isPrefix: word.last == "*"))
    }
    for scalar in text.unicodeScalars {
      if scalar == "\"" {
        finish(word)
        word = String.UnicodeScalarView()
        isQuoted.toggle()
      } else if scalar.properties.isWhitespace, !isQuoted {
        finish(word)
        word = String.UnicodeScalarView()
      } else if scalar == "*", word.isEmpty, let last = terms.last {
        // `"two wor"*`
        terms[terms.count - 1] = Term(text: last.text, isPrefix: true)
      } else {
        word.append(scalar)
      }
    }
    finish(word)
    guard !terms.isEmpty, terms.count <= SearchQuery.mostTerms else { throw .nothingToSearch }
    self.terms = terms
  }

  /// As an expression of SQLite's FTS5: every term a string of its syntax, all of which must match.
  package var fullText: String {
    // No term has a quote in it.
    terms.map { "\"\($0.text)\"\($0.isPrefix ? " *" : "")" }.joined(separator: " ")
  }
}
