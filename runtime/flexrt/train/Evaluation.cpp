#include "flexrt/train/Evaluation.h"

#include "flexrt/core/Signals.h"

#include <algorithm>

namespace flexrt {

Scalars evaluateSamples(Model &model, BatchReader &reader, std::span<const int64_t> samples, int64_t batch,
                        const std::function<void(const BatchView &, const Buffer &)> &sink) {
  model.updateSizes();
  const int64_t count = int64_t(samples.size());
  Scalars means(size_t(model.network.scalar_count));
  Buffer output(model.dtype(), std::min(batch, count) * model.outputElements());
  for (int64_t begin = 0; begin < count; begin += batch) {
    if (stopRequested())
      throw Interrupted{};
    const BatchView view = reader.read(samples.subspan(size_t(begin), size_t(std::min(batch, count - begin))), std::nullopt);
    const Scalars scalars = model.evaluate(view, output);
    for (size_t i = 0; i < means.size(); ++i)
      means[i] += scalars[i] * double(view.samples) / double(count);
    if (sink)
      sink(view, output);
  }
  return means;
}

} // namespace flexrt
