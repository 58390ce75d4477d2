/// Digests of emitted code: equal ones for equal code, in every process, without printing it.
///
/// What counts is what code does: ops, types, attributes, and which value is used where. Locations, names of values and
/// the name of the digested function do not.
#pragma once

#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/StringMap.h"

namespace flex {

/// Digests ops of one context. Remembers the text of attributes and types, of which code has few.
class CodeDigest {
public:
  CodeDigest();

  /// From now on references to `symbol` count as references to `name`. Of use where `name` says what is behind it, and
  /// `symbol` only how many there were before it; to be called before anything that refers to it is digested.
  void rename(llvm::StringRef symbol, llvm::StringRef name) { names[symbol] = name.str(); }
  /// The attribute with symbols renamed.
  mlir::Attribute renamed(mlir::Attribute attribute) { return replacer.replace(attribute); }
  /// Renames in an op and all that it holds.
  void applyNames(mlir::Operation *op) { replacer.recursivelyReplaceElementsIn(op); }

  /// 32 hexadecimal digits for an op with all that it holds. Values from outside count by the order of their use.
  std::string operator()(mlir::Operation *op);
  /// The same for a list of digests and names.
  static std::string of(llvm::ArrayRef<std::string> parts);

private:
  class Stream;
  llvm::StringRef text(mlir::Type type);
  llvm::StringRef text(mlir::Attribute attribute);

  llvm::StringMap<std::string> names;
  mlir::AttrTypeReplacer replacer;
  llvm::DenseMap<const void *, std::string> texts;
};

} // namespace flex
