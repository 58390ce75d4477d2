#include "flex/Conversion/SpectralCode.h"

#include "flex/Conversion/EmitNetworksTranspose.h"

using namespace mlir;
using namespace flex;

static constexpr int64_t kSlotBytes = 8;

SpectralCode::SpectralCode(HostBuilder &host, FloatType element, int64_t lanes)
    : h(host), l(host.b, host.loc, element, lanes), lanes(lanes), elementBytes(element.getWidth() / 8) {}

std::string SpectralCode::symbol(StringRef name) const {
  return ("flex.spectral." + name + (l.element.isF64() ? ".f64" : ".f32")).str();
}

bool SpectralCode::open(StringRef name, bool chunked) {
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

void SpectralCode::close() { h.finish(); }

void SpectralCode::run(StringRef name) { h.call(symbol(name), context); }

void SpectralCode::run(StringRef name, Index chunks) { emitChunks(h, symbol(name), context, chunks); }

Index SpectralCode::operator[](SpectralSlot slot) { return {h, h.load(h.i64(), context, int64_t(slot) * kSlotBytes)}; }

Value SpectralCode::pointer(SpectralSlot slot) { return h.load(h.ptr(), context, int64_t(slot) * kSlotBytes); }

Value SpectralCode::isSet(SpectralSlot slot) {
  Index value = (*this)[slot];
  return h.b.createOrFold<arith::CmpIOp>(h.loc, arith::CmpIPredicate::ne, value, index(0));
}

void SpectralCode::set(SpectralSlot slot, Value value) { h.store(value, context, int64_t(slot) * kSlotBytes); }

Index SpectralCode::chunk() { return {h, function.getArgument(1)}; }

Value SpectralCode::place(SpectralSlot bytes) {
  Value start = pointer(SpectralSlot::Workspace);
  return h.at(start, (*this)[bytes]);
}

Index SpectralCode::workerNumber() { return {h, h.call("flexrt_worker", {}, h.i64())[0]}; }

Value SpectralCode::worker() {
  Value first = place(SpectralSlot::WorkersAt);
  return h.at(first, workerNumber() * (*this)[SpectralSlot::WorkerBytes]);
}

Value SpectralCode::workerPlace(Value worker, SpectralSlot bytes) { return h.at(worker, (*this)[bytes]); }

Value SpectralCode::validLanes(Index first) {
  Index samples = (*this)[SpectralSlot::Samples];
  Value numbers = l.consecutive(l.low32(first)), limit = l.spread(l.low32(samples));
  return l.compare(arith::CmpIPredicate::slt, numbers, limit);
}

Value SpectralCode::loadMasked(Value pointer, Value mask) {
  return h.b.create<LLVM::MaskedLoadOp>(h.loc, l.laneType(), pointer, mask, l.zero(), elementBytes);
}

void SpectralCode::storeMasked(Value vector, Value pointer, Value mask) {
  h.b.create<LLVM::MaskedStoreOp>(h.loc, vector, pointer, mask, elementBytes);
}

void SpectralCode::storePast(Value vector, Value pointer) {
  h.b.create<LLVM::StoreOp>(h.loc, vector, pointer, /*alignment=*/lanes * elementBytes, /*isVolatile=*/false,
                            /*isNonTemporal=*/true);
}

void SpectralCode::stream(Value from, Index fromPitch, Value to, Index toPitch, Index rows, Index length) {
  h.loop(index(0), rows, 1, [&](Value row) {
    Value source = at(from, Index(h, row) * fromPitch), target = at(to, Index(h, row) * toPitch);
    h.loop(index(0), length, lanes, [&](Value i) {
      Value vector = l.loadLanes(at(source, Index(h, i)));
      storePast(vector, at(target, Index(h, i)));
    });
  });
}

void SpectralCode::transform(SpectralSlot slot, Sequence from, Sequence to, Index origin, Index count, Value twiddles) {
  SmallVector<Value> arguments{pointer(slot),
                               from.start,
                               from.stride * elementBytes,
                               from.imaginary * elementBytes,
                               to.start,
                               to.stride * elementBytes,
                               to.imaginary * elementBytes,
                               origin,
                               count,
                               twiddles ? twiddles : h.null()};
  SmallVector<Type> types = llvm::to_vector(ValueRange(arguments).drop_front().getTypes());
  auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(h.b.getContext()), types);
  h.b.create<LLVM::CallOp>(h.loc, type, arguments);
}
