// Code as a stream of bytes, without ambiguity: every text has its length before it, every list its count.
#include "flex/Analysis/CodeDigest.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace flex;

/// The bytes of one digest, and the numbers of values and blocks in it.
class CodeDigest::Stream {
public:
  explicit Stream(CodeDigest &digest) : digest(digest) {}

  void add(Operation &op) {
    add(op.getName().getStringRef());
    addList(op.getOperands());
    add(uint32_t(op.getNumResults()));
    for (Value result : op.getResults()) {
      add(digest.text(result.getType()));
      number(result);
    }
    add(digest.text(attributesOf(op)));
    add(uint32_t(op.getNumSuccessors()));
    for (Block *block : op.getSuccessors())
      add(blocks.try_emplace(block, blocks.size()).first->second);
    add(uint32_t(op.getNumRegions()));
    for (Region &region : op.getRegions())
      add(region);
  }
  std::string finish() { return hex(hash); }

  static std::string hex(llvm::BLAKE3 &hash) {
    return llvm::toHex(hash.final<16>(), /*LowerCase=*/true);
  }

private:
  void add(uint32_t value) { hash.update({reinterpret_cast<const uint8_t *>(&value), sizeof(value)}); }
  void add(StringRef value) {
    add(uint32_t(value.size()));
    hash.update(value);
  }
  void addList(ValueRange values) {
    add(uint32_t(values.size()));
    for (Value value : values)
      add(number(value));
  }
  uint32_t number(Value value) { return values.try_emplace(value, values.size()).first->second; }

  void add(Region &region) {
    add(uint32_t(llvm::range_size(region)));
    for (Block &block : region) {
      add(blocks.try_emplace(&block, blocks.size()).first->second);
      add(uint32_t(block.getNumArguments()));
      for (Value argument : block.getArguments()) {
        add(digest.text(argument.getType()));
        number(argument);
      }
      for (Operation &op : block)
        add(op);
      add(StringRef("."));
    }
  }

  /// All but the name of what a symbol stands for.
  static Attribute attributesOf(Operation &op) {
    DictionaryAttr all = op.getAttrDictionary();
    if (!all.contains(SymbolTable::getSymbolAttrName()))
      return all;
    NamedAttrList kept(all);
    kept.erase(SymbolTable::getSymbolAttrName());
    return kept.getDictionary(op.getContext());
  }

  CodeDigest &digest;
  llvm::BLAKE3 hash;
  llvm::DenseMap<Value, uint32_t> values;
  llvm::DenseMap<Block *, uint32_t> blocks;
};

CodeDigest::CodeDigest() {
  replacer.addReplacement([this](FlatSymbolRefAttr reference) -> std::optional<Attribute> {
    auto known = names.find(reference.getValue());
    if (known == names.end())
      return std::nullopt;
    return FlatSymbolRefAttr::get(reference.getContext(), known->second);
  });
}

StringRef CodeDigest::text(Type type) {
  std::string &text = texts[type.getAsOpaquePointer()];
  if (text.empty())
    llvm::raw_string_ostream(text) << type;
  return text;
}

StringRef CodeDigest::text(Attribute attribute) {
  std::string &text = texts[attribute.getAsOpaquePointer()];
  if (text.empty())
    llvm::raw_string_ostream(text) << renamed(attribute);
  return text;
}

std::string CodeDigest::operator()(Operation *op) {
  Stream stream(*this);
  stream.add(*op);
  return stream.finish();
}

std::string CodeDigest::of(ArrayRef<std::string> parts) {
  llvm::BLAKE3 hash;
  for (const std::string &part : parts) {
    hash.update(std::to_string(part.size()) + ":");
    hash.update(part);
  }
  return Stream::hex(hash);
}
