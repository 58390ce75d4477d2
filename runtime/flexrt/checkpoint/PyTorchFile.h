/// Reads the tensors of files that PyTorch's `torch.save` wrote (.pt, .pth).
#pragma once

#include "flexrt/checkpoint/Safetensors.h"

namespace flexrt {

/// All tensors of a state dictionary, by name. The dictionary may be the file's object, or lie in a dictionary under
/// "model", "state_dict", "model_state_dict" or "net"; other entries (optimisers, epochs) are left out. Half precision
/// becomes F32. Nothing in the file is executed. Throws Error.
TensorFile readPyTorchFile(const std::string &path);

} // namespace flexrt
