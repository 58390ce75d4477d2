/// What an experiment's module says about itself, as plain values: names, places, and where every parameter lies in the
/// flat buffers. EmitNetworks takes offsets from here, Target/Descriptor makes constants of it.
#pragma once

#include "flex/Dialect/Flex.h"

#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace flex {

struct NetworkDescription {
  struct Space {
    std::string name;
    int64_t rank = 0;
    bool taps = false, elements = false;
  };
  struct Parameter {
    std::string path, authors, place;
    std::vector<int64_t> shape;
    int64_t count = 0;
    int64_t offset = 0; ///< elements, in the flat buffer
    int64_t group = -1;
  };
  struct Setting {
    std::string name, unit, place;
    double value = 0;
  };
  struct Group {
    std::string name;
    std::vector<std::string> moments;
    int64_t space = 0;
    int64_t offset = 0, count = 0; ///< elements, padding included
  };
  struct Layer {
    std::string path, place;
    std::string noBand; ///< why its kernel has no band limit, "" if it has one
    int64_t taps = 0, data = 0; ///< indices of spaces
    int64_t in = 0, out = 0;
  };
  struct Convolution {
    int64_t taps = 0, data = 0; ///< indices of spaces
    int64_t in = 0, out = 0;
    bool causal = false;
    int64_t wanted = 0;         ///< flexrt_wanted
    int64_t hidden = 0;         ///< signals that taps are mixtures of; 0: taps are given
    bool operator==(const Convolution &) const = default;
  };
  struct Requirement {
    std::string text, path, place;
  };

  std::string name, architecture, input, output, target, data, recipe;
  std::vector<Space> spaces;
  std::vector<Parameter> parameters, states; ///< in the order of the module's ops
  std::vector<Setting> settings;
  std::vector<Group> groups;
  std::vector<Layer> layers;
  std::vector<Requirement> requirements;
  std::vector<std::string> scalars;       ///< filled once the networks are emitted
  std::vector<Convolution> convolutions;  ///< filled once the networks are emitted
  bool isDouble = false;
  bool hasInputGradient = false;    ///< filled once the networks are emitted
  int64_t lanes = 0;                ///< filled once the networks are emitted
  int64_t parameterElements = 0, stateElements = 0;

  /// Index of the entry with that name (path), or -1.
  int64_t findSpace(llvm::StringRef name) const;
  int64_t findSetting(llvm::StringRef name) const;
  const Parameter *findParameter(llvm::StringRef path) const;
  const Parameter *findState(llvm::StringRef path) const;
};

/// Reads `module`'s attributes and structure ops; lays out the flat buffers. Emits errors at the op that is wrong.
mlir::FailureOr<NetworkDescription> describeNetwork(mlir::ModuleOp module);

/// "net.flex:12:5" of a location, "" where it has none.
std::string placeOf(mlir::Location location);
/// The path of construction that MLIRGen put round a location, "" where it has none.
llvm::StringRef pathOf(mlir::Location location);

} // namespace flex
