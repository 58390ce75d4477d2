/// What training and evaluation see of a data set: numbered samples that are read in batches.
///
/// A set is complete in memory or on disk when it is made; reading cannot change it and is safe from several threads.
/// Which samples are held out for validation, and the order in which they are visited, is decided by the trainer.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace YAML {
class Node;
}

namespace flexrt {

enum class Split { train, test };

/// Keys of augmentation: the draws for a sample are those of Stream(seed, "augment", epoch) at indices that are a function of
/// the sample's number alone.
struct Augmentation {
  uint64_t seed = 0;
  uint32_t epoch = 0;
};

struct DatasetShape {
  int64_t samples = 0;
  int64_t channels = 0;
  int rank = 0;                         ///< 1: sequences, 2: images
  std::array<int64_t, 2> size = {1, 1}; ///< [length, 1] or [height, width]
  int64_t classes = 0;                  ///< of class numbers as targets; 0: targets are reals
  int64_t targets = 1;                  ///< reals per sample: 1 for a class, C reals, or as many at each point
  bool picture = false;                 ///< the samples are the rows of one picture, the inputs positions

  int64_t inputElements() const { return channels * size[0] * size[1]; } ///< per sample
};

/// Per channel: what is read is (stored value - mean) / deviation. Bytes count as multiples of 1/255.
struct Normalisation {
  std::vector<double> mean, deviation;
};

class Preparation;

class Dataset {
public:
  virtual ~Dataset() = default;

  virtual const DatasetShape &shape() const = 0;
  /// What is done to a sample between its file and `read`, for one more that is none of the set's: `read` without augmentation
  /// does the same. Of sets that nothing can be added to it is a refusal.
  virtual Preparation preparation() const;

  /// Steps of a sequence that are its own: it ends with them, and others come before them. All, where nothing else is said.
  virtual int64_t steps(int64_t /*index*/) const { return shape().size[0]; }

  /// Reads the samples `indices`, each in [0, samples), normalised: `inputs` as [N][C][size...], `targets` as [N][targets].
  /// Without `augmentation` samples are as stored (validation, test).
  virtual void read(std::span<const int64_t> indices, std::optional<Augmentation> augmentation, float *inputs,
                    float *targets) const = 0;
};

/// Makes the set that `description` names: the network's data clause, with the user's `data.<key>=value` merged in, as
/// {name: cifar10, augment: [{name: pad_crop, args: [4]}, {name: hflip}], ...}. Files are looked for under `root` (empty: none
/// was given). `seed` is that of synthetic sets and of fixed permutations. Throws Error: an unknown name or key (with suggestions), a
/// missing folder (what was looked for, where, and how to get it), a damaged file.
std::unique_ptr<Dataset> makeDataset(const YAML::Node &description, const std::string &root, Split split, uint64_t seed);

} // namespace flexrt
