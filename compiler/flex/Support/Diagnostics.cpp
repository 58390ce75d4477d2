#include "flex/Support/Diagnostics.h"
#include "flex/Support/Utf8.h"

#include <algorithm>
#include <ostream>
#include <sstream>
#include <string_view>

namespace flex {

namespace {

/// What of a source line is shown, and the carets under it.
struct Excerpt {
  std::string line;
  std::string carets;
};

constexpr size_t excerptWidth = 160;

/// Start of a code point at or before `offset`.
size_t alignDown(std::string_view text, size_t offset) {
  while (offset > 0 && offset < text.size() && isUtf8Continuation(text[offset]))
    --offset;
  return offset;
}

/// Terminals obey control characters; a source file must not give them orders.
std::string printable(std::string_view text) {
  std::string result(text);
  for (char &c : result)
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t')
      c = '?';
  return result;
}

Excerpt excerptOf(SourceRange range) {
  const SourceFile &file = *range.file;
  uint32_t lineNumber = lineColumn(file, range.begin).line;
  size_t start = file.lineStarts[lineNumber - 1];
  std::string_view line = std::string_view(file.text).substr(start);
  line = line.substr(0, line.find('\n'));
  if (line.ends_with('\r'))
    line.remove_suffix(1);
  size_t begin = std::min<size_t>(range.begin - start, line.size());
  size_t end = std::clamp<size_t>(range.end > start ? range.end - start : 0, begin, line.size());

  Excerpt result;
  if (line.size() > excerptWidth && begin > excerptWidth / 2) {
    size_t cut = alignDown(line, begin - excerptWidth / 4);
    line.remove_prefix(cut);
    begin -= cut;
    end -= cut;
    result.line = result.carets = "...";
    result.carets.assign(3, ' ');
  }
  size_t shown = line.size() > excerptWidth ? alignDown(line, excerptWidth) : line.size();
  end = std::clamp(end, begin, std::max(begin, shown));
  result.line += printable(line.substr(0, shown));
  if (shown < line.size())
    result.line += "...";

  for (size_t i = 0; i < begin; ++i)
    if (!isUtf8Continuation(line[i]))
      result.carets += line[i] == '\t' ? '\t' : ' ';
  result.carets += '^';
  size_t width = utf8Length(line.substr(begin, end - begin));
  if (width > 1)
    result.carets.append(width - 1, '~');
  return result;
}

const char *name(Severity severity) {
  switch (severity) {
  case Severity::Error:
    return "error";
  case Severity::Warning:
    return "warning";
  case Severity::Note:
    return "note";
  }
  return "";
}

void print(std::ostream &out, const Diagnostic &diagnostic) {
  // Without a place in a file, an error is about the command, and a note about something built in.
  bool ofCommand = !diagnostic.range && diagnostic.severity != Severity::Note;
  out << (ofCommand ? "flexc" : placeOf(diagnostic.range)) << ": " << name(diagnostic.severity) << ": " << diagnostic.message << "\n";
  if (diagnostic.range) {
    Excerpt excerpt = excerptOf(diagnostic.range);
    out << "  " << excerpt.line << "\n  " << excerpt.carets << "\n";
  }
  if (!diagnostic.path.empty())
    out << "  in " << diagnostic.path << "\n";
  if (!diagnostic.hint.empty())
    out << "  hint: " << diagnostic.hint << "\n";
}

} // namespace

Diagnostic &Diagnostic::withHint(std::string text) {
  hint = std::move(text);
  return *this;
}

Diagnostic &Diagnostic::in(std::string constructionPath) {
  path = std::move(constructionPath);
  return *this;
}

Diagnostic &Diagnostics::add(Severity severity, SourceRange range, std::string message) {
  // Unrolled loops and repeated instances meet the same mistake many times. Notes share the fate of what they belong to.
  if (severity != Severity::Note)
    dropping = !seen.emplace(range.file, range.begin, range.end, message).second;
  if (dropping) {
    repeated = {};
    return repeated;
  }
  errors += severity == Severity::Error;
  list.push_back({severity, range, std::move(message), "", ""});
  return list.back();
}

Diagnostic &Diagnostics::error(SourceRange range, std::string message) {
  return add(Severity::Error, range, std::move(message));
}
Diagnostic &Diagnostics::warning(SourceRange range, std::string message) {
  return add(Severity::Warning, range, std::move(message));
}
Diagnostic &Diagnostics::note(SourceRange range, std::string message) {
  return add(Severity::Note, range, std::move(message));
}

void Diagnostics::print(std::ostream &out, size_t limit) const {
  size_t printed = 0;
  for (const Diagnostic &diagnostic : list) {
    if (diagnostic.severity == Severity::Error && printed++ == limit) {
      size_t more = errors - limit;
      out << more << " more error" << (more == 1 ? "" : "s") << "\n";
      return;
    }
    flex::print(out, diagnostic);
  }
}

std::string Diagnostics::text(size_t limit) const {
  std::ostringstream out;
  print(out, limit);
  return std::move(out).str();
}

} // namespace flex
