#include "flex/Support/Suggest.h"

#include <algorithm>
#include <cctype>

namespace flex {

namespace {

/// Costs in halves, so that a wrong case costs less than a wrong letter.
constexpr size_t letter = 2, caseOnly = 1;

size_t substitution(char a, char b) {
  if (a == b)
    return 0;
  auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  return lower(a) == lower(b) ? caseOnly : letter;
}

/// Optimal string alignment: insertion, deletion, substitution, swap of neighbours.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> twoBack(b.size() + 1), previous(b.size() + 1), current(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j)
    previous[j] = j * letter;
  for (size_t i = 1; i <= a.size(); ++i) {
    current[0] = i * letter;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t replaced = previous[j - 1] + substitution(a[i - 1], b[j - 1]);
      current[j] = std::min({previous[j] + letter, current[j - 1] + letter, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        current[j] = std::min(current[j], twoBack[j - 2] + letter);
    }
    std::swap(twoBack, previous);
    std::swap(previous, current);
  }
  return previous[b.size()];
}

} // namespace

std::string suggest(std::string_view name, const std::vector<std::string> &candidates) {
  constexpr size_t longest = 64; // no name that was meant to be typed
  if (name.empty() || name.size() > longest)
    return "";
  // One slip in a short name, one more for every three letters.
  size_t best = letter * std::max<size_t>(1, (name.size() + 1) / 3) + 1;
  std::string result;
  for (const std::string &candidate : candidates) {
    if (candidate.size() > longest || candidate == name)
      continue;
    size_t cost = distance(name, candidate);
    // Replacing all of a short name is no slip.
    if (cost < best && cost < letter * std::max(name.size(), candidate.size())) {
      best = cost;
      result = candidate;
    }
  }
  return result;
}

std::string suggestAmong(std::string_view name, const std::vector<std::string> &candidates) {
  std::string list;
  for (auto candidate = candidates.begin(); candidate != candidates.end(); ++candidate)
    if (std::find(candidates.begin(), candidate, *candidate) == candidate)
      list += (list.empty() ? "" : ", ") + *candidate;
  std::string near = suggest(name, candidates);
  return (near.empty() ? "" : "did you mean '" + near + "'? ") + "there are: " + list;
}

std::string suggestArgument(std::string_view name, const std::vector<std::string> &arguments) {
  if (std::string near = suggest(name, arguments); !near.empty())
    return "did you mean '" + near + "'?";
  std::string list;
  for (const std::string &argument : arguments)
    list += (list.empty() ? "" : ", ") + argument;
  return list.empty() ? "it takes no arguments" : "its arguments are " + list;
}

} // namespace flex
