// Arithmetic and memory on lanes: see Lanes.h.
#include "flex/Conversion/Lanes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>
#include <numeric>

using namespace mlir;
using namespace flex;

static constexpr auto kContract = arith::FastMathFlags::contract;

//===- Types and constants -----------------------------------------------------------------------------------------===//

Type Lanes::laneType(Type type) const { return width == 1 ? type : VectorType::get({width}, type); }

Value Lanes::number(double value) {
  return builder.create<arith::ConstantOp>(loc, builder.getFloatAttr(element, value));
}

Value Lanes::zero() {
  return builder.create<arith::ConstantOp>(loc, cast<TypedAttr>(builder.getZeroAttr(laneType())));
}

Value Lanes::word(uint32_t value) {
  return builder.create<arith::ConstantOp>(loc, builder.getI32IntegerAttr(int32_t(value)));
}

Value Lanes::spread(Value v) {
  if (width == 1 || isa<VectorType>(v.getType()))
    return v;
  return builder.create<vector::SplatOp>(loc, laneType(v.getType()), v);
}

Value Lanes::opaque(Value v) {
  auto strict = LLVM::FastmathFlagsAttr::get(builder.getContext(), LLVM::FastmathFlags::none);
  auto name = builder.getStringAttr("llvm.arithmetic.fence");
  return builder.create<LLVM::CallIntrinsicOp>(loc, v.getType(), name, ValueRange{v}, strict).getResult(0);
}

Value Lanes::consecutive(Value first) {
  if (width == 1)
    return first;
  SmallVector<int32_t> steps(width);
  std::iota(steps.begin(), steps.end(), 0);
  Value step = builder.create<arith::ConstantOp>(loc, builder.getI32VectorAttr(steps));
  return iadd(spread(first), step);
}

void Lanes::unify(Value &x, Value &y) {
  if (isa<VectorType>(x.getType()) || isa<VectorType>(y.getType())) {
    x = spread(x);
    y = spread(y);
  }
}

//===- Reals -------------------------------------------------------------------------------------------------------===//

#define FLEX_BINARY(NAME, OP)                                                                                          \
  Value Lanes::NAME(Value x, Value y) {                                                                                \
    unify(x, y);                                                                                                       \
    return builder.create<OP>(loc, x, y, kContract);                                                                   \
  }
FLEX_BINARY(add, arith::AddFOp)
FLEX_BINARY(sub, arith::SubFOp)
FLEX_BINARY(mul, arith::MulFOp)
FLEX_BINARY(div, arith::DivFOp)
FLEX_BINARY(max, arith::MaximumFOp)
FLEX_BINARY(min, arith::MinimumFOp)
#undef FLEX_BINARY

Value Lanes::fma(Value x, Value y, Value z) {
  // Not math.fma: without the instruction it would become a call. Nor a product and a sum that may be contracted, as LLVM then
  // fuses some copies of a loop and others not, and bits follow from which one runs.
  unify(x, y), unify(y, z), unify(x, z);
  return builder.create<LLVM::FMulAddOp>(loc, x, y, z, LLVM::FastmathFlags::contract);
}

Value Lanes::neg(Value x) { return builder.create<arith::NegFOp>(loc, x, kContract); }
Value Lanes::floor(Value x) { return builder.create<math::FloorOp>(loc, x, kContract); }
Value Lanes::abs(Value x) { return builder.create<math::AbsFOp>(loc, x, kContract); }

Value Lanes::function(Operation *kind, Value x) {
  return llvm::TypeSwitch<Operation *, Value>(kind)
      .Case([&](ExpOp) { return builder.create<math::ExpOp>(loc, x, kContract); })
      .Case([&](LogOp) { return builder.create<math::LogOp>(loc, x, kContract); })
      .Case([&](SinOp) { return builder.create<math::SinOp>(loc, x, kContract); })
      .Case([&](CosOp) { return builder.create<math::CosOp>(loc, x, kContract); })
      .Case([&](TanhOp) { return builder.create<math::TanhOp>(loc, x, kContract); })
      .Case([&](SqrtOp) { return builder.create<math::SqrtOp>(loc, x, kContract); });
}

Value Lanes::pow(Value x, Value y, std::optional<double> exponent) {
  constexpr double kMostProducts = 8;
  if (exponent == 0.5)
    return builder.create<math::SqrtOp>(loc, x, kContract);
  if (!exponent || std::floor(*exponent) != *exponent || std::abs(*exponent) > kMostProducts) {
    unify(x, y);
    return builder.create<math::PowFOp>(loc, x, y, kContract);
  }
  Value product, square = x;
  for (int64_t rest = std::abs(*exponent); rest > 0; rest /= 2) {
    if (rest % 2)
      product = product ? mul(product, square) : square;
    if (rest > 1)
      square = mul(square, square);
  }
  if (!product)
    return number(1);
  return *exponent < 0 ? div(number(1), product) : product;
}

Value Lanes::fromInteger(Value i) {
  Type type = isa<VectorType>(i.getType()) ? laneType() : Type(element);
  return builder.create<arith::SIToFPOp>(loc, type, i);
}

Value Lanes::horizontalSum(Value v) {
  if (!isa<VectorType>(v.getType()))
    return v;
  // Halves are added until one lane is left: the order is fixed here, not by the code generator.
  for (int64_t half = width / 2; half >= 1; half /= 2) {
    SmallVector<int64_t> low(half), high(half);
    std::iota(low.begin(), low.end(), 0);
    std::iota(high.begin(), high.end(), half);
    Value a = builder.create<vector::ShuffleOp>(loc, v, v, low);
    Value b = builder.create<vector::ShuffleOp>(loc, v, v, high);
    v = builder.create<arith::AddFOp>(loc, a, b);
  }
  return builder.create<vector::ExtractOp>(loc, v, 0);
}

//===- Decisions ---------------------------------------------------------------------------------------------------===//

Value Lanes::compare(CmpKind kind, Value x, Value y) {
  using P = arith::CmpFPredicate;
  static constexpr P predicates[] = {P::OLT, P::OLE, P::OGT, P::OGE, P::OEQ, P::UNE};
  unify(x, y);
  return builder.create<arith::CmpFOp>(loc, predicates[int(kind)], x, y);
}

Value Lanes::compare(arith::CmpIPredicate kind, Value x, Value y) {
  unify(x, y);
  return builder.create<arith::CmpIOp>(loc, kind, x, y);
}

Value Lanes::select(Value mask, Value x, Value y) {
  if (isa<VectorType>(mask.getType())) {
    x = spread(x);
    y = spread(y);
  }
  unify(x, y);
  return builder.create<arith::SelectOp>(loc, mask, x, y);
}

//===- Integers ----------------------------------------------------------------------------------------------------===//

Value Lanes::index(int64_t value) {
  return builder.create<arith::ConstantOp>(loc, builder.getI64IntegerAttr(value));
}

#define FLEX_INTEGER(NAME, OP)                                                                                         \
  Value Lanes::NAME(Value x, Value y) {                                                                                \
    unify(x, y);                                                                                                       \
    return builder.createOrFold<OP>(loc, x, y);                                                                        \
  }
FLEX_INTEGER(iadd, arith::AddIOp)
FLEX_INTEGER(isub, arith::SubIOp)
FLEX_INTEGER(imul, arith::MulIOp)
FLEX_INTEGER(idiv, arith::DivUIOp)
FLEX_INTEGER(irem, arith::RemUIOp)
FLEX_INTEGER(imin, arith::MinSIOp)
#undef FLEX_INTEGER

Value Lanes::roundUp(Value x, int64_t multiple) {
  return imul(idiv(iadd(x, multiple - 1), index(multiple)), multiple);
}

Value Lanes::low32(Value x) { return builder.create<arith::TruncIOp>(loc, builder.getI32Type(), x); }

//===- Memory ------------------------------------------------------------------------------------------------------===//

Value Lanes::at(Value base, Value offset) {
  return builder.create<LLVM::GEPOp>(loc, base.getType(), element, base, ArrayRef<LLVM::GEPArg>{offset});
}

Value Lanes::loadScalar(Value pointer) {
  return builder.create<LLVM::LoadOp>(loc, element, pointer, elementBytes());
}

void Lanes::fetch(Value pointer) {
  constexpr uint32_t kRead = 0, kSecondCache = 2, kData = 1;
  builder.create<LLVM::Prefetch>(loc, pointer, kRead, kSecondCache, kData);
}

Value Lanes::loadLanes(Value pointer) {
  return builder.create<LLVM::LoadOp>(loc, laneType(), pointer, elementBytes());
}

void Lanes::store(Value v, Value pointer) { builder.create<LLVM::StoreOp>(loc, v, pointer, elementBytes()); }

void Lanes::storePast(Value v, Value pointer) {
  builder.create<LLVM::StoreOp>(loc, v, pointer, /*alignment=*/width * elementBytes(), /*isVolatile=*/false,
                                /*isNonTemporal=*/true);
}

//===- Loops -------------------------------------------------------------------------------------------------------===//

SmallVector<Value> Lanes::loop(Value low, Value high, int64_t step, ValueRange carried, Body body) {
  auto loop = builder.create<scf::ForOp>(
      loc, low, high, index(step), carried, [&](OpBuilder &inner, Location, Value i, ValueRange values) {
        OpBuilder::InsertionGuard guard(builder);
        builder.setInsertionPointToEnd(inner.getInsertionBlock());
        builder.create<scf::YieldOp>(loc, body(i, values));
      });
  return loop.getResults();
}

void Lanes::loop(Value low, Value high, int64_t step, function_ref<void(Value)> body) {
  loop(low, high, step, {}, [&](Value i, ValueRange) {
    body(i);
    return SmallVector<Value>{};
  });
}

void Lanes::loop(int64_t count, function_ref<void(Value)> body) { loop(index(0), index(count), 1, body); }
