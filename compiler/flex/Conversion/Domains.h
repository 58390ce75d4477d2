/// Sizes of domains as values in the code of one entry point, and how large a buffer of each field type is. The only
/// place that knows how a layout turns into element counts.
#pragma once

#include "flex/Conversion/DescribeNetwork.h"
#include "flex/Conversion/HostBuilder.h"
#include "flexrt/abi/flexrt.h"

namespace flex {

class Domains {
public:
  struct Space {
    mlir::Value extent;                  ///< address of its flexrt_extent
    mlir::Value size[FLEXRT_MAX_RANK];
    mlir::Value points;
  };

  /// `extents` is the table's address, `samples` N. Values are emitted where they are first asked for, so ask at the top
  /// level of the function.
  Domains(HostBuilder &host, const NetworkDescription &description, mlir::Value extents, mlir::Value samples);

  mlir::Value samples, paddedSamples;
  const Space &space(llvm::StringRef name);

  /// Points of the type's space, 1 where it has none.
  mlir::Value points(FieldType type);
  /// Elements from one channel to the next (PointsCall.h), in the layout of lanes.
  mlir::Value rowStride(FieldType type);
  /// Elements of a value's buffer in its layout.
  mlir::Value elements(FieldType type);
  mlir::Value bytes(FieldType type) { return host.mul(elements(type), host.constant(elementBytes(type))); }

  static int64_t elementBytes(FieldType type) { return type.getElementType().getWidth() / 8; }

private:
  HostBuilder &host;
  const NetworkDescription &description;
  mlir::Value extents;
  std::map<std::string, Space> spaces;
};

} // namespace flex
