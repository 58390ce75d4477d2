// The stack machine of Python's pickle format, restricted to building data. Opcodes as documented in CPython's
// Lib/pickletools.py. Text opcodes of protocols 0 and 1 are refused: PyTorch writes protocol 2.
#include "flexrt/checkpoint/Pickle.h"

#include <bit>
#include <cstring>
#include <stdexcept>
#include <unordered_map>

namespace flexrt::pickle {

const Value *Value::find(std::string_view key) const {
  for (auto &[k, v] : entries)
    if (k->kind == Text && k->text == key)
      return v;
  return nullptr;
}

std::string_view Value::callee() const {
  if (kind != Call || items[0]->kind != Global)
    return {};
  return items[0]->text;
}

/// Reads opcodes and keeps the stack; one per Document.
class Machine {
public:
  Machine(std::string_view bytes, Document &document) : bytes(bytes), document(document) {}

  const Value *run() {
    while (true) {
      opcodeAt = at;
      uint8_t opcode = number<uint8_t>();
      if (opcode == '.')
        return pop();
      if (!literal(opcode) && !container(opcode) && !memory(opcode) && !object(opcode))
        fail("opcode " + std::to_string(opcode) + " is not supported");
    }
  }

private:
  std::string_view bytes;
  Document &document;
  size_t at = 0, opcodeAt = 0;
  std::vector<Value *> stack;
  std::vector<size_t> marks;
  std::unordered_map<uint64_t, Value *> memo;

  [[noreturn]] void fail(const std::string &why) const {
    throw std::runtime_error("damaged pickle at byte " + std::to_string(opcodeAt) + ": " + why);
  }

  std::string_view take(uint64_t count) {
    if (count > bytes.size() - at)
      fail("it ends in the middle of an object");
    auto result = bytes.substr(at, count);
    at += count;
    return result;
  }

  /// A little-endian number.
  template <typename T> T number() {
    T value;
    std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
    return value;
  }

  std::string_view line() {
    size_t end = bytes.find('\n', at);
    if (end == std::string_view::npos)
      fail("it ends in the middle of a name");
    auto result = bytes.substr(at, end - at);
    at = end + 1;
    return result;
  }

  Value *make(Value::Kind kind) {
    Value &value = document.values.emplace_back();
    value.kind = kind;
    return &value;
  }
  void push(Value *value) { stack.push_back(value); }
  void pushInteger(int64_t integer, Value::Kind kind = Value::Int) {
    push(make(kind));
    stack.back()->integer = integer;
  }
  void pushText(std::string_view text, Value::Kind kind = Value::Text) {
    push(make(kind));
    stack.back()->text = text;
  }

  Value *pop() {
    if (stack.empty() || (!marks.empty() && stack.size() == marks.back()))
      fail("its stack is empty");
    Value *value = stack.back();
    stack.pop_back();
    return value;
  }
  Value *peek() {
    Value *value = pop();
    push(value);
    return value;
  }
  std::vector<const Value *> popToMark() {
    if (marks.empty())
      fail("a mark is missing");
    std::vector<const Value *> result(stack.begin() + marks.back(), stack.end());
    stack.resize(marks.back());
    marks.pop_back();
    return result;
  }

  void pushLong(uint64_t count) {
    auto digits = take(count);
    uint64_t value = !digits.empty() && digits.back() < 0 ? ~UINT64_C(0) : 0;
    for (size_t i = std::min<size_t>(count, 8); i-- > 0;)
      value = value << 8 | uint8_t(digits[i]);
    pushInteger(int64_t(value));
  }

  void pushReal() {
    uint64_t bits = 0;
    for (char digit : take(8))
      bits = bits << 8 | uint8_t(digit);
    push(make(Value::Real));
    stack.back()->real = std::bit_cast<double>(bits);
  }

  bool literal(uint8_t opcode) {
    switch (opcode) {
    case 0x80: take(1); return true;                                // PROTO
    case 0x95: take(8); return true;                                // FRAME
    case 'N': push(make(Value::None)); return true;                 // NONE
    case 0x88: pushInteger(1, Value::Bool); return true;            // NEWTRUE
    case 0x89: pushInteger(0, Value::Bool); return true;            // NEWFALSE
    case 'J': pushInteger(number<int32_t>()); return true;          // BININT
    case 'K': pushInteger(number<uint8_t>()); return true;          // BININT1
    case 'M': pushInteger(number<uint16_t>()); return true;         // BININT2
    case 0x8a: pushLong(number<uint8_t>()); return true;            // LONG1
    case 0x8b: pushLong(number<uint32_t>()); return true;           // LONG4
    case 'G': pushReal(); return true;                              // BINFLOAT
    case 'U': case 'C': case 0x8c:                                  // SHORT_BINSTRING, SHORT_BINBYTES, SHORT_BINUNICODE
      pushText(take(number<uint8_t>())); return true;
    case 'T': case 'B': case 'X':                                   // BINSTRING, BINBYTES, BINUNICODE
      pushText(take(number<uint32_t>())); return true;
    case 0x8d: case 0x8e: case 0x96:                                // BINUNICODE8, BINBYTES8, BYTEARRAY8
      pushText(take(number<uint64_t>())); return true;
    default: return false;
    }
  }

  void pushList(std::vector<const Value *> items) {
    push(make(Value::List));
    stack.back()->items = std::move(items);
  }
  void pushTuple(int count) {
    std::vector<const Value *> items(count);
    while (count-- > 0)
      items[count] = pop();
    pushList(std::move(items));
  }
  void append(const std::vector<const Value *> &items) {
    Value *list = peek();
    auto &into = list->kind == Value::List ? list->items : list->appended;
    into.insert(into.end(), items.begin(), items.end());
  }
  void setItems(const std::vector<const Value *> &items) {
    if (items.size() % 2)
      fail("a key without a value");
    Value *map = peek();
    for (size_t i = 0; i < items.size(); i += 2)
      map->entries.emplace_back(items[i], items[i + 1]);
  }

  bool container(uint8_t opcode) {
    switch (opcode) {
    case '(': marks.push_back(stack.size()); return true;           // MARK
    case '1': popToMark(); return true;                             // POP_MARK
    case ')': case ']': case 0x8f: pushList({}); return true;       // EMPTY_TUPLE, EMPTY_LIST, EMPTY_SET
    case 't': case 'l': case 0x91: pushList(popToMark()); return true; // TUPLE, LIST, FROZENSET
    case 0x85: case 0x86: case 0x87: pushTuple(opcode - 0x84); return true; // TUPLE1, TUPLE2, TUPLE3
    case '}': push(make(Value::Map)); return true;                  // EMPTY_DICT
    case 'd': {                                                     // DICT
      auto items = popToMark();
      push(make(Value::Map));
      setItems(items);
      return true;
    }
    case 'a': { append({pop()}); return true; }                     // APPEND
    case 'e': case 0x90: append(popToMark()); return true;          // APPENDS, ADDITEMS
    case 's': {                                                     // SETITEM
      Value *value = pop(), *key = pop();
      setItems({key, value});
      return true;
    }
    case 'u': setItems(popToMark()); return true;                   // SETITEMS
    default: return false;
    }
  }

  void get(uint64_t index) {
    auto found = memo.find(index);
    if (found == memo.end())
      fail("object " + std::to_string(index) + " was never stored");
    push(found->second);
  }

  bool memory(uint8_t opcode) {
    switch (opcode) {
    case 'q': memo[number<uint8_t>()] = peek(); return true;        // BINPUT
    case 'r': memo[number<uint32_t>()] = peek(); return true;       // LONG_BINPUT
    case 0x94: { size_t next = memo.size(); memo[next] = peek(); return true; } // MEMOIZE
    case 'h': get(number<uint8_t>()); return true;                  // BINGET
    case 'j': get(number<uint32_t>()); return true;                 // LONG_BINGET
    case '0': pop(); return true;                                   // POP
    case '2': push(peek()); return true;                            // DUP
    default: return false;
    }
  }

  void call() {
    Value *arguments = pop(), *function = pop();
    push(make(Value::Call));
    stack.back()->items = {function, arguments};
  }

  bool object(uint8_t opcode) {
    switch (opcode) {
    case 'c': {                                                     // GLOBAL
      auto module = line(), name = line();
      pushText(std::string(module) + ' ' + std::string(name), Value::Global);
      return true;
    }
    case 0x93: {                                                    // STACK_GLOBAL
      Value *name = pop(), *module = pop();
      pushText(module->text + ' ' + name->text, Value::Global);
      return true;
    }
    case 'R': case 0x81: call(); return true;                       // REDUCE, NEWOBJ
    case 0x92: pop(); call(); return true;                          // NEWOBJ_EX: keyword arguments are of no use here
    case 'b': {                                                     // BUILD: attributes of an object that is not built
      const Value *state = pop();
      peek()->state = state;
      return true;
    }
    case 'Q': {                                                     // BINPERSID
      Value *id = pop();
      push(make(Value::Persistent));
      stack.back()->items = {id};
      return true;
    }
    default: return false;
    }
  }
};

Document::Document(std::string_view bytes) { top = Machine(bytes, *this).run(); }

} // namespace flexrt::pickle
