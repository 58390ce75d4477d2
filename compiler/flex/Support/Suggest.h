/// "did you mean ...?"
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace flex {

/// The candidate nearest to `name` by edit distance (a swap of neighbours counts one; case counts little), or "" if none
/// is near enough to be a slip of the keyboard. The first of equally near ones.
std::string suggest(std::string_view name, const std::vector<std::string> &candidates);

/// A hint for a `name` that is none of `candidates`: "did you mean 'b'? there are: a, b, c", without the question where
/// none is near. Candidates are listed in their order, each once.
std::string suggestAmong(std::string_view name, const std::vector<std::string> &candidates);

/// A hint for an argument `name` that a callee with these arguments does not have: the nearest, or all of them.
std::string suggestArgument(std::string_view name, const std::vector<std::string> &arguments);

} // namespace flex
