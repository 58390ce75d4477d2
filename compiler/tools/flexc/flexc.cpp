// Command line of the Flex compiler: flags, and nothing else.
#include "flex/Driver/Commands.h"
#include "flex/Support/Suggest.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <iostream>

using namespace flex;
namespace fs = std::filesystem;

/// "c=32" -> {"c", "32"}
static std::map<std::string, std::string> parseDefines(const std::vector<std::string> &texts) {
  std::map<std::string, std::string> defines;
  for (const std::string &text : texts) {
    size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos)
      throw CLI::ValidationError("-D", "'" + text + "' is not name=value");
    defines[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return defines;
}

static void addCompilationOptions(CLI::App *command, CompilationOptions &options, std::vector<std::string> &defines) {
  command->add_option("-D", defines, "sets an argument of the network or recipe that is compiled in: -D c=32")
      ->type_name("NAME=VALUE")->allow_extra_args(false);
  command->add_option("-I", options.libraryPaths, "folder in which 'use' looks before the standard library")
      ->type_name("DIR")->allow_extra_args(false);
}

static void addLoweringOptions(CLI::App *command, CompilationOptions &options) {
  command->add_option("--dtype", options.dtype, "element type")->check(CLI::IsMember({"f32", "f64"}))->capture_default_str();
  command->add_option("--mcpu", options.cpu, "processor to compile for, as LLVM names it")->capture_default_str();
  command->add_option("--plugin", options.plugins, "a plugin to load")->type_name("FILE.so")->allow_extra_args(false);
  command->add_option("--print-ir-after", options.printAfter, "prints the IR after this pass, to standard error")
      ->type_name("PASS")->allow_extra_args(false);
  command->add_option("--pass-pipeline", options.passPipeline,
                      "runs these passes on each module in place of the compiler's own")->type_name("PASSES");
  command->add_flag("--input-gradient", options.inputGradient,
                    "the training step also computes the gradient of its input (see 'probe')");
  command->add_flag("--timing", options.timing, "prints how long each pass took, to standard error");
}

/// A folder with one program stands for it: models/flexnet16 for models/flexnet16/flexnet16.flex.
static std::string programIn(const std::string &path) {
  if (!fs::is_directory(path))
    return path;
  std::vector<std::string> programs;
  for (const fs::directory_entry &entry : fs::directory_iterator(path))
    if (entry.path().extension() == ".flex")
      programs.push_back(entry.path().string());
  if (programs.size() == 1)
    return programs.front();
  std::sort(programs.begin(), programs.end());
  std::string found = programs.empty() ? "no .flex file" : "more than one: ";
  for (const std::string &program : programs)
    found += (&program == &programs.front() ? "" : ", ") + program;
  throw CLI::ValidationError("'" + path + "' is a folder with " + found);
}

/// CLI11 would only say that a command is missing. False, with an error, for a word that is none.
static bool isCommand(const CLI::App &app, const std::string &word) {
  std::vector<std::string> names;
  for (const CLI::App *command : app.get_subcommands([](const CLI::App *) { return true; })) {
    if (command->get_name() == word)
      return true;
    names.push_back(command->get_name());
  }
  std::cerr << "flexc: error: there is no command '" << word << "'\nhint: " << suggestAmong(word, names) << "\n";
  return false;
}

int main(int argc, char **argv) {
  CLI::App app("flexc: the compiler of Flex, a language for networks with continuous kernels", "flexc");
  app.set_version_flag("--version", compilerVersion());
  app.require_subcommand(1);
  Streams streams{std::cout, std::cerr};
  std::string file;
  std::vector<std::string> files, defines;
  CompileOptions options;

  CLI::App *check = app.add_subcommand("check", "checks names, types and shapes");
  std::string resolution;
  check->add_option("files", files, ".flex files, or folders with one")->required()->transform(programIn);
  check->add_option("--resolution", resolution,
                    "also whether the frequencies of the kernels, as initialised, fit their grids at this size (32, 32x48)");
  addCompilationOptions(check, options, defines);

  CLI::App *compile = app.add_subcommand("compile", "makes one native program of a file's experiments");
  compile->add_option("file", file, ".flex file, or a folder with one")->required()->transform(programIn);
  compile->add_option("-o", options.output, "the program (default: the file's name without .flex)");
  compile->add_flag("--bundle", options.bundle, "puts the libraries that the program needs beside it");
  addCompilationOptions(compile, options, defines);
  addLoweringOptions(compile, options);

  CLI::App *emit = app.add_subcommand("emit", "prints a stage of the compilation");
  std::string stage, output = "-";
  emit->add_option("file", file, ".flex file, or a folder with one")->required()->transform(programIn);
  emit->add_option("--stage", stage, "which")->required()
      ->check(CLI::IsMember({"ast", "elaborated", "flex", "lowered", "llvm", "obj"}));
  emit->add_option("-o", output, "file to write ('-': standard output)")->capture_default_str();
  addCompilationOptions(emit, options, defines);
  addLoweringOptions(emit, options);

  CLI::App *format = app.add_subcommand("fmt", "formats files in place ('-': standard input to standard output)");
  bool onlyCheck = false, print = false;
  format->add_option("files", files, ".flex files")->required();
  format->add_flag("--check", onlyCheck, "changes nothing; exit code 1 if a file is not formatted");
  format->add_flag("--print", print, "prints the result instead of writing the file")->excludes("--check");

  CLI::App *create = app.add_subcommand("new", "writes a .flex file to edit, a copy of a model");
  std::string name, from = "quickstart";
  create->add_option("name", name, "name of the new file")->required();
  create->add_option("--from", from, "model to copy")->capture_default_str();

  CLI::App *doctor = app.add_subcommand("doctor", "says what this installation has and lacks");

  if (argc > 1 && argv[1][0] != '-' && !isCommand(app, argv[1]))
    return 1;
  try {
    app.parse(argc, argv);
    options.defines = parseDefines(defines);
  } catch (const CLI::ParseError &error) {
    return app.exit(error) ? 1 : 0;
  }
  if (*check)
    return checkCommand(files, resolution, options, streams);
  if (*compile)
    return compileCommand(file, options, streams);
  if (*emit)
    return emitCommand(file, stage, output, options, streams);
  if (*format)
    return formatCommand(files, onlyCheck ? FormatMode::Check : print ? FormatMode::Print : FormatMode::InPlace, streams);
  if (*create)
    return newCommand(name, from, streams);
  (void)doctor;
  return doctorCommand(streams);
}
