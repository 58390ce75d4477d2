// Fields with samples are transposed, taps are copied row by row.
#include "flex/Conversion/Relayout.h"

#include "flex/Conversion/EmitNetworksTranspose.h"

using namespace mlir;
using namespace flex;

namespace {
enum Axis { Sample, Channel, Point };
/// Strides of (sample, channel, point), and the axis whose stride is 1.
struct Strides {
  Value of[3];
  Axis unit;
};
} // namespace

static Strides stridesOf(HostBuilder &h, Domains &domains, FieldType type) {
  Value one = h.constant(1), channels = h.constant(type.getNumChannels()), points = domains.points(type);
  switch (type.getLayout()) {
  case Layout::Lanes:
    return {{one, h.mul(points, domains.paddedSamples), domains.paddedSamples}, Sample};
  case Layout::ChannelsLast:
    return {{h.mul(points, channels), one, channels}, Channel};
  case Layout::Plain:
    return {{h.mul(channels, points), points, one}, Point};
  }
  llvm_unreachable("unknown layout");
}

void flex::emitRelayout(HostBuilder &h, Domains &domains, int64_t lanes, Value target, FieldType to, Value source,
                        FieldType from, Value context) {
  if (!from.getSamples()) {
    auto stride = [&](FieldType type) {
      return type.getLayout() == Layout::Lanes ? domains.rowStride(type) : domains.points(type);
    };
    return emitCopyRows(h, target, stride(to), source, stride(from), h.constant(from.getNumChannels()),
                        domains.points(from), Domains::elementBytes(from));
  }
  Strides read = stridesOf(h, domains, from), write = stridesOf(h, domains, to);
  Value counts[] = {domains.samples, h.constant(from.getNumChannels()), domains.points(from)};
  Axis batch = Axis(Sample + Channel + Point - read.unit - write.unit);
  Transpose transpose;
  transpose.from = source, transpose.to = target;
  transpose.batches = counts[batch];
  transpose.rows = counts[write.unit];
  transpose.paddedRows = to.getLayout() == Layout::Lanes ? domains.paddedSamples : counts[write.unit];
  transpose.columns = counts[read.unit];
  transpose.fromBatch = read.of[batch], transpose.fromRow = read.of[write.unit];
  transpose.toBatch = write.of[batch], transpose.toColumn = write.of[read.unit];
  emitTranspose(h, transpose, from.getElementType(), lanes, context);
}

void flex::emitCopyRows(HostBuilder &h, Value to, Value toStride, Value from, Value fromStride, Value rows, Value length,
                        int64_t elementBytes) {
  Value unit = h.constant(elementBytes), bytes = h.mul(length, unit);
  h.loop(h.constant(0), rows, 1, [&](Value row) {
    Value source = h.at(from, h.mul(h.mul(row, fromStride), unit));
    Value target = h.at(to, h.mul(h.mul(row, toStride), unit));
    h.copy(target, source, bytes);
  });
}
