#include "flex/Conversion/HostBuilder.h"

#include "mlir/IR/SymbolTable.h"

using namespace mlir;
using namespace flex;

Value HostBuilder::real(double value, Type type) {
  return b.create<arith::ConstantOp>(loc, b.getFloatAttr(type, value));
}

Value HostBuilder::less(Value x, Value y) {
  return b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::slt, x, y);
}

Value HostBuilder::at(Value pointer, int64_t bytes) {
  if (bytes == 0)
    return pointer;
  return b.create<LLVM::GEPOp>(loc, ptr(), b.getI8Type(), pointer, ArrayRef<LLVM::GEPArg>{LLVM::GEPArg(bytes)});
}

Value HostBuilder::at(Value pointer, Value bytes) {
  return b.create<LLVM::GEPOp>(loc, ptr(), b.getI8Type(), pointer, ArrayRef<LLVM::GEPArg>{LLVM::GEPArg(bytes)});
}

Value HostBuilder::load(Type type, Value pointer, int64_t bytes) {
  return b.create<LLVM::LoadOp>(loc, type, at(pointer, bytes));
}

void HostBuilder::store(Value value, Value pointer, int64_t bytes) {
  Value to = at(pointer, bytes);
  b.create<LLVM::StoreOp>(loc, value, to);
}

void HostBuilder::copy(Value to, Value from, Value bytes) {
  b.create<LLVM::MemcpyOp>(loc, to, from, bytes, /*isVolatile=*/false);
}

void HostBuilder::zero(Value to, Value bytes) {
  Value byte = b.create<arith::ConstantIntOp>(loc, 0, 8);
  b.create<LLVM::MemsetOp>(loc, to, byte, bytes, /*isVolatile=*/false);
}

Value HostBuilder::stack(int64_t bytes) {
  OpBuilder::InsertionGuard guard(b);
  auto function = b.getInsertionBlock()->getParent()->getParentOfType<func::FuncOp>();
  b.setInsertionPointToStart(&function.getBody().front());
  Value count = constant(bytes);
  return b.create<LLVM::AllocaOp>(loc, ptr(), b.getI8Type(), count, /*alignment=*/64);
}

Value HostBuilder::scratch(StringRef name, int64_t bytes) {
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(module.getBody());
    auto type = LLVM::LLVMArrayType::get(b.getI8Type(), bytes);
    b.create<LLVM::GlobalOp>(loc, type, /*isConstant=*/false, LLVM::Linkage::Internal, name, Attribute(),
                             /*alignment=*/64);
  }
  return b.create<LLVM::AddressOfOp>(loc, ptr(), name);
}

Value HostBuilder::global(StringRef name, Type type, Attribute value, uint64_t alignment) {
  if (!module.lookupSymbol(name)) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(module.getBody());
    b.create<LLVM::GlobalOp>(loc, type, /*isConstant=*/true, LLVM::Linkage::Internal, name, value, alignment);
  }
  return b.create<LLVM::AddressOfOp>(loc, ptr(), name);
}

Value HostBuilder::text(StringRef value) {
  std::string terminated = value.str() + '\0';
  auto type = LLVM::LLVMArrayType::get(b.getI8Type(), terminated.size());
  return global("text." + value.str(), type, b.getStringAttr(terminated), /*alignment=*/1);
}

Value HostBuilder::reals(ArrayRef<double> values, FloatType type) {
  SmallVector<APFloat> numbers;
  for (double value : values) {
    APFloat number(value);
    bool inexact;
    number.convert(type.getFloatSemantics(), APFloat::rmNearestTiesToEven, &inexact);
    numbers.push_back(number);
  }
  auto dense = DenseElementsAttr::get(RankedTensorType::get({int64_t(values.size())}, type), numbers);
  std::string name;
  for (unsigned i = 0; name.empty() || module.lookupSymbol(name); ++i)
    name = ("reals." + Twine(i)).str();
  return global(name, LLVM::LLVMArrayType::get(type, values.size()), dense, /*alignment=*/64);
}

Value HostBuilder::address(StringRef function) {
  auto callee = module.lookupSymbol<func::FuncOp>(function);
  assert(callee && "the function must be there");
  Value constant = b.create<func::ConstantOp>(loc, callee.getFunctionType(), SymbolRefAttr::get(callee));
  return b.create<UnrealizedConversionCastOp>(loc, ptr(), constant).getResult(0);
}

func::FuncOp HostBuilder::declare(StringRef name, TypeRange arguments, TypeRange results) {
  if (auto there = module.lookupSymbol<func::FuncOp>(name))
    return there;
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(module.getBody());
  auto function = b.create<func::FuncOp>(loc, name, b.getFunctionType(arguments, results));
  function.setPrivate();
  return function;
}

func::FuncOp HostBuilder::begin(StringRef name, TypeRange arguments, TypeRange results) {
  b.setInsertionPointToEnd(module.getBody());
  auto function = b.create<func::FuncOp>(loc, name, b.getFunctionType(arguments, results));
  b.setInsertionPointToStart(function.addEntryBlock());
  return function;
}

ValueRange HostBuilder::call(StringRef name, ValueRange arguments, TypeRange results) {
  declare(name, arguments.getTypes(), results);
  return b.create<func::CallOp>(loc, name, results, arguments).getResults();
}

void HostBuilder::loop(Value low, Value high, int64_t step, function_ref<void(Value)> body) {
  Value by = constant(step);
  auto loop = b.create<scf::ForOp>(loc, low, high, by);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
}

void HostBuilder::when(Value condition, function_ref<void()> then, function_ref<void()> otherwise) {
  auto branch = b.create<scf::IfOp>(loc, condition, /*withElseRegion=*/bool(otherwise));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  then();
  if (otherwise) {
    b.setInsertionPointToStart(branch.elseBlock());
    otherwise();
  }
}

Value HostBuilder::choose(Value condition, Type type, function_ref<Value()> then, function_ref<Value()> otherwise) {
  auto branch = b.create<scf::IfOp>(loc, type, condition, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  b.create<scf::YieldOp>(loc, then());
  b.setInsertionPointToStart(branch.elseBlock());
  b.create<scf::YieldOp>(loc, otherwise());
  return branch.getResult(0);
}
