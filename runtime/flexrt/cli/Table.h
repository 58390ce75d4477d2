/// Numbers and tables as people read them.
#pragma once

#include <string>
#include <vector>

namespace flexrt {

/// "1.8 M": three digits or so with a prefix of the unit that follows.
std::string amount(double value);

/// To stdout, columns as wide as they need: the first to the left, the others to the right.
void printTable(const std::vector<std::vector<std::string>> &rows);

} // namespace flexrt
