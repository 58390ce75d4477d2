/// Reads Python's pickle format as plain data.
///
/// Nothing in the file is ever executed: a class or function that the file names stays a name, and a call of it stays a
/// `Call` with its arguments, which the reader of a particular format may understand (PyTorchFile does, for tensors).
/// libtorch's own unpickler is not used: it handles TorchScript's archives, and fails on the state dictionaries that
/// `torch.save` writes (they carry a `_metadata` attribute).
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace flexrt::pickle {

/// One object of the file. Objects may be shared, and may contain themselves.
struct Value {
  enum Kind {
    None,
    Bool,
    Int,
    Real,
    Text,       ///< str or bytes
    List,       ///< list, tuple or set: `items`
    Map,        ///< dict: `entries`
    Global,     ///< a class or function: `text` = "module name"
    Call,       ///< `items[0]` called with `items[1]`; what is stored into the result lies in `entries` and `appended`
    Persistent, ///< a reference to outside data: `items[0]`
  };
  Kind kind = None;
  int64_t integer = 0; ///< of Bool and Int; integers of more than 64 bits are kept modulo 2^64
  double real = 0;
  std::string text;
  std::vector<const Value *> items;
  std::vector<std::pair<const Value *, const Value *>> entries;
  std::vector<const Value *> appended;
  const Value *state = nullptr; ///< of a Call: what its result was told to become; the reader of a format may understand it

  /// The value of a map (or of a call that made one, such as OrderedDict) under a text key; null if it has none.
  const Value *find(std::string_view key) const;
  /// Whether this is a dict, or a call whose result was filled like one.
  bool isMapping() const { return kind == Map || (kind == Call && !entries.empty()); }
  /// "module name" of what a Call calls, "" for other kinds.
  std::string_view callee() const;
};

/// A whole pickle; owns its values.
class Document {
public:
  /// Parses one pickle of protocol 2 to 5. Throws std::runtime_error with the offset and the reason if it is damaged or
  /// uses an opcode of protocols 0 and 1.
  explicit Document(std::string_view bytes);
  Document(const Document &) = delete;
  Document &operator=(const Document &) = delete;

  const Value &root() const { return *top; }

private:
  friend class Machine;
  std::deque<Value> values;
  const Value *top = nullptr;
};

} // namespace flexrt::pickle
