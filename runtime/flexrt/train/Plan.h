/// Experiments of several stages, as the compiler wrote them down: what runs, in which order, and which numbers come out.
#pragma once

#include "flexrt/abi/flexrt.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace flexrt {

struct Plan {
  /// A training, or the evaluation of one on the test split of other data.
  struct Stage {
    std::string name;
    size_t row = 0;
    int from = -1; ///< stage whose parameters it starts from, or that it evaluates; -1: none
    bool trains = true;
    std::string network;                  ///< name of the compiled experiment
    std::vector<std::string> assignments; ///< key=value
  };
  /// One round of the experiment's loops.
  struct Row {
    std::vector<std::pair<std::string, std::string>> of;      ///< the loops' variables
    std::vector<std::pair<std::string, std::string>> columns; ///< name, expression
  };

  std::string name;
  std::string description; ///< of `crossres`, which makes its plan when it runs; "": the plan is in the program
  std::vector<Stage> stages;
  std::vector<Row> rows;

  /// "s=0, width=3": the round that a stage belongs to; empty without loops.
  std::string roundOf(const Stage &stage) const;
};

/// All plans of a program. Throws Error if they contradict themselves.
std::vector<Plan> readPlans(const flexrt_program &program);

/// Value of a column's expression; `scalar` gives the number of a stage ("metric"), NaN if it has not run.
double evaluateColumn(const std::string &expression, const std::function<double(int, const std::string &)> &scalar);

} // namespace flexrt
