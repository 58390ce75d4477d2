/// Sets a variable for as long as a scope lasts, however it is left.
#pragma once

#include <utility>

namespace flex::elab {

template <typename T> class Meanwhile {
public:
  Meanwhile(T &variable, T value) : variable(variable), before(std::exchange(variable, std::move(value))) {}
  ~Meanwhile() { variable = std::move(before); }
  Meanwhile(const Meanwhile &) = delete;
  Meanwhile &operator=(const Meanwhile &) = delete;

private:
  T &variable;
  T before;
};

} // namespace flex::elab
