#include "flexrt/train/Evaluation.h"

#include "flexrt/core/Signals.h"

#include <algorithm>

namespace flexrt {

Scalars evaluateSamples(Model &model, const Dataset &data, const std::vector<int64_t> &samples, int64_t batch,
                        const std::function<void(const BatchView &, const Buffer &)> &sink) {
  model.updateSizes();
  const int64_t count = int64_t(samples.size());
  Scalars means(size_t(model.network.scalar_count));
  Buffer output(model.dtype(), std::min(batch, count) * model.outputElements());
  BatchSource source(data, model.dtype(), samples, batch);
  while (const auto view = source.next()) {
    if (stopRequested())
      throw Interrupted{};
    const Scalars scalars = model.evaluate(*view, output);
    for (size_t i = 0; i < means.size(); ++i)
      means[i] += scalars[i] * double(view->samples) / double(count);
    if (sink)
      sink(*view, output);
  }
  return means;
}

} // namespace flexrt
