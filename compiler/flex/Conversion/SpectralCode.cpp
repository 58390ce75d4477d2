#include "flex/Conversion/SpectralCode.h"

using namespace mlir;
using namespace flex;

void SpectralCode::setSlice(Index groups, Value isLone) {
  using Slot = SpectralSlot;
  Index samples = (*this)[Slot::Samples], pair = index(2 * lanes), one = index(1), all = index(lanes);
  Index valid = (samples - (*this)[Slot::PaddedSamples] / pair * pair).when(isLone, all), fold = one;
  for (int64_t more = 2; more <= lanes; more *= 2)
    fold = index(more).when(valid * more < all + 1, fold);
  Value isFolded = one < fold;
  Index foldLanes = all / fold, slice = groups * pair;
  set(Slot::SliceGroups, groups);
  set(Slot::Slice, slice);
  set(Slot::Fold, fold);
  set(Slot::FoldLanes, foldLanes);
  set(Slot::Valid, valid);
  // Folded channels lie side by side, all real parts and then all imaginary ones.
  auto side = [&](Slot channels, Slot vectors, Slot pitch, Slot imaginary) {
    Index count = ceilDiv((*this)[channels], fold);
    set(vectors, count);
    set(pitch, blockPitch(groups, count));
    set(imaginary, (count * lanes).when(isFolded, all));
    return count;
  };
  Index in = side(Slot::In, Slot::InVectors, Slot::InPitch, Slot::InImaginary);
  Index out = side(Slot::Out, Slot::OutVectors, Slot::OutPitch, Slot::OutImaginary);
  set(Slot::BlockStride, all.when(isFolded, slice));
  set(Slot::ChannelStride, foldLanes.when(isFolded, slice));
  Index inPitch = (*this)[Slot::InPitch], outPitch = (*this)[Slot::OutPitch], lengthB = (*this)[Slot::LengthB];
  set(Slot::BlockOffset, max(outPitch, lengthB * outPitch - (lengthB - 1) * inPitch));
  Index channelPitch = slice * (*this)[Slot::DataOuter];
  set(Slot::ChannelPitch, channelPitch);
  set(Slot::RowPitch, channelPitch * max(in, out) + lanes);
  set(Slot::KeptFrame, (*this)[Slot::LengthB] * (*this)[Slot::InPitch]);
}

void SpectralCode::copy(Value from, Index fromPitch, Value to, Index toPitch, Index rows, Index length,
                        llvm::function_ref<void(Value, Value)> store) {
  h.loop(index(0), rows, 1, [&](Value row) {
    Value source = at(from, Index(h, row) * fromPitch), target = at(to, Index(h, row) * toPitch);
    h.loop(index(0), length, lanes, [&](Value i) {
      Value vector = l.loadLanes(at(source, Index(h, i)));
      store(vector, at(target, Index(h, i)));
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
