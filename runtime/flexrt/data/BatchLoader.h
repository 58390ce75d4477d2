/// Reads the batches of one epoch, one ahead of the training step, on a thread of its own.
#pragma once

#include "flexrt/data/Dataset.h"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace flexrt {

struct Batch {
  int64_t samples = 0;
  std::vector<float> inputs;  ///< [samples][C][size...]
  std::vector<float> targets; ///< [samples][targets]
};

/// What a batch holds depends on the order and the augmentation's keys only, not on threads or on timing.
class BatchLoader {
public:
  /// Visits `order` in batches of `batch` > 0 samples; the last one may be smaller. `set` must outlive the loader.
  BatchLoader(const Dataset &set, std::vector<int64_t> order, int64_t batch,
              std::optional<Augmentation> augmentation = std::nullopt);
  ~BatchLoader();
  BatchLoader(const BatchLoader &) = delete;
  BatchLoader &operator=(const BatchLoader &) = delete;

  /// The next batch, valid until the next call; null after the last one. Throws what reading threw.
  const Batch *next();

private:
  void run(std::stop_token stop);

  const Dataset &set;
  const std::vector<int64_t> order;
  const int64_t batch;
  const std::optional<Augmentation> augmentation;

  std::mutex mutex;
  std::condition_variable_any changed;
  Batch prepared, current;
  bool ready = false;    ///< `prepared` holds a batch that nobody took
  bool finished = false; ///< nothing follows
  std::exception_ptr failure;
  std::jthread thread;   ///< last: it uses all of the above
};

} // namespace flexrt
