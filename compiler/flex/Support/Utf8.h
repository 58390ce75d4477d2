/// The little that the compiler needs to know about UTF-8.
#pragma once

#include <cstddef>
#include <string_view>

namespace flex {

inline bool isUtf8Continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

/// Number of code points of valid text; of other text a number not larger than its bytes.
inline size_t utf8Length(std::string_view text) {
  size_t count = 0;
  for (char byte : text)
    count += !isUtf8Continuation(byte);
  return count;
}

/// Offset of the first byte that is not valid UTF-8 (overlong forms and surrogates are not), or npos.
inline size_t utf8Error(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    unsigned char lead = static_cast<unsigned char>(text[i]);
    size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    bool isLead = lead < 0x80 || (lead >= 0xC2 && lead < 0xF5);
    if (!isLead || i + length > text.size())
      return i;
    unsigned char second = length > 1 ? static_cast<unsigned char>(text[i + 1]) : 0;
    if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) || (lead == 0xF0 && second < 0x90) ||
        (lead == 0xF4 && second > 0x8F))
      return i;
    for (size_t k = 1; k < length; ++k)
      if (!isUtf8Continuation(text[i + k]))
        return i;
    i += length;
  }
  return std::string_view::npos;
}

} // namespace flex
