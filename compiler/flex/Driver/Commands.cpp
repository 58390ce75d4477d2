// The commands of flexc, on top of Compilation.
#include "flex/Driver/Commands.h"

#include "flex/AST/Dump.h"
#include "flex/AST/Format.h"
#include "flex/Driver/CheckClaims.h"
#include "flex/Driver/Installation.h"
#include "flex/Elaborate/Elaborate.h"
#include "flex/Parse/Parse.h"
#include "flex/Support/Suggest.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

namespace fs = std::filesystem;

namespace flex {

static int finish(const Compilation &compilation, Streams streams) {
  compilation.diagnostics.print(streams.err);
  return compilation.diagnostics.hasErrors() ? 1 : 0;
}

static int fail(Streams streams, const std::string &message, const std::string &hint = "") {
  streams.err << "flexc: error: " << message << "\n";
  if (!hint.empty())
    streams.err << "hint: " << hint << "\n";
  return 1;
}

/// Writes all or nothing: a temporary file beside the target, then a rename. A device or a pipe is written to directly,
/// since a rename would put a file in its place.
static bool writeFile(const std::string &path, const std::string &text, std::string &error) {
  std::error_code code;
  bool special = fs::is_other(path, code);
  std::string temporary = special ? path : path + ".tmp";
  {
    std::ofstream file(temporary, std::ios::binary);
    file << text;
    file.flush();
    if (!file) {
      error = "cannot write '" + path + "': " + std::strerror(errno);
      if (!special)
        fs::remove(temporary, code);
      return false;
    }
  }
  if (special)
    return true;
  fs::rename(temporary, path, code);
  if (code) {
    error = "cannot write '" + path + "': " + code.message();
    fs::remove(temporary, code);
    return false;
  }
  return true;
}

/// Has the program of `file` print its kernels' frequencies at `resolution`.
static int checkBands(const std::string &file, const std::string &resolution, CompilationOptions options,
                      Streams streams) {
  options.reportsOnly = true;
  Compilation compilation(options);
  llvm::SmallString<128> folder;
  if (std::error_code code = llvm::sys::fs::createUniqueDirectory("flexc-check", folder))
    return fail(streams, "cannot make a temporary folder: " + code.message());
  std::string program = (folder + "/" + fs::path(file).stem().string()).str();
  int status = 1;
  if (compilation.generate(file) && compilation.lower() && compilation.link(program, false)) {
    status = 0;
    streams.out.flush();
    for (const elab::Experiment &experiment : compilation.elaborate(file)->experiments) {
      std::string error;
      status |= llvm::sys::ExecuteAndWait(
          program, {program, "info", experiment.name, "--resolution", resolution, "--only-bands"}, std::nullopt, {}, 0, 0,
          &error);
      if (!error.empty())
        fail(streams, "cannot run '" + program + "': " + error);
    }
  }
  std::error_code ignored;
  fs::remove_all(folder.c_str(), ignored);
  return finish(compilation, streams) | (status != 0);
}

int checkCommand(const std::vector<std::string> &files, const std::string &resolution, const CompilationOptions &options,
                 Streams streams) {
  int status = 0;
  for (const std::string &path : files) {
    Compilation compilation(options);
    const elab::Program *program = compilation.elaborate(path);
    if (program)
      checkClaims(path, options, compilation);
    if (finish(compilation, streams)) {
      status = 1;
      continue;
    }
    streams.out << path << ": ok";
    for (const elab::Experiment &experiment : program->experiments) {
      int64_t count = 0;
      for (const elab::Parameter &parameter : experiment.parameters) {
        int64_t size = 1;
        for (int64_t axis : parameter.shape)
          size *= axis;
        count += size;
      }
      streams.out << (&experiment == &program->experiments.front() ? " (" : ", ") << experiment.name << ": "
                  << experiment.network << ", " << count << " parameters";
    }
    streams.out << (program->experiments.empty() ? "\n" : ")\n");
    if (!resolution.empty() && !program->experiments.empty())
      status |= checkBands(path, resolution, options, streams);
  }
  return status;
}

int compileCommand(const std::string &file, const CompileOptions &options, Streams streams) {
  Compilation compilation(options);
  std::string output = options.output.empty() ? fs::path(file).stem().string() : options.output;
  if (options.output.empty() && fs::is_directory(output))
    return fail(streams, "'" + output + "' is a folder", "name the program with -o");
  const elab::Program *program = compilation.elaborate(file);
  if (program && program->experiments.empty()) {
    finish(compilation, streams);
    return fail(streams, "'" + file + "' has no experiment, so there is nothing to run",
                "add one: experiment main = Net() |> Classify(mnist())");
  }
  if (program && compilation.generate(file) && compilation.lower())
    compilation.link(output, options.bundle);
  return finish(compilation, streams);
}

int emitCommand(const std::string &file, const std::string &stage, const std::string &output,
                const CompilationOptions &options, Streams streams) {
  Compilation compilation(options);
  std::string text;
  bool done = false;
  if (stage == "ast") {
    if (const ast::File *tree = compilation.parse(file))
      text = ast::dump(*tree), done = true;
  } else if (stage == "elaborated") {
    if (const elab::Program *program = compilation.elaborate(file))
      text = elab::dump(*program), done = true;
  } else if (stage == "flex") {
    if (compilation.generate(file))
      text = compilation.modulesText(), done = true;
  } else if (compilation.generate(file) && compilation.lower()) {
    if (stage == "lowered")
      text = compilation.modulesText(), done = true;
    else
      done = stage == "llvm" ? compilation.makeLlvm(text) : compilation.makeObject(text);
  }
  int status = finish(compilation, streams);
  if (status || !done)
    return 1;
  if (output == "-") {
    streams.out << text;
    streams.out.flush();
    return streams.out ? 0 : fail(streams, "cannot write to standard output");
  }
  std::string error;
  return writeFile(output, text, error) ? 0 : fail(streams, error);
}

static bool formatText(const SourceFile &source, Diagnostics &diagnostics, std::string &text) {
  std::unique_ptr<ast::File> tree = parse(source, diagnostics);
  if (!tree)
    return false;
  text = ast::format(*tree);
  return true;
}

int formatCommand(const std::vector<std::string> &files, FormatMode mode, Streams streams) {
  int status = 0;
  for (const std::string &path : files) {
    Sources sources;
    Diagnostics diagnostics;
    std::string error, text;
    const SourceFile *source =
        path == "-" ? sources.add("<stdin>", std::string(std::istreambuf_iterator<char>(std::cin), {}))
                    : sources.read(path, error);
    if (!source) {
      status = fail(streams, error);
      continue;
    }
    if (!formatText(*source, diagnostics, text)) {
      diagnostics.print(streams.err);
      status = 1;
    } else if (mode == FormatMode::Print || path == "-") {
      streams.out << text;
    } else if (text == source->text) {
      continue;
    } else if (mode == FormatMode::Check) {
      streams.err << path << ": not formatted; run 'flexc fmt " << path << "'\n";
      status = 1;
    } else if (!writeFile(path, text, error)) {
      status = fail(streams, error);
    }
  }
  return status;
}

int newCommand(const std::string &name, const std::string &from, Streams streams) {
  std::string path = fs::path(name).extension() == ".flex" ? name : name + ".flex";
  std::vector<std::string> models = modelNames();
  if (std::find(models.begin(), models.end(), from) == models.end())
    return fail(streams, "no model '" + from + "'", suggestAmong(from, models));
  if (fs::exists(path))
    return fail(streams, "'" + path + "' is there already", "choose another name, or move it away");
  std::ifstream model(modelsFolder() + "/" + from + "/" + from + ".flex", std::ios::binary);
  std::string error;
  if (!writeFile(path, std::string(std::istreambuf_iterator<char>(model), {}), error))
    return fail(streams, error);
  std::string program = fs::path(path).stem().string();
  streams.out << "wrote " << path << ", a copy of the model '" << from << "'; next:\n  flexc check " << path
              << "\n  flexc compile " << path << " && ./" << program << " train\n";
  return 0;
}

int doctorCommand(Streams streams) {
  int problems = 0;
  auto line = [&](bool good, const std::string &what, const std::string &found, const std::string &hint) {
    streams.out << (good ? "ok    " : "FAIL  ") << what << ": " << found << "\n";
    if (!good && !hint.empty())
      streams.out << "      " << hint << "\n";
    problems += !good;
  };
  Compilation compilation({});
  line(true, "compiler", compilerVersion(), "");
  const TargetOptions *target = compilation.target();
  line(target, "processor",
       target ? target->cpu + ", vectors of " + std::to_string(vectorBits(*target)) + " bits" : "unknown", "");
  std::string library = standardLibraryFolder() + "/std";
  line(fs::is_directory(library), "standard library", library, "install Flex again: use std needs it");
  line(!modelNames().empty(), "models", modelsFolder(), "flexc new --from needs them");
  std::string runtime = runtimeFolder() + "/libflexrt.so";
  line(fs::exists(runtime), "runtime", runtime, "build the target 'flexrt': compiled networks need it");

  llvm::SmallString<128> folder;
  if (llvm::sys::fs::createUniqueDirectory("flex-doctor", folder)) {
    line(false, "temporary folder", "cannot be made", "is TMPDIR set to a folder that can be written?");
    return 1;
  }
  std::string program = (folder + "/doctor").str(), source = program + ".flex", error;
  writeFile(source,
            "use std\nnetwork Doctor() (x: [3] on grid[2]) -> [10] = x |> relu |> global_mean |> Linear(10)\n"
            "experiment main = Doctor() |> Classify(shapes())\n",
            error);
  bool built = compilation.generate(source) && compilation.lower() && compilation.link(program, false);
  line(built, "compile and link", built ? "a small program" : "failed", compilation.diagnostics.text());
  if (built) {
    std::string reason;
    std::optional<llvm::StringRef> silent[] = {std::nullopt, llvm::StringRef(""), std::nullopt};
    int status = llvm::sys::ExecuteAndWait(program, {program, "info"}, std::nullopt, silent, 60, 0, &reason);
    line(status == 0, "run it", status == 0 ? "starts" : "exit code " + std::to_string(status) + " " + reason,
         "run it by hand: " + program + " info");
  }
  if (!problems)
    fs::remove_all(folder.c_str());
  return problems ? 1 : 0;
}

} // namespace flex
