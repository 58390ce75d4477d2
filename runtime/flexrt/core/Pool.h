/// The one pool of threads behind `flexrt_parallel_for`.
///
/// Chunks are handed out one by one to whoever is free, so which thread runs which chunk is left to chance: the cut
/// into chunks, which is the caller's, must alone decide the result. One job runs at a time; a call from inside a
/// chunk, or while another thread's job runs, is done by the caller alone.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>

namespace flexrt {

/// Sets how many threads work, the caller included; 0: FLEX_THREADS if set, else as many as the process may run on.
/// Not while a job runs.
void setThreads(int threads);
int threads();

/// Prepares the calling thread for compiled code: denormals are flushed to zero, as in every thread of the pool.
void prepareThread();

/// From here on, operations of libtorch stay in the calling thread: for small ones waking others takes longer than it saves,
/// and inside a job the pool's threads are enough. (OpenMP keeps this for each thread.)
void keepLibraryInThread();

/// flexrt_parallel_for for C++.
void parallelFor(int64_t chunks, const std::function<void(int64_t)> &body);

/// Keeps the first failure inside a call from compiled code, which cannot throw; `throwNotedFailure` throws it, once,
/// as an Error, after the entry point has returned.
void noteFailure(const std::exception &failure) noexcept;
void throwNotedFailure();

} // namespace flexrt
