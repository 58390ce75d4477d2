/// Code that is cut into passes over chunks: functions of the module, each emitted once and shared by all that need it,
/// that see one context of 8-byte slots. Sizes, pitches and places are slots, so that nothing of a shape is compiled in.
#pragma once

#include "flex/Conversion/Index.h"
#include "flex/Conversion/Lanes.h"

namespace flex {

/// A function of a family under construction.
class PassCode {
public:
  PassCode(HostBuilder &host, llvm::StringRef family, mlir::FloatType element, int64_t lanes);

  HostBuilder &h;
  Lanes l; ///< arithmetic on vectors
  int64_t lanes, elementBytes;
  mlir::Value context;

  /// Vector registers of the target, that tiles may count on: AVX-512 has 32.
  int64_t registers() const { return lanes * elementBytes == 64 ? 32 : 16; }

  /// Starts `flex.<family>.<name>.<type>(context[, chunk])`; false if the module has it already.
  bool open(llvm::StringRef name, bool chunked);
  void close();
  Index chunk(); ///< second argument of a chunked function
  /// Calls such a function, or runs it over `chunks`.
  void run(llvm::StringRef name);
  void run(llvm::StringRef name, Index chunks);
  std::string symbol(llvm::StringRef name) const;

  Index index(int64_t value) { return {h, value}; }
  /// `elements` further.
  mlir::Value at(mlir::Value pointer, Index elements) { return h.at(pointer, elements * elementBytes); }
  mlir::Value at(mlir::Value pointer, int64_t elements) { return h.at(pointer, elements * elementBytes); }

  /// The lanes whose number is below `count`: i1 lanes.
  mlir::Value lanesBelow(Index count, Index first);
  mlir::Value loadMasked(mlir::Value pointer, mlir::Value mask);
  void storeMasked(mlir::Value vector, mlir::Value pointer, mlir::Value mask);

protected:
  mlir::Value slotAddress(int64_t slot) { return h.at(context, slot * kSlotBytes); }

  static constexpr int64_t kSlotBytes = 8;

private:
  llvm::StringRef family;
  mlir::func::FuncOp function;
};

/// With the family's slots by name. `Slot::Workspace` points to the memory that places are in.
template <typename Slot> class SlottedCode : public PassCode {
public:
  using PassCode::PassCode;

  Index operator[](Slot slot) { return {h, h.load(h.i64(), slotAddress(int64_t(slot)))}; }         ///< as a number
  mlir::Value pointer(Slot slot) { return h.load(h.ptr(), slotAddress(int64_t(slot))); }           ///< as a pointer
  mlir::Value isSet(Slot slot) {                                                                   ///< i1: it is not 0
    return h.b.createOrFold<mlir::arith::CmpIOp>(h.loc, mlir::arith::CmpIPredicate::ne, (*this)[slot], index(0));
  }
  void set(Slot slot, mlir::Value value) { h.store(value, slotAddress(int64_t(slot))); }
  mlir::Value newContext() { return context = h.stack(int64_t(Slot::Count) * kSlotBytes); }

  mlir::Value place(Slot bytes) {                                  ///< in the workspace
    mlir::Value start = pointer(Slot::Workspace);
    return h.at(start, (*this)[bytes]);
  }
  Index workerNumber() { return {h, h.call("flexrt_worker", {}, h.i64())[0]}; }
  mlir::Value worker() {                                           ///< the part of the calling worker
    mlir::Value first = place(Slot::WorkersAt);
    return h.at(first, workerNumber() * (*this)[Slot::WorkerBytes]);
  }
  mlir::Value workerPlace(mlir::Value worker, Slot bytes) { return h.at(worker, (*this)[bytes]); }
};

} // namespace flex
