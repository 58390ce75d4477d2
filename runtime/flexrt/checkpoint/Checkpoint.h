/// What is saved of a run, as a safetensors file.
///
/// Tensors: every parameter and state by its path; "optimizer/<moment>/<path>"; "run/sums" and "run/last_step".
/// Everything else is metadata, numbers as text that reads back to the same bits.
#pragma once

#include "flexrt/checkpoint/Safetensors.h"
#include "flexrt/train/Model.h"
#include "flexrt/train/TrainState.h"

namespace flexrt {

/// The program's name and hash, to tell whose a checkpoint is.
struct Origin {
  std::string source, sourceHash, compiler, experiment, architecture;
  static Origin of(const flexrt_program &program, const flexrt_network &network);
};

TensorFile makeCheckpoint(const Model &model, const TrainState &state, const Origin &origin);

/// Parameters and states alone, as `import` writes them. `values` are by path.
TensorFile makeParameterFile(const Model &model, const std::map<std::string, Tensor> &values, const Origin &origin);

/// Loads parameters and states into `model`, and returns the sizes that they were trained at ({0, 0} if not known).
/// Throws Error that lists what differs: missing or additional tensors, other shapes. Nothing is changed then. What lies
/// under the path `fresh` ("": nothing) keeps the values it has, whatever the file holds there.
std::array<int64_t, 2> loadParameters(Model &model, const TensorFile &file, const std::string &path,
                                      const std::string &fresh = "");

/// Loads all of it, to go on. Throws Error, too, for a file of another program, element type or experiment.
TrainState loadCheckpoint(Model &model, const TensorFile &file, const Origin &origin, const std::string &path);

} // namespace flexrt
