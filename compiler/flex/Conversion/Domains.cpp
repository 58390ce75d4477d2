#include "flex/Conversion/Domains.h"

#include "flex/Conversion/PointsCall.h"

#include <cstddef>

using namespace mlir;
using namespace flex;

Domains::Domains(HostBuilder &host, const NetworkDescription &description, Value extents, Value samples)
    : samples(samples), paddedSamples(host.roundUp(samples, description.lanes)), host(host), description(description),
      extents(extents) {}

const Domains::Space &Domains::space(StringRef name) {
  auto [entry, isNew] = spaces.try_emplace(name.str());
  Space &space = entry->second;
  if (!isNew)
    return space;
  int64_t index = description.findSpace(name);
  assert(index >= 0 && "a type's space is verified when a network is taken up");
  space.extent = host.at(extents, index * int64_t(sizeof(flexrt_extent)));
  for (int64_t axis = 0; axis < FLEXRT_MAX_RANK; ++axis)
    space.size[axis] =
        host.load(host.i64(), space.extent, offsetof(flexrt_extent, size) + axis * int64_t(sizeof(int64_t)));
  space.points = host.mul(space.size[0], space.size[1]);
  return space;
}

Value Domains::points(FieldType type) {
  return type.getSpace() ? space(type.getSpace().getValue()).points : host.constant(1);
}

Value Domains::rowStride(FieldType type) {
  if (type.getSamples())
    return host.mul(points(type), paddedSamples);
  return type.getSpace() ? host.roundUp(points(type), kPointBlock) : host.constant(1);
}

Value Domains::elements(FieldType type) {
  Value channels = host.constant(type.getNumChannels());
  if (type.getLayout() == Layout::Lanes)
    return host.mul(channels, rowStride(type));
  Value count = host.mul(channels, points(type));
  return type.getSamples() ? host.mul(count, samples) : count;
}
