// What an observer is told of every value that an entry point keeps in memory: whose it is, which pass of the step it
// serves, what it costs. Costs are counted from types and sizes; what a library does inside is not known here.
#include "flex/Analysis/Cost.h"
#include "flex/Conversion/EmitNetworksEntry.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cstddef>

using namespace mlir;
using namespace flex;

/// Everything that no other result than a gradient depends on.
void EntryEmitter::findBackward() {
  if (network.getRole() != "loss_and_grad")
    return;
  Block &block = network.getEntry();
  DenseSet<Value> forward;
  for (auto [i, value] : llvm::enumerate(block.getTerminator()->getOperands())) {
    StringRef out = network.getResultAttrOfType<StringAttr>(i, "flex.out").getValue();
    if (!out.starts_with("gradient:") && out != "input_gradient")
      forward.insert(value);
  }
  for (Operation &op : llvm::reverse(block.without_terminator())) {
    if (llvm::any_of(op.getResults(), [&](Value v) { return forward.contains(v); }))
      forward.insert(op.operand_begin(), op.operand_end());
    else
      backward.insert(&op);
  }
}

/// Arithmetic on elements: lane operations of a region at each of its points, the products and sums of a convolution, with
/// what its source computes.
Value EntryEmitter::flopsOf(Operation &op) {
  if (std::optional<Correlation> c = Correlation::of(&op)) {
    int64_t results = bool(c->output) + bool(c->inputGradient) + (c->kernelGradient || c->mixtureGradient.basis);
    Value pairs = h.constant(2 * c->in() * c->out() * results);
    Value points = h.mul(domains->samples, domains->points(fieldType(c->data())));
    Value flops = h.mul(h.mul(pairs, domains->points(fieldType(c->overTaps()))), points);
    PointsOp source = rowSourceOf(c->input);
    return source ? h.add(flops, flopsOf(*source)) : flops;
  }
  return TypeSwitch<Operation *, Value>(&op)
      .Case([&](PointsOp points) {
        int64_t each = 0;
        points.getBody().walk([&](Operation *inner) { each += inner == &op ? 0 : flopsPerPoint(inner); });
        Value count = points.getSpace() ? domains->space(*points.getSpace()).points : h.constant(1);
        return h.mul(h.mul(h.constant(each), count), points.getSamples() ? domains->samples : h.constant(1));
      })
      .Default([&](Operation *) { return h.constant(0); });
}

Value EntryEmitter::bytesOf(Operation &op) {
  Value bytes = h.constant(0);
  DenseSet<Value> counted;
  for (Value value : llvm::concat<Value>(readsOf(op), llvm::to_vector(op.getResults())))
    if (auto type = dyn_cast<FieldType>(value.getType()); type && counted.insert(value).second)
      bytes = h.add(bytes, domains->bytes(type));
  return bytes;
}

/// `flex.observe(run, <the fields of flexrt_observation>)`: calls the run's observer where there is one.
static void buildObserve(HostBuilder &h, StringRef name, ArrayRef<std::pair<int64_t, Value>> fields) {
  OpBuilder::InsertionGuard guard(h.b);
  SmallVector<Type> types{h.ptr()};
  for (auto [offset, value] : fields)
    types.push_back(value.getType());
  auto function = h.begin(name, types, {});
  Value seen = h.stack(sizeof(flexrt_observation)), run = function.getArgument(0);
  Value observe = h.load(h.ptr(), run, offsetof(flexrt_run, observe)), none = h.null();
  Value set = h.b.create<LLVM::ICmpOp>(h.loc, LLVM::ICmpPredicate::ne, observe, none);
  h.when(set, [&] {
    for (auto [i, field] : llvm::enumerate(fields))
      h.store(function.getArgument(i + 1), seen, field.first);
    SmallVector<Value> arguments{observe, h.load(h.ptr(), run, offsetof(flexrt_run, observer)), seen};
    auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(h.b.getContext()), {h.ptr(), h.ptr()});
    h.b.create<LLVM::CallOp>(h.loc, type, arguments);
  });
  h.finish();
}

void EntryEmitter::emitObservation(Operation &op) {
  bool isSource = op.getNumResults() > 0 && rowSourceOf(op.getResult(0));
  if (isUpdate() || isSource || isa<ReshapeOp, ConstantOp>(op))
    return;
  bool moved = isa<RelayoutOp>(op), first = true;
  StringRef path = pathOf(op.getLoc());
  Value algorithm = algorithmOf(op);
  for (Value result : op.getResults()) {
    FieldType type = fieldType(result);
    if (!moved && type.getLayout() != Layout::Lanes && !type.isUniform())
      continue;
    Value one = h.constant(1), zero = h.constant(0), points = domains->points(type);
    bool lanes = type.getLayout() == Layout::Lanes, shown = !moved && (lanes || type.isUniform());
    std::pair<int64_t, Value> fields[] = {
        {offsetof(flexrt_observation, path), h.text(path.empty() ? network.getSymName() : path)},
        {offsetof(flexrt_observation, place), h.text(placeOf(op.getLoc()))},
        {offsetof(flexrt_observation, operation), h.text(op.getName().stripDialect())},
        {offsetof(flexrt_observation, algorithm), algorithm},
        {offsetof(flexrt_observation, data), pointer(result)},
        {offsetof(flexrt_observation, channels), h.constant(shown ? type.getNumChannels() : 0)},
        {offsetof(flexrt_observation, rows), type.getSamples() ? points : one},
        {offsetof(flexrt_observation, stride), type.getSamples() ? domains->paddedSamples : domains->rowStride(type)},
        {offsetof(flexrt_observation, valid), type.getSamples() ? domains->samples : points},
        {offsetof(flexrt_observation, backward), h.constant(backward.contains(&op))},
        {offsetof(flexrt_observation, flops), first ? flopsOf(op) : zero},
        {offsetof(flexrt_observation, bytes), first ? bytesOf(op) : zero}};
    constexpr StringRef callee = "flex.observe";
    if (!h.module.lookupSymbol(callee))
      buildObserve(h, callee, fields);
    SmallVector<Value> arguments{run};
    for (auto [offset, value] : fields)
      arguments.push_back(value);
    h.call(callee, arguments);
    first = false;
  }
}
