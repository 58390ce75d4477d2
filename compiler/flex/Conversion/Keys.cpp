#include "flex/Conversion/Keys.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace flex;

Value flex::mixKey(OpBuilder &b, Location loc, Value key, Value number) {
  auto constant = [&](uint64_t value) { return b.create<arith::ConstantIntOp>(loc, int64_t(value), 64); };
  Value one = constant(1), golden = constant(0x9e3779b97f4a7c15);
  Value count = b.create<arith::AddIOp>(loc, number, one), offset = b.create<arith::MulIOp>(loc, count, golden);
  Value x = b.create<arith::AddIOp>(loc, key, offset);
  auto fold = [&](int64_t shift) {
    Value by = constant(shift), shifted = b.create<arith::ShRUIOp>(loc, x, by);
    x = b.create<arith::XOrIOp>(loc, x, shifted);
  };
  auto multiply = [&](uint64_t factor) {
    Value by = constant(factor);
    x = b.create<arith::MulIOp>(loc, x, by);
  };
  fold(30);
  multiply(0xbf58476d1ce4e5b9);
  fold(27);
  multiply(0x94d049bb133111eb);
  fold(31);
  return x;
}
