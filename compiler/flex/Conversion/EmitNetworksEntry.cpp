// How a network's arguments and results meet the caller's struct. Values are read and written in place where the caller's
// buffer has the right layout; the ops are emitted by EmitNetworksOps.cpp.
#include "flex/Conversion/EmitNetworksEntry.h"

#include "flex/Conversion/Keys.h"
#include "flex/Conversion/ModuleAttributes.h"
#include "flex/Conversion/PointsCall.h"
#include "flex/Conversion/Relayout.h"

#include "mlir/IR/Matchers.h"

#include <cstddef>

using namespace mlir;
using namespace flex;

/// Frames of entry points without an arena up to this size are on the stack, larger ones static.
static constexpr int64_t kMaxStackBytes = 1 << 16;

EntryEmitter::EntryEmitter(ModuleOp module, const NetworkDescription &description, NetworkOp network)
    : h(module, network.getLoc()), description(description), network(network) {}

bool EntryEmitter::hasArena(StringRef role) {
  return role == "forward" || role == "evaluate" || role == "loss_and_grad" || role == "sample_kernel";
}

LogicalResult EntryEmitter::emit() {
  if (failed(verifySpaces()))
    return failure();
  std::string name = description.name + "." + network.getSymName().str();
  openFunction(name, h.b.getI32Type());
  if (failed(bindArguments()) || failed(placeResults()))
    return failure();
  findKept();
  plan.emplace(network, [&](Value v) { return outside.contains(bufferOf(v)); });
  if (failed(openFrame()) || failed(emitOps()) || failed(storeResults()))
    return failure();
  h.finish(h.constant32(0));
  if (hasArena(network.getRole()))
    emitArenaFunction();
  return success();
}

LogicalResult EntryEmitter::verifySpaces() {
  auto known = [&](Operation *op, Type type) -> LogicalResult {
    auto field = dyn_cast<FieldType>(type);
    if (!field || !field.getSpace() || description.findSpace(field.getSpace().getValue()) >= 0)
      return success();
    return op->emitError("there is no space '") << field.getSpace().getValue() << "'";
  };
  for (Type type : network.getArgumentTypes())
    if (failed(known(network, type)))
      return failure();
  for (Operation &op : network.getEntry())
    for (Type type : op.getResultTypes())
      if (failed(known(&op, type)))
        return failure();
  return success();
}

Value EntryEmitter::field(int64_t runOffset, int64_t updateOffset, Type type) {
  return h.load(type, run, isUpdate() ? updateOffset : runOffset);
}

/// Starts a function of the run, and the sizes that every such function knows.
void EntryEmitter::openFunction(StringRef name, Type result) {
  function = h.begin(name, h.ptr(), result);
  run = function.getArgument(0);
  Value extents = field(offsetof(flexrt_run, extents), offsetof(flexrt_update, extents), h.ptr());
  Value samples = isUpdate() ? h.constant(1) : h.load(h.i64(), run, offsetof(flexrt_run, samples));
  domains.emplace(h, description, extents, samples);
}

void EntryEmitter::emitArenaFunction() {
  openFunction(function.getSymName().str() + ".arena", h.i64());
  h.finish(placeAll().bytes);
}

//===- Arguments ---------------------------------------------------------------------------------------------------===//

Value EntryEmitter::elementOffset(Value base, int64_t elements) { return h.at(base, elements * elementBytes()); }

/// A real of the network's type on the stack: settings and counts reach the regions as uniform values.
Value EntryEmitter::scalarSlot(Value asDouble, Type type) {
  Value slot = h.stack(FLEXRT_ALIGNMENT);
  Value narrow = type.isF64() ? asDouble : h.b.create<arith::TruncFOp>(h.loc, type, asDouble);
  h.store(narrow, slot);
  return slot;
}

FailureOr<Value> EntryEmitter::bind(StringAttr binding, FieldType type) {
  auto [kind, name] = binding.getValue().split(':');
  if (kind == "parameter") {
    const auto *p = description.findParameter(name);
    if (!p)
      return network.emitError("there is no parameter '") << name << "'";
    return elementOffset(h.load(h.ptr(), run, offsetof(flexrt_run, parameters)), p->offset);
  }
  if (kind == "state") {
    const auto *s = description.findState(name);
    if (!s)
      return network.emitError("there is no state '") << name << "'";
    return elementOffset(h.load(h.ptr(), run, offsetof(flexrt_run, states)), s->offset);
  }
  if (kind == "setting") {
    int64_t i = description.findSetting(name);
    if (i < 0)
      return network.emitError("there is no setting '") << name << "'";
    Value settings = field(offsetof(flexrt_run, settings), offsetof(flexrt_update, settings), h.ptr());
    return scalarSlot(h.load(h.f64(), settings, i * int64_t(sizeof(double))), type.getElementType());
  }
  if (kind == "now")
    return scalarSlot(field(offsetof(flexrt_run, now), offsetof(flexrt_update, now), h.f64()), type.getElementType());
  if (kind == "input")
    return h.load(h.ptr(), run, offsetof(flexrt_run, input));
  if (kind == "target")
    return h.load(h.ptr(), run, offsetof(flexrt_run, target));
  return destination(binding.getValue());
}

LogicalResult EntryEmitter::bindArguments() {
  for (BlockArgument argument : network.getEntry().getArguments()) {
    auto binding = network.getArgAttrOfType<StringAttr>(argument.getArgNumber(), "flex.bind");
    if (binding == "key") {
      // Equal steps of equal seeds draw equally.
      Value seed = h.load(h.i64(), run, offsetof(flexrt_run, seed)), now = h.load(h.f64(), run, offsetof(flexrt_run, now));
      Value step = h.b.create<arith::FPToSIOp>(h.loc, h.i64(), now);
      keys[argument] = mixKey(h.b, h.loc, seed, step);
      continue;
    }
    FailureOr<Value> bound = bind(binding, fieldType(argument));
    if (failed(bound))
      return failure();
    outside[argument] = *bound;
  }
  return success();
}

//===- Results -----------------------------------------------------------------------------------------------------===//

/// Where the caller wants the result `out`; a null value for one that is not a buffer of reals.
FailureOr<Value> EntryEmitter::destination(StringRef out) {
  auto [kind, name] = out.split(':');
  bool initialises = network.getRole() == "initialise";
  if (kind == "output")
    return h.load(h.ptr(), run, offsetof(flexrt_run, output));
  if (kind == "input_gradient")
    return h.load(h.ptr(), run, offsetof(flexrt_run, input_gradient));
  if (kind == "parameter" || (kind == "gradient" && !isUpdate())) {
    const auto *p = description.findParameter(name);
    if (!p)
      return network.emitError("there is no parameter '") << name << "'";
    int64_t at = kind == "gradient" ? offsetof(flexrt_run, gradients) : offsetof(flexrt_run, parameters);
    return elementOffset(h.load(h.ptr(), run, at), p->offset);
  }
  if (kind == "state") {
    const auto *s = description.findState(name);
    if (!s)
      return network.emitError("there is no state '") << name << "'";
    int64_t at = initialises ? offsetof(flexrt_run, states) : offsetof(flexrt_run, next_states);
    return elementOffset(h.load(h.ptr(), run, at), s->offset);
  }
  if (kind == "weight" || kind == "gradient")
    return h.load(h.ptr(), run, kind == "weight" ? offsetof(flexrt_update, weights) : offsetof(flexrt_update, gradients));
  if (kind == "moment") {
    StringRef groupName = network.getSymName().split('.').second;
    for (const NetworkDescription::Group &group : description.groups)
      for (auto [i, moment] : llvm::enumerate(group.moments))
        if (group.name == groupName && moment == name) {
          Value moments = h.load(h.ptr(), run, offsetof(flexrt_update, moments));
          return h.load(h.ptr(), moments, int64_t(i * sizeof(void *)));
        }
    return network.emitError("group '") << groupName << "' has no moment '" << name << "'";
  }
  return Value();
}

/// An update overwrites what it reads: all that reads the old value must come no later than what makes the new one.
LogicalResult EntryEmitter::checkUpdatedInPlace(Operation *producer, StringAttr out) {
  for (BlockArgument argument : network.getEntry().getArguments())
    if (network.getArgAttr(argument.getArgNumber(), "flex.bind") == out)
      for (Operation *user : argument.getUsers())
        if (producer->isBeforeInBlock(user) && !isa<YieldOp>(user))
          return user->emitError("reads '") << out.getValue() << "' after the update has overwritten it";
  return success();
}

LogicalResult EntryEmitter::placeResults() {
  for (auto [i, value] : llvm::enumerate(network.getEntry().getTerminator()->getOperands())) {
    auto out = network.getResultAttrOfType<StringAttr>(i, "flex.out");
    FieldType type = fieldType(value);
    if (out == "output" && type.getSamples() && type.getLayout() != Layout::Plain)
      return network.emitError("the result 'output' must have the plain layout, not ") << type;
    FailureOr<Value> to = destination(out.getValue());
    if (failed(to))
      return failure();
    destinations.push_back(*to);
    Value buffer = bufferOf(value);
    Operation *producer = buffer.getDefiningOp();
    bool dense = type.getLayout() == Layout::Plain || type.isUniform() || isUpdate();
    if (!*to || !dense || !producer || isa<ConstantOp>(producer) || outside.contains(buffer))
      continue;
    if (isUpdate() && failed(checkUpdatedInPlace(producer, out)))
      return failure();
    outside[buffer] = *to;
  }
  return success();
}

LogicalResult EntryEmitter::openFrame() {
  if (network.getRole() == "loss_and_grad")
    clearResults();
  offsets = placeAll();
  if (hasArena(network.getRole())) {
    arena = h.load(h.ptr(), run, offsetof(flexrt_run, arena));
    return success();
  }
  APInt bytes;
  if (Value value = plan->firstDynamic())
    return value.getDefiningOp()->emitError("a function of role '")
           << network.getRole() << "' has no arena to keep " << value.getType() << " in";
  if (!matchPattern(offsets.bytes, m_ConstantInt(&bytes)))
    return network.emitError("a function of role '") << network.getRole() << "' has no arena for sums over a domain";
  if (bytes.getSExtValue() <= kMaxStackBytes)
    arena = h.stack(bytes.getSExtValue());
  else
    arena = h.scratch(function.getSymName().str() + ".frame", bytes.getSExtValue());
  return success();
}

/// What no result writes: gradients of parameters that the loss does not depend on and the padding between, which
/// updates read; states that stay as they are.
void EntryEmitter::clearResults() {
  Value gradients = h.load(h.ptr(), run, offsetof(flexrt_run, gradients));
  h.zero(gradients, h.constant(description.parameterElements * elementBytes()));
  if (description.states.empty())
    return;
  Value from = h.load(h.ptr(), run, offsetof(flexrt_run, states));
  Value to = h.load(h.ptr(), run, offsetof(flexrt_run, next_states));
  h.copy(to, from, h.constant(description.stateElements * elementBytes()));
}

LogicalResult EntryEmitter::storeScalar(Value value, StringAttr out) {
  auto [kind, index] = out.getValue().split(':');
  int64_t i = -1;
  if (kind == "require")
    index.getAsInteger(10, i);
  else
    i = llvm::find(description.scalars, kind) - description.scalars.begin();
  if (i < 0 || !fieldType(value).isUniform() || fieldType(value).getNumChannels() != 1)
    return network.emitError("the result '") << out.getValue() << "' must be one number, got " << value.getType();
  Value scalars = h.load(h.ptr(), run, offsetof(flexrt_run, scalars));
  h.store(scalar(value), scalars, i * int64_t(sizeof(double)));
  return success();
}

LogicalResult EntryEmitter::storeResults() {
  for (auto [i, value] : llvm::enumerate(network.getEntry().getTerminator()->getOperands())) {
    auto out = network.getResultAttrOfType<StringAttr>(i, "flex.out");
    Value to = destinations[i];
    FieldType type = fieldType(value);
    if (!to) {
      if (failed(storeScalar(value, out)))
        return failure();
      continue;
    }
    Value from = pointer(value);
    auto argument = dyn_cast<BlockArgument>(value);
    bool unchanged = argument && network.getArgAttr(argument.getArgNumber(), "flex.bind") == out && isUpdate();
    if (from == to || unchanged)
      continue;
    Value channels = h.constant(type.getNumChannels()), points = domains->points(type);
    emitCopyRows(h, to, points, from, domains->rowStride(type), channels, points, elementBytes());
  }
  return success();
}
