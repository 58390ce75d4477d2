/// `import` and `kernels`: parameters from elsewhere, and pictures of what was learned.
#include "flexrt/checkpoint/Authors.h"
#include "flexrt/cli/Session.h"
#include "flexrt/core/Error.h"
#include "flexrt/report/Kernels.h"
#include "flexrt/train/Step.h"

#include <cstdio>
#include <filesystem>

namespace flexrt {

int runImport(const Context &context, const ImportArguments &arguments) {
  const Session session(context, Words(arguments.words));
  const AuthorsImport import = importAuthors(session.network, readForeignTensors(arguments.authors));
  const TensorFile file =
      makeParameterFile(session.model, import.tensors, Origin::of(context.program, session.network));
  writeSafetensors(arguments.output, file);
  std::printf("%s: %zu parameters and states of '%s'", arguments.output.c_str(), import.tensors.size(),
              session.network.name);
  if (!import.ignored.empty()) {
    std::printf("; left out as known extras:");
    for (const std::string &name : import.ignored)
      std::printf(" %s", name.c_str());
  }
  std::printf("\nnext: ./%s eval --checkpoint %s\n", context.name.c_str(), arguments.output.c_str());
  return int(ExitCode::ok);
}

int runKernels(const Context &context, const KernelsArguments &arguments) {
  const Words words(arguments.words);
  const FoundCheckpoint checkpoint = findCheckpoint(context, words, arguments.checkpoint);
  Session session(context, words, checkpoint);
  Model &model = session.model;
  if (model.network.layer_count == 0)
    throw Error("the network has no convolution with sampled taps", "there is nothing to draw");
  std::array<int64_t, 2> size = session.trainedSize;
  if (size[0] == 0)
    size =
        context.data(session.config.data(), session.config.dataRoot, Split::train, session.config.seed)->shape().size;
  model.setDataSize(size, size);
  checkRequirements(model, "in '" + checkpoint.path + "'");
  std::vector<LayerKernel> layers;
  for (int32_t i = 0; i < model.network.layer_count; ++i) {
    const flexrt_layer &layer = model.network.layers[i];
    const flexrt_extent &taps = model.extents[size_t(layer.taps)];
    layers.push_back({layer.path,
                      layer.in,
                      layer.out,
                      model.network.spaces[layer.taps].rank,
                      {taps.size[0], taps.size[1]},
                      model.sampleKernel(i)});
    std::printf("%-32s %s of at most %s\n", layer.path, sizeText(taps.size, layers.back().rank).c_str(),
                sizeText(taps.grid, layers.back().rank).c_str());
  }
  const std::string sizes = std::filesystem::path(arguments.output).replace_extension(".json").string();
  writeKernelPicture(arguments.output, layers);
  writeKernelSizes(sizes, layers);
  std::printf("%s\n%s\n", arguments.output.c_str(), sizes.c_str());
  return int(ExitCode::ok);
}

} // namespace flexrt
