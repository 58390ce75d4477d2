/// Suggestions for misspelt names.
#pragma once

#include <algorithm>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

namespace flexrt {

/// Number of insertions, deletions and replacements that turn `a` into `b` (Levenshtein).
inline size_t editDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t replaced = diagonal + (a[i] != b[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row[b.size()];
}

/// The candidate nearest to `name`, "" if none is near: at most a third of its letters may differ.
template <typename Names> std::string nearest(std::string_view name, const Names &candidates) {
  std::string best;
  size_t least = std::max<size_t>(name.size() / 3, 1) + 1;
  for (const auto &candidate : candidates)
    if (const size_t distance = editDistance(name, candidate); distance < least) {
      least = distance;
      best = candidate;
    }
  return best;
}

/// "; did you mean 'x'?", or "" if nothing is near.
template <typename Names> std::string didYouMean(std::string_view name, const Names &candidates) {
  const std::string best = nearest(name, candidates);
  return best.empty() ? "" : "; did you mean '" + best + "'?";
}

} // namespace flexrt
