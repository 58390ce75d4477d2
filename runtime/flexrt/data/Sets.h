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
DatasetMaker makeCifar100;   ///< the same with 100 classes
DatasetMaker makeStl10;      ///< photographs, 3x96x96, binary files
DatasetMaker makeImageNet;   ///< downsampled ImageNet, pickled batches
DatasetMaker makeImageFolder; ///< a folder of PNG files for each class
DatasetMaker makeNpy;        ///< the user's own arrays
DatasetMaker makeShapes;     ///< drawn figures and patterns, 3x32x32, no files
DatasetMaker makeAdding;     ///< adding problem, no files
DatasetMaker makeCopyMemory; ///< copy memory, no files
DatasetMaker makeSequential; ///< images as sequences, pixel by pixel
DatasetMaker makeRows;       ///< images as sequences, row by row
DatasetMaker makePermuted;   ///< sequences whose steps are shuffled
DatasetMaker makeNoisePadded; ///< sequences with noise behind them
DatasetMaker makeDropSamples; ///< sequences without some of their steps
DatasetMaker makeUea;        ///< archive of multivariate time series, .ts files
DatasetMaker makeRecordings; ///< a folder of WAV files for each word
DatasetMaker makeSpeechCommands; ///< ten of its words
DatasetMaker makeImage;      ///< one picture as a function of the position
DatasetMaker makePattern;    ///< one drawn pattern as a function of the position

/// Makes the set of a call: the registry's part of `makeDataset`, for sets made of other sets.
std::unique_ptr<Dataset> makeDataset(const YAML::Node &description, const DatasetRequest &request);

/// The argument `classes` of a clause, if it is given, must be what the files have. Throws Error.
void requireDeclaredClasses(Arguments &arguments, int64_t found);

} // namespace flexrt
