/// The folder of one run: configuration, log, checkpoints, record.
#pragma once

#include <filesystem>
#include <string>

namespace flexrt {

/// Paths in a run folder.
struct RunFolder {
  std::filesystem::path path;

  std::filesystem::path config() const { return path / "config.yaml"; }
  std::filesystem::path log() const { return path / "log.jsonl"; }
  std::filesystem::path algorithms() const { return path / "algorithms.jsonl"; }
  std::filesystem::path record() const { return path / "record.json"; }
  std::filesystem::path checkpoints() const { return path / "checkpoints"; }
  std::filesystem::path last() const { return checkpoints() / "last.safetensors"; }
  std::filesystem::path best() const { return checkpoints() / "best.safetensors"; }

  /// Makes <parent>/<name>-0001, or the next number that is free. No folder is ever used twice, not even by two
  /// processes at once.
  static RunFolder create(const std::filesystem::path &parent, const std::string &name);
  /// The newest run of `name` under `parent`. Throws Error if there is none.
  static RunFolder newest(const std::filesystem::path &parent, const std::string &name);
};

} // namespace flexrt
