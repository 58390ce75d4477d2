#include "flexrt/data/BatchLoader.h"

#include <algorithm>

namespace flexrt {

BatchLoader::BatchLoader(const Dataset &set, std::vector<int64_t> visited, int64_t batch,
                         std::optional<Augmentation> augmentation)
    : set(set), order(std::move(visited)), batch(batch), augmentation(augmentation),
      thread([this](std::stop_token stop) { run(stop); }) {}

BatchLoader::~BatchLoader() = default; // the thread is asked to stop, and joined

const Batch *BatchLoader::next() {
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return ready || finished; });
  if (!ready) {
    if (failure)
      std::rethrow_exception(failure);
    return nullptr;
  }
  std::swap(prepared, current);
  ready = false;
  changed.notify_all();
  return &current;
}

void BatchLoader::run(std::stop_token stop) {
  try {
    const DatasetShape &shape = set.shape();
    for (size_t at = 0; at < order.size(); at += size_t(batch)) {
      const std::span indices(order.data() + at, std::min(size_t(batch), order.size() - at));
      std::unique_lock lock(mutex);
      if (!changed.wait(lock, stop, [&] { return !ready; }))
        return;
      // Nobody touches `prepared` until it is ready, so reading needs no lock.
      lock.unlock();
      prepared.samples = int64_t(indices.size());
      prepared.inputs.resize(indices.size() * size_t(shape.inputElements()));
      prepared.targets.resize(indices.size() * size_t(shape.targets));
      set.read(indices, augmentation, prepared.inputs.data(), prepared.targets.data());
      lock.lock();
      ready = true;
      changed.notify_all();
    }
  } catch (...) {
    failure = std::current_exception();
  }
  std::lock_guard lock(mutex);
  finished = true;
  changed.notify_all();
}

} // namespace flexrt
