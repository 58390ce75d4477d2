/// Elaboration: from syntax trees to instances, parameters and flat graphs of operations (Graph.h).
///
/// Every name is resolved, every shape is known, loops and static conditions are gone, each parameter has its path.
/// What the run decides (settings, sizes of grids, the batch) stays symbolic. Layouts, algorithms and derivatives are
/// not known here.
#pragma once

#include "flex/AST/AST.h"
#include "flex/Elaborate/Graph.h"
#include "flex/Support/Diagnostics.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace flex::elab {

struct Options {
  /// Folders that hold `std/`; a `use` looks beside the file first.
  std::vector<std::string> libraryPaths;
  /// `-D c=32`: int, bool and list arguments of the experiment, its network or its recipe, as Flex expressions.
  std::map<std::string, std::string> defines;
};

/// Null, with at least one error in `diagnostics`, if the program is wrong. Files that it uses are read into `sources`.
/// A file without experiments (a library) has its names checked, and gives an empty program.
std::unique_ptr<Program> elaborate(const ast::File &file, Sources &sources, const Options &options,
                                   Diagnostics &diagnostics);

/// Names, arguments and duplicates in every declaration of the file and of those it uses, experiments or not: what
/// `flexc check` reports for a library. `elaborate` does this first. False if there was an error.
bool checkNames(const ast::File &file, Sources &sources, const Options &options, Diagnostics &diagnostics);

/// Readable text, one value a line: `flexc emit --stage=elaborated`.
std::string dump(const Program &program);

} // namespace flex::elab
