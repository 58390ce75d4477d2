/// Building blocks of code that runs once per step on one thread: i64 arithmetic, memory behind opaque pointers, calls.
/// Structs of the ABI are read and written by byte offset (`offsetof` on the C header), so layouts cannot drift apart.
#pragma once

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"

namespace flex {

class HostBuilder {
public:
  HostBuilder(mlir::ModuleOp module, mlir::Location loc) : b(module.getContext()), loc(loc), module(module) {}

  mlir::OpBuilder b;
  mlir::Location loc;
  mlir::ModuleOp module;

  mlir::Type ptr() { return mlir::LLVM::LLVMPointerType::get(b.getContext()); }
  mlir::Type i64() { return b.getI64Type(); }
  mlir::Type f64() { return b.getF64Type(); }

  mlir::Value constant(int64_t value) { return b.create<mlir::arith::ConstantIntOp>(loc, value, 64); }
  mlir::Value constant32(int64_t value) { return b.create<mlir::arith::ConstantIntOp>(loc, value, 32); }
  mlir::Value real(double value, mlir::Type type);
  mlir::Value null() { return b.create<mlir::LLVM::ZeroOp>(loc, ptr()); }

  /// i64 arithmetic on sizes (not negative); folds constants.
  mlir::Value add(mlir::Value x, mlir::Value y) { return b.createOrFold<mlir::arith::AddIOp>(loc, x, y); }
  mlir::Value sub(mlir::Value x, mlir::Value y) { return b.createOrFold<mlir::arith::SubIOp>(loc, x, y); }
  mlir::Value mul(mlir::Value x, mlir::Value y) { return b.createOrFold<mlir::arith::MulIOp>(loc, x, y); }
  mlir::Value max(mlir::Value x, mlir::Value y) { return b.createOrFold<mlir::arith::MaxSIOp>(loc, x, y); }
  mlir::Value min(mlir::Value x, mlir::Value y) { return b.createOrFold<mlir::arith::MinSIOp>(loc, x, y); }
  mlir::Value div(mlir::Value x, mlir::Value y) { return b.createOrFold<mlir::arith::DivUIOp>(loc, x, y); }
  mlir::Value rem(mlir::Value x, mlir::Value y) { return b.createOrFold<mlir::arith::RemUIOp>(loc, x, y); }
  mlir::Value ceilDiv(mlir::Value x, mlir::Value y) { return div(add(x, sub(y, constant(1))), y); }
  mlir::Value roundUp(mlir::Value x, int64_t to) { return mul(ceilDiv(x, constant(to)), constant(to)); }
  mlir::Value less(mlir::Value x, mlir::Value y);

  /// A pointer `bytes` further.
  mlir::Value at(mlir::Value pointer, int64_t bytes);
  mlir::Value at(mlir::Value pointer, mlir::Value bytes);
  mlir::Value load(mlir::Type type, mlir::Value pointer, int64_t bytes = 0);
  void store(mlir::Value value, mlir::Value pointer, int64_t bytes = 0);
  void copy(mlir::Value to, mlir::Value from, mlir::Value bytes);
  void zero(mlir::Value to, mlir::Value bytes);

  /// Bytes on the stack of the function that is being built, of which this is the entry block's start.
  mlir::Value stack(int64_t bytes);
  /// Address of static memory with undefined content.
  mlir::Value scratch(llvm::StringRef name, int64_t bytes);
  /// Address of a constant, zero-terminated text; equal texts share it.
  mlir::Value text(llvm::StringRef value);
  /// Address of a constant array of reals.
  mlir::Value reals(llvm::ArrayRef<double> values, mlir::FloatType type);
  /// Address of a function of the module.
  mlir::Value address(llvm::StringRef function);

  /// A function of the module, declared here if it is not there yet. `results` empty: none.
  mlir::func::FuncOp declare(llvm::StringRef name, mlir::TypeRange arguments, mlir::TypeRange results);
  /// A new function; the builder stands at the start of its body. `finish` with a return.
  mlir::func::FuncOp begin(llvm::StringRef name, mlir::TypeRange arguments, mlir::TypeRange results);
  void finish(mlir::ValueRange results = {}) { b.create<mlir::func::ReturnOp>(loc, results); }
  mlir::ValueRange call(llvm::StringRef name, mlir::ValueRange arguments, mlir::TypeRange results = {});

  /// for (i = low; i < high; i += step) body(i)
  void loop(mlir::Value low, mlir::Value high, int64_t step, llvm::function_ref<void(mlir::Value)> body);
  void when(mlir::Value condition, llvm::function_ref<void()> then, llvm::function_ref<void()> otherwise = nullptr);
  /// Two ways to compute one value.
  mlir::Value choose(mlir::Value condition, mlir::Type type, llvm::function_ref<mlir::Value()> then,
                     llvm::function_ref<mlir::Value()> otherwise);

private:
  mlir::Value global(llvm::StringRef name, mlir::Type type, mlir::Attribute value, uint64_t alignment);
};

} // namespace flex
