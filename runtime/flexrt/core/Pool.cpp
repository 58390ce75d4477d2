#include "flexrt/core/Pool.h"

#include "flexrt/abi/flexrt.h"
#include "flexrt/core/Error.h"

#include <ATen/Parallel.h>
#include <atomic>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <sched.h>
#include <thread>
#include <vector>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace flexrt {
namespace {

/// How often to look for work before sleeping: some ten microseconds, the gap between two regions of a step.
constexpr int spins = 4000;

void relax() {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

void flushDenormals() {
#if defined(__x86_64__)
  _mm_setcsr(_mm_getcsr() | 0x8040); // flush results to zero, read denormals as zero
#elif defined(__aarch64__)
  uint64_t control;
  asm volatile("mrs %0, fpcr" : "=r"(control));
  asm volatile("msr fpcr, %0" : : "r"(control | (uint64_t{1} << 24)));
#endif
}

/// True in the threads of the pool, and in a caller while it works on its job.
thread_local bool insideJob = false;

/// Number of this thread among the pool's; callers are 0.
thread_local int64_t workerNumber = 0;

using Body = void (*)(void *context, int64_t chunk);

class Pool {
public:
  explicit Pool(int threads) {
    for (int i = 1; i < threads; ++i)
      workers_.emplace_back([this, i] { work(i); });
  }

  ~Pool() {
    stopping_ = true;
    wake();
    for (std::thread &worker : workers_)
      worker.join();
  }

  int threads() const { return int(workers_.size()) + 1; }

  void run(Body body, void *context, uint32_t chunks) {
    body_ = body;
    context_ = context;
    chunks_ = chunks;
    done_.store(0, std::memory_order_relaxed);
    const uint64_t job = (tickets_.load(std::memory_order_relaxed) >> 32) + 1;
    tickets_.store(job << 32 | chunks, std::memory_order_release);
    wake();
    insideJob = true;
    while (runOne())
      ;
    insideJob = false;
    waitUntilDone();
  }

private:
  void wake() {
    jobs_.fetch_add(1, std::memory_order_release);
    jobs_.notify_all();
  }

  /// Takes a chunk and runs it. The ticket holds the job's number and the chunks that are left, so that whoever takes
  /// one knows that the job is not over, and its fields can be read.
  bool runOne() {
    uint64_t ticket = tickets_.load(std::memory_order_acquire);
    do {
      if (uint32_t(ticket) == 0)
        return false;
    } while (!tickets_.compare_exchange_weak(ticket, ticket - 1, std::memory_order_acq_rel));
    const uint32_t chunks = chunks_;
    body_(context_, chunks - uint32_t(ticket));
    if (done_.fetch_add(1, std::memory_order_acq_rel) + 1 == chunks)
      done_.notify_one();
    return true;
  }

  void waitUntilDone() {
    for (int spin = 0;; ++spin) {
      const uint32_t done = done_.load(std::memory_order_acquire);
      if (done == chunks_)
        return;
      if (spin < spins)
        relax();
      else
        done_.wait(done, std::memory_order_acquire);
    }
  }

  void work(int64_t number) {
    workerNumber = number;
    insideJob = true;
    prepareThread();
    for (;;) {
      // Read before looking at anything else: whatever changes after this wakes the wait below.
      const uint32_t seen = jobs_.load(std::memory_order_acquire);
      if (stopping_)
        return;
      while (runOne())
        ;
      int spin = 0;
      while (spin < spins && jobs_.load(std::memory_order_acquire) == seen) {
        relax();
        ++spin;
      }
      if (spin == spins)
        jobs_.wait(seen, std::memory_order_acquire);
    }
  }

  std::vector<std::thread> workers_;
  Body body_ = nullptr;
  void *context_ = nullptr;
  uint32_t chunks_ = 0;
  alignas(64) std::atomic<uint64_t> tickets_{0}; ///< job's number << 32 | chunks not handed out
  alignas(64) std::atomic<uint32_t> done_{0};
  alignas(64) std::atomic<uint32_t> jobs_{0}; ///< what sleepers wait on
  std::atomic<bool> stopping_{false};
};

std::mutex running;            ///< held while a job runs, and while the pool changes
std::unique_ptr<Pool> thePool; ///< made at the first job

int defaultThreads() {
  if (const char *text = std::getenv("FLEX_THREADS"); text && *text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text, text + std::strlen(text), value);
    if (error != std::errc() || *end || value < 1)
      throw Error(std::string("FLEX_THREADS is '") + text + "', not a number of threads", "for example FLEX_THREADS=2",
                  ExitCode::usage);
    return value;
  }
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0)
    return CPU_COUNT(&allowed);
  return std::max(1u, std::thread::hardware_concurrency());
}

void runInline(Body body, void *context, int64_t chunks) {
  for (int64_t chunk = 0; chunk < chunks; ++chunk)
    body(context, chunk);
}

std::mutex failureLock;
std::optional<std::string> firstFailure;
std::atomic<bool> failed{false};

} // namespace

void setThreads(int threads) {
  const std::scoped_lock lock(running);
  thePool.reset();
  thePool = std::make_unique<Pool>(threads > 0 ? threads : defaultThreads());
}

int threads() {
  const std::scoped_lock lock(running);
  if (!thePool)
    thePool = std::make_unique<Pool>(defaultThreads());
  return thePool->threads();
}

void prepareThread() { flushDenormals(); }

void keepLibraryInThread() {
  thread_local const bool done = (at::set_num_threads(1), true);
  (void)done;
}

void parallelFor(int64_t chunks, const std::function<void(int64_t)> &body) {
  flexrt_parallel_for(
      [](void *context, int64_t chunk) { (*static_cast<const std::function<void(int64_t)> *>(context))(chunk); },
      const_cast<std::function<void(int64_t)> *>(&body), chunks);
}

void noteFailure(const std::exception &failure) noexcept {
  const std::scoped_lock lock(failureLock);
  if (!firstFailure)
    firstFailure = failure.what();
  failed = true;
}

void throwNotedFailure() {
  if (!failed)
    return;
  const std::scoped_lock lock(failureLock);
  const std::string what = *firstFailure;
  firstFailure.reset();
  failed = false;
  throw Error("a library call failed: " + what, "if memory ran out, a smaller batch or accumulate=2 helps");
}

} // namespace flexrt

void flexrt_parallel_for(void (*body)(void *context, int64_t chunk), void *context, int64_t chunks) {
  using namespace flexrt;
  if (chunks <= 1 || insideJob)
    return runInline(body, context, chunks);
  const std::unique_lock lock(running, std::try_to_lock);
  if (!lock)
    return runInline(body, context, chunks);
  if (!thePool)
    thePool = std::make_unique<Pool>(defaultThreads());
  if (thePool->threads() == 1 || chunks > UINT32_MAX)
    return runInline(body, context, chunks);
  thePool->run(body, context, uint32_t(chunks));
}

int64_t flexrt_workers(void) { return flexrt::threads(); }

int64_t flexrt_worker(void) { return flexrt::workerNumber; }
