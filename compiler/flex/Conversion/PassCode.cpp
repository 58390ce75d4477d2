#include "flex/Conversion/PassCode.h"

#include "flex/Conversion/EmitNetworksTranspose.h"

using namespace mlir;
using namespace flex;

PassCode::PassCode(HostBuilder &host, StringRef family, FloatType element, int64_t lanes)
    : h(host), l(host.b, host.loc, element, lanes), lanes(lanes), elementBytes(element.getWidth() / 8), family(family) {
}

std::string PassCode::symbol(StringRef name) const {
  return ("flex." + family + "." + name + (l.element.isF64() ? ".f64" : ".f32")).str();
}

bool PassCode::open(StringRef name, bool chunked) {
  if (h.module.lookupSymbol(symbol(name)))
    return false;
  SmallVector<Type> arguments{h.ptr()};
  if (chunked)
    arguments.push_back(h.i64());
  function = h.begin(symbol(name), arguments, {});
  function.setPrivate();
  context = function.getArgument(0);
  return true;
}

void PassCode::close() { h.finish(); }

Index PassCode::chunk() { return {h, function.getArgument(1)}; }

void PassCode::run(StringRef name) { h.call(symbol(name), context); }

void PassCode::run(StringRef name, Index chunks) { emitChunks(h, symbol(name), context, chunks); }

Value PassCode::lanesBelow(Index count, Index first) {
  Value numbers = l.consecutive(l.low32(first)), limit = l.spread(l.low32(count));
  return l.compare(arith::CmpIPredicate::slt, numbers, limit);
}

Value PassCode::loadMasked(Value pointer, Value mask) {
  return h.b.create<LLVM::MaskedLoadOp>(h.loc, l.laneType(), pointer, mask, l.zero(), elementBytes);
}

void PassCode::storeMasked(Value vector, Value pointer, Value mask) {
  h.b.create<LLVM::MaskedStoreOp>(h.loc, vector, pointer, mask, elementBytes);
}
