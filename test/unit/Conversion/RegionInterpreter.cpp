// A naive interpreter of a region's ops over doubles: one loop over channels, points and samples for each op.
#include "Region.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/ErrorHandling.h"

#include <cmath>

using namespace mlir;
using namespace flex;
using namespace flex::test;

Array flex::test::arrayOf(FieldType type, PointsOp region, const Sizes &sizes) {
  Array a;
  a.channels = type.getNumChannels();
  if (type.getSpace())
    a.points = region.getSpaceAttr() && type.getSpace() == region.getSpaceAttr().getAttr() ? sizes.points : sizes.lastPoints;
  a.samples = type.getSamples() ? sizes.samples : 1;
  a.data.assign(a.channels * a.points * a.samples, 0);
  return a;
}

/// Row-major index into `from` of the entry that meets entry `c` of `to`, aligned at the right.
static int64_t broadcastIndex(int64_t c, ArrayRef<int64_t> to, ArrayRef<int64_t> from) {
  int64_t index = 0, stride = 1;
  for (size_t i = 1; i <= to.size(); ++i) {
    int64_t coordinate = c % to[to.size() - i];
    c /= to[to.size() - i];
    if (i <= from.size()) {
      index += (from[from.size() - i] == 1 ? 0 : coordinate) * stride;
      stride *= from[from.size() - i];
    }
  }
  return index;
}

/// The bits of one draw, written down a second time.
static bool drawn(uint64_t key, uint64_t stream, uint32_t sample, uint32_t place, double probability) {
  auto mix = [](uint32_t x) {
    x = (x ^ (x >> 16)) * 0x7feb352du;
    x = (x ^ (x >> 15)) * 0x846ca68bu;
    return x ^ (x >> 16);
  };
  uint64_t z = key + (stream + 1) * 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  z ^= z >> 31;
  uint32_t bits = mix(mix(sample + uint32_t(z)) + mix(place + uint32_t(z >> 32)));
  return (bits >> 8) < uint32_t(std::floor(probability * (1 << 24) + 0.5));
}

namespace {
class Interpreter {
public:
  Interpreter(PointsOp region, const Sizes &sizes) : region(region), sizes(sizes) {}

  std::vector<Array> run(const std::vector<Array> &arguments) {
    Block &block = region.getBody().front();
    for (auto [argument, array] : llvm::zip(block.getArguments(), arguments))
      values[argument] = array;
    for (Operation &op : block.without_terminator())
      values[op.getResult(0)] = evaluate(&op);
    std::vector<Array> results;
    for (Value v : block.getTerminator()->getOperands())
      results.push_back(values[v]);
    return results;
  }

private:
  PointsOp region;
  const Sizes &sizes;
  llvm::DenseMap<Value, Array> values;

  Array evaluate(Operation *op) {
    FieldType type = fieldType(op->getResult(0));
    Array result = arrayOf(type, region, sizes);
    for (int64_t c = 0; c < result.channels; ++c)
      for (int64_t p = 0; p < result.points; ++p)
        for (int64_t n = 0; n < result.samples; ++n)
          result.at(c, p, n) = entry(op, type, c, p, n);
    return result;
  }

  double entry(Operation *op, FieldType type, int64_t c, int64_t p, int64_t n) {
    auto x = [&](unsigned i) {
      Value v = op->getOperand(i);
      return values[v].at(broadcastIndex(c, type.getShape(), fieldType(v).getShape()), p, n);
    };
    auto of = [&](Value v) -> Array & { return values[v]; };
    return llvm::TypeSwitch<Operation *, double>(op)
        .Case([&](ConstantOp o) { return o.getValue()[c]; })
        .Case<AddOp>([&](auto) { return x(0) + x(1); })
        .Case<SubOp>([&](auto) { return x(0) - x(1); })
        .Case<MulOp>([&](auto) { return x(0) * x(1); })
        .Case<DivOp>([&](auto) { return x(0) / x(1); })
        .Case<MaxOp>([&](auto) { return std::max(x(0), x(1)); })
        .Case<MinOp>([&](auto) { return std::min(x(0), x(1)); })
        .Case<PowOp>([&](auto) { return std::pow(x(0), x(1)); })
        .Case<NegOp>([&](auto) { return -x(0); })
        .Case<ExpOp>([&](auto) { return std::exp(x(0)); })
        .Case<LogOp>([&](auto) { return std::log(x(0)); })
        .Case<SinOp>([&](auto) { return std::sin(x(0)); })
        .Case<CosOp>([&](auto) { return std::cos(x(0)); })
        .Case<TanhOp>([&](auto) { return std::tanh(x(0)); })
        .Case<SqrtOp>([&](auto) { return std::sqrt(x(0)); })
        .Case<AbsOp>([&](auto) { return std::abs(x(0)); })
        .Case<FloorOp>([&](auto) { return std::floor(x(0)); })
        .Case<DetachOp, BroadcastOp>([&](auto) { return x(0); })
        .Case<ReshapeOp>([&](auto) { return of(op->getOperand(0)).at(c, p, n); })
        .Case([&](CmpOp o) { return compare(o.getKind(), x(0), x(1)); })
        .Case<SelectOp>([&](auto) { return x(0) != 0 ? x(1) : x(2); })
        .Case([&](ExtractOp o) {
          return of(o.getOperand()).at(c * fieldType(o.getOperand()).getShape().back() + o.getIndex(), p, n);
        })
        .Case([&](StackOp o) {
          int64_t count = o.getOperands().size();
          return of(o.getOperands()[c % count]).at(c / count, p, n);
        })
        .Case([&](LinearOp o) {
          int64_t in = fieldType(o.getWeight()).getShape()[1];
          double sum = o.getBias() ? of(o.getBias()).at(c, 0, 0) * (o.getScale() ? of(o.getScale()).at(0, p, n) : 1) : 0;
          for (int64_t k = 0; k < in; ++k)
            sum += of(o.getWeight()).at(c * in + k, 0, 0) * of(o.getInput()).at(k, p, n);
          return sum;
        })
        .Case([&](LinearTransposedOp o) {
          auto shape = fieldType(o.getWeight()).getShape();
          double sum = 0;
          for (int64_t k = 0; k < shape[0]; ++k)
            sum += of(o.getWeight()).at(k * shape[1] + c, 0, 0) * of(o.getGradient()).at(k, p, n);
          return sum;
        })
        .Case<OneHotOp>([&](auto) { return of(op->getOperand(0)).at(0, p, n) == c; })
        .Case<ArgMaxOp, ChannelMaxOp>([&](auto) { return largest(op, c, p, n); })
        .Case([&](BernoulliOp o) {
          uint32_t sample = type.getSamples() ? sizes.firstSample + n : 0;
          uint32_t place = type.getSpace() ? c * sizes.points + p : c;
          return drawn(sizes.key, o.getStream(), sample, place, x(1));
        })
        .Case<PositionsOp>([&](auto) { return position(fieldType(op->getResult(0)).getNumChannels(), c, p); })
        .Case([&](SumOp o) { return sum(o, type, c, p, n); })
        .Case([&](OuterOp o) { return outer(o, c); })
        .Case([&](CountOp o) { return double((o.getSamples() ? sizes.samples : 1) * (o.getSpaceAttr() ? sizes.points : 1)); })
        .Case([&](LastOp o) { return of(o.getOperand()).at(c, of(o.getOperand()).points - 1, n); })
        .Case<PlaceLastOp>([&](auto) { return p == sizes.points - 1 ? of(op->getOperand(0)).at(c, 0, n) : 0; })
        .Default([](Operation *) -> double { llvm_unreachable("the interpreter lacks an op"); });
  }

  static double compare(CmpKind kind, double x, double y) {
    switch (kind) {
    case CmpKind::lt: return x < y;
    case CmpKind::le: return x <= y;
    case CmpKind::gt: return x > y;
    case CmpKind::ge: return x >= y;
    case CmpKind::eq: return x == y;
    case CmpKind::ne: return x != y;
    }
    llvm_unreachable("all kinds are above");
  }

  double largest(Operation *op, int64_t c, int64_t p, int64_t n) {
    const Array &from = values[op->getOperand(0)];
    int64_t count = fieldType(op->getOperand(0)).getShape().back(), best = 0;
    for (int64_t k = 1; k < count; ++k)
      if (from.at(c * count + k, p, n) > from.at(c * count + best, p, n))
        best = k;
    return isa<ArgMaxOp>(op) ? best : from.at(c * count + best, p, n);
  }

  double position(int64_t rank, int64_t axis, int64_t p) {
    int64_t index = rank == 1 ? p : axis == 0 ? p / sizes.size[1] : p % sizes.size[1];
    return sizes.grid[axis] == 1 ? 0 : -1 + 2.0 * (index + sizes.start[axis]) / (sizes.grid[axis] - 1);
  }

  double sum(SumOp op, FieldType type, int64_t c, int64_t p, int64_t n) {
    const Array &from = values[op.getOperand()];
    ArrayRef<int64_t> shape = fieldType(op.getOperand()).getShape();
    double total = 0;
    for (int64_t k = 0; k < from.channels; ++k) {
      int64_t kept = 0, rest = k;
      SmallVector<int64_t> coordinates(shape.size());
      for (size_t axis = shape.size(); axis-- > 0; rest /= shape[axis])
        coordinates[axis] = rest % shape[axis];
      for (size_t axis = 0; axis < shape.size(); ++axis)
        if (!llvm::is_contained(op.getAxes(), int64_t(axis)))
          kept = kept * shape[axis] + coordinates[axis];
      if (kept != c)
        continue;
      for (int64_t q = op.getSpace() ? 0 : p; q < (op.getSpace() ? from.points : p + 1); ++q)
        for (int64_t m = op.getSamples() ? 0 : n; m < (op.getSamples() ? from.samples : n + 1); ++m)
          total += from.at(k, q, m);
    }
    return total;
  }

  double outer(OuterOp op, int64_t c) {
    const Array &g = values[op.getGradient()], &x = values[op.getInput()];
    double total = 0;
    for (int64_t p = 0; p < g.points; ++p)
      for (int64_t n = 0; n < g.samples; ++n)
        total += g.at(c / x.channels, p, n) * x.at(c % x.channels, p, n);
    return total;
  }
};
} // namespace

std::vector<Array> flex::test::interpret(PointsOp region, const std::vector<Array> &arguments, const Sizes &sizes) {
  return Interpreter(region, sizes).run(arguments);
}
