// Executables linked in process, and run, also after the libraries they were linked with have moved away.
#include "flex/Target/Target.h"
#include "flexrt/abi/flexrt.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"

#include <gtest/gtest.h>

#include <filesystem>

using namespace flex;
namespace fs = std::filesystem;

namespace {

struct LinkTest : testing::Test {
  void SetUp() override {
    llvm::SmallString<128> path;
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("flex-link", path));
    folder = path.str().str();
    mlir::DialectRegistry registry;
    registerTargetDialects(registry);
    mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
    auto module = mlir::parseSourceString<mlir::ModuleOp>(
        R"(module attributes {flex.experiment = "small", flex.lanes = 16 : i64} {})", &context);
    auto target = resolveTarget("native");
    ASSERT_TRUE(bool(target));
    auto program = makeLlvmProgram({*module}, {"small.flex", "0", "test"}, *target);
    ASSERT_TRUE(bool(program)) << toString(program.takeError());
    auto bytes = makeObject(*program, *target);
    ASSERT_TRUE(bool(bytes)) << toString(bytes.takeError());
    object = *bytes;
  }
  void TearDown() override { fs::remove_all(folder); }

  std::string link(const std::string &name, const std::string &runtime, bool bundle) {
    llvm::Error error = linkExecutable(object, {folder + "/" + name, runtime, bundle});
    return error ? toString(std::move(error)) : "";
  }
  /// Exit status and, in `text`, what the program printed.
  int run(const std::string &program, std::string &text) {
    std::string out = folder + "/out";
    std::optional<llvm::StringRef> streams[] = {std::nullopt, llvm::StringRef(out), std::nullopt};
    int status = llvm::sys::ExecuteAndWait(program, {program, "info"}, std::nullopt, streams);
    if (auto buffer = llvm::MemoryBuffer::getFile(out))
      text = (*buffer)->getBuffer().str();
    return status;
  }

  std::string folder, object;
};

} // namespace

TEST_F(LinkTest, RunsWithTheInstalledRuntime) {
  ASSERT_EQ(link("net", STAND_IN_RUNTIME, false), "");
  std::string text;
  EXPECT_EQ(run(folder + "/net", text), FLEXRT_ABI_VERSION);
  EXPECT_EQ(text, "hello: small of 1, 1 arguments\n");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 2) << "only the program and its output are left";
}

TEST_F(LinkTest, ABundleCanBeMoved) {
  fs::copy(STAND_IN_RUNTIME, folder + "/runtime", fs::copy_options::recursive);
  ASSERT_EQ(link("net", folder + "/runtime", true), "");
  EXPECT_TRUE(fs::exists(folder + "/net.libs/libflexrt.so"));
  fs::create_directory(folder + "/moved");
  fs::rename(folder + "/net", folder + "/moved/net");
  fs::rename(folder + "/net.libs", folder + "/moved/net.libs");
  fs::remove_all(folder + "/runtime");
  std::string text;
  EXPECT_EQ(run(folder + "/moved/net", text), FLEXRT_ABI_VERSION);
  EXPECT_EQ(text, "hello: small of 1, 1 arguments\n");
}

TEST_F(LinkTest, LinksAnewOverAnOldProgram) {
  ASSERT_EQ(link("net", STAND_IN_RUNTIME, false), "");
  ASSERT_EQ(link("net", STAND_IN_RUNTIME, false), "");
}

TEST_F(LinkTest, SaysWhatIsMissing) {
  EXPECT_NE(link("net", folder, false).find("flexrt-start.o' is missing"), std::string::npos);
  EXPECT_FALSE(fs::exists(folder + "/net"));
  EXPECT_EQ(link("no/such/net", STAND_IN_RUNTIME, false),
            "cannot write '" + folder + "/no/such/net': No such file or directory");
}
