/// What is wrong with a user's program, collected and printed with the source line under it.
///
/// Messages are lower case, without a full stop, names in single quotes, and say what was expected and what was found.
/// Library code only collects; the driver prints and decides the exit code.
#pragma once

#include "flex/Support/Source.h"

#include <cstddef>
#include <deque>
#include <iosfwd>
#include <set>
#include <string>
#include <tuple>

namespace flex {

enum class Severity { Error, Warning, Note };

struct Diagnostic {
  Severity severity = Severity::Error;
  SourceRange range;
  std::string message;
  std::string hint; ///< what to write instead; "" for none
  std::string path; ///< path of construction, "blocks.1.conv2 of FlexNet"; "" for none

  Diagnostic &withHint(std::string text);
  Diagnostic &in(std::string constructionPath);
};

class Diagnostics {
public:
  /// The reference stays valid; the same message at the same place is kept once, with its first path.
  Diagnostic &error(SourceRange range, std::string message);
  Diagnostic &warning(SourceRange range, std::string message);
  /// A remark to the diagnostic before it ("declared here").
  Diagnostic &note(SourceRange range, std::string message);

  bool hasErrors() const { return errors != 0; }
  size_t errorCount() const { return errors; }
  const std::deque<Diagnostic> &all() const { return list; }

  /// In order of arrival: "file:line:col: error: message", the line, "^~~~" under the range, "in path", "hint: ...".
  /// Stops after `limit` errors and says how many more there are.
  void print(std::ostream &out, size_t limit = 20) const;
  std::string text(size_t limit = 20) const;

private:
  Diagnostic &add(Severity severity, SourceRange range, std::string message);

  std::deque<Diagnostic> list;
  std::set<std::tuple<const SourceFile *, uint32_t, uint32_t, std::string>> seen;
  Diagnostic repeated;   ///< takes what is said about a diagnostic that is already there
  bool dropping = false; ///< the last error or warning was there already
  size_t errors = 0;
};

} // namespace flex
