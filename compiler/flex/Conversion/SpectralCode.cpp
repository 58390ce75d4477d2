#include "flex/Conversion/SpectralCode.h"

using namespace mlir;
using namespace flex;

void SpectralCode::setSlice(Index groups) {
  using Slot = SpectralSlot;
  Index in = (*this)[Slot::In], out = (*this)[Slot::Out], slice = groups * (2 * lanes);
  Index channelPitch = slice * (*this)[Slot::DataOuter];
  set(Slot::SliceGroups, groups);
  set(Slot::Slice, slice);
  set(Slot::ChannelPitch, channelPitch);
  set(Slot::RowPitch, channelPitch * max(in, out) + lanes);
  set(Slot::InPitch, inputPitch(groups));
  set(Slot::OutPitch, slice * out + lanes);
  set(Slot::KeptFrame, inputBlock(groups));
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

void SpectralCode::fetch(Value from, Index pitch, Index rows, Index length) {
  h.loop(index(0), rows, 1, [&](Value row) {
    Value start = at(from, Index(h, row) * pitch);
    h.loop(index(0), length, lanes, [&](Value i) {
      l.fetch(at(start, Index(h, i)));
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
