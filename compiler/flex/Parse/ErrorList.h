/// The errors of one text as they are found; Parse.cpp puts them in the order of the text.
#pragma once

#include "flex/Support/Diagnostics.h"

#include <vector>

namespace flex {

struct ErrorList {
  std::vector<Diagnostic> list;

  /// Forgets what comes after the first hundred: nobody reads so many, and noise can have one at every byte.
  void add(SourceRange range, std::string message, std::string hint = "") {
    if (list.size() < 100)
      list.push_back({Severity::Error, range, std::move(message), std::move(hint), ""});
  }
};

} // namespace flex
