/// Reading parameters that other programs saved, under the names that the network's source declares with `as`.
#pragma once

#include "flexrt/abi/flexrt.h"
#include "flexrt/checkpoint/Safetensors.h"

#include <string>
#include <vector>

namespace flexrt {

/// What an import did, for the report.
struct AuthorsImport {
  /// By our paths; shapes and dtypes are the network's. Parameters and states.
  std::map<std::string, Tensor> tensors;
  /// Known extras of the file that a network has no place for ("num_batches_tracked", ...).
  std::vector<std::string> ignored;
};

/// All tensors of a file by the names in it: safetensors, or a PyTorch archive (.pt, .pth) of a state dictionary, possibly
/// nested in a checkpoint's dictionary. Throws Error.
TensorFile readForeignTensors(const std::string &path);

/// Finds every parameter and state of `network` among `tensors`, by the authors' name (axes of size 1 squeezed; "name[:,0]"
/// takes a slice). Throws Error that lists names without a match on either side, and shapes that differ.
AuthorsImport importAuthors(const flexrt_network &network, const TensorFile &file);

} // namespace flexrt
