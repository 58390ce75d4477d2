/// What can be said about a text from its tokens alone, before parsing.
#pragma once

#include "flex/Parse/ErrorList.h"
#include "flex/Parse/TokenText.h"

#include <optional>

namespace flex {

/// Reports strings without an end and characters that are not Flex; the parser then sees the former as strings and the
/// latter not at all.
void checkCharacters(TokenText &text, ErrorList &errors);

/// Reports the first bracket that has no partner and returns its offset: what the parser says behind it is guesswork.
std::optional<uint32_t> checkBrackets(TokenText &text, ErrorList &errors);

/// Bounds the depth of the tree, so that recursion over it is safe whatever the input. False after an error.
bool checkNesting(TokenText &text, ErrorList &errors);

} // namespace flex
