/// The data sets that exist. A new one is a file with a `make...` function, its declaration here, and its line in
/// Registry.cpp.
#pragma once

#include "flexrt/data/Arguments.h"
#include "flexrt/data/Dataset.h"

namespace flexrt {

/// What every data set is made from.
struct DatasetRequest {
  std::string root; ///< folder of files; "" if the user named none
  Split split = Split::train;
  uint64_t seed = 0;
};

using DatasetMaker = std::unique_ptr<Dataset>(Arguments &, const DatasetRequest &);

DatasetMaker makeMnist;      ///< handwritten digits, 1x28x28, idx files
DatasetMaker makeCifar10;    ///< photographs, 3x32x32, binary files
DatasetMaker makeNpy;        ///< the user's own arrays
DatasetMaker makeShapes;     ///< drawn figures and patterns, 3x32x32, no files
DatasetMaker makeAdding;     ///< adding problem, no files
DatasetMaker makeCopyMemory; ///< copy memory, no files
DatasetMaker makeSequential; ///< images as sequences

/// Makes the set of a call: the registry's part of `makeDataset`, for sets made of other sets.
std::unique_ptr<Dataset> makeDataset(const YAML::Node &description, const DatasetRequest &request);

} // namespace flexrt
