/// The commands of flexc. Each prints to the streams it is given and returns the exit code: 0, or 1 after an error.
#pragma once

#include "flex/Driver/Compilation.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace flex {

struct Streams {
  std::ostream &out;
  std::ostream &err;
};

/// Names, types, shapes of every file, experiments elaborated; prints what is wrong, or one line a file. With a
/// `resolution` ("32", "32x48") also whether the frequencies of the kernels, as they are initialised, fit their grids there:
/// a small program is made and asked.
int checkCommand(const std::vector<std::string> &files, const std::string &resolution, const CompilationOptions &options,
                 Streams streams);

struct CompileOptions : CompilationOptions {
  std::string output; ///< empty: the file's name without .flex, in the working directory
  bool bundle = false;
};
int compileCommand(const std::string &file, const CompileOptions &options, Streams streams);

/// `stage`: ast, elaborated, flex, lowered, llvm, obj. `output` "-" is standard output.
int emitCommand(const std::string &file, const std::string &stage, const std::string &output,
                const CompilationOptions &options, Streams streams);

enum class FormatMode { InPlace, Check, Print };
/// A file "-" is standard input, printed to standard output.
int formatCommand(const std::vector<std::string> &files, FormatMode mode, Streams streams);

/// Writes `name`.flex, a copy of the model `from`; never over an existing file.
int newCommand(const std::string &name, const std::string &from, Streams streams);

/// Says what this installation has and lacks, by compiling a small program.
int doctorCommand(Streams streams);

} // namespace flex
