/// Suggestions for misspelt names.
#pragma once

#include <algorithm>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace flexrt {

/// Number of insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`.
inline size_t editDistance(std::string_view a, std::string_view b) {
  // Rows i - 2, i - 1 and i of the table of distances between beginnings.
  std::vector<size_t> older, old(b.size() + 1), row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    older = std::exchange(old, row);
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({old[j - 1] + (a[i - 1] != b[j - 1]), old[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], older[j - 2] + 1);
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
