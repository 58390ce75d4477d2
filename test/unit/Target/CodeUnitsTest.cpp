// Experiments cut into units: what goes together, what counts as the same, and what an edit changes.
#include "flex/Target/CodeUnits.h"
#include "flex/Target/UnitObjects.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

#include <filesystem>

using namespace flex;
namespace fs = std::filesystem;

namespace {

class Units : public testing::Test {
protected:
  Units() {
    mlir::DialectRegistry registry;
    registerTargetDialects(registry);
    context = std::make_unique<mlir::MLIRContext>(registry, mlir::MLIRContext::Threading::DISABLED);
    context->loadAllAvailableDialects();
  }

  CodeUnits cut(const std::string &text, const char *experiment = "main") {
    modules.push_back(mlir::parseSourceString<mlir::ModuleOp>(text, context.get()));
    EXPECT_TRUE(modules.back());
    return llvm::cantFail(cutIntoUnits(*modules.back(), experiment));
  }
  std::string errorOf(const std::string &text) {
    modules.push_back(mlir::parseSourceString<mlir::ModuleOp>(text, context.get()));
    auto units = cutIntoUnits(*modules.back(), "main");
    return units ? "" : toString(units.takeError());
  }
  /// The module that a unit becomes.
  mlir::OwningOpRef<mlir::ModuleOp> moduleOf(const CodeUnit &unit) {
    auto module = mlir::parseSourceString<mlir::ModuleOp>(unit.bytecode(), context.get());
    EXPECT_TRUE(module && succeeded(verify(*module)));
    return module;
  }

  std::unique_ptr<mlir::MLIRContext> context;
  std::vector<mlir::OwningOpRef<mlir::ModuleOp>> modules;
};

std::set<std::string> symbols(const CodeUnits &cut) {
  std::set<std::string> names;
  for (const CodeUnit &unit : cut.units)
    names.insert(unit.kind == CodeUnit::Kind::Kernel ? unit.symbol : unit.symbol + "=" + unit.digest);
  return names;
}
size_t shared(const CodeUnits &a, const CodeUnits &b) {
  std::set<std::string> both, of = symbols(a);
  for (const std::string &name : symbols(b))
    both.insert(of.count(name) ? name : "");
  both.erase("");
  return both.size();
}

/// An experiment that runs `number` kernels, each with a constant of its own, the first of them `first`.
std::string experiment(int number, double first, const std::string &name = "main", int firstName = 0) {
  std::string text, calls;
  for (int i = 0; i < number; ++i) {
    std::string kernel = "loss.points." + std::to_string(firstName + i);
    text += "func.func private @" + kernel + "(%c: !llvm.ptr, %i: i64) {\n  %x = arith.constant " +
            std::to_string(i ? i : first) + " : f64\n  llvm.store %x, %c : f64, !llvm.ptr\n  return\n}\n";
    calls += "  func.call @" + kernel + "(%c, %i) : (!llvm.ptr, i64) -> ()\n";
  }
  return text + "func.func @" + name + ".forward(%c: !llvm.ptr, %i: i64) {\n" + calls + "  return\n}\n";
}

} // namespace

TEST_F(Units, AKernelForEachFunctionThatEntriesCall) {
  CodeUnits units = cut(experiment(3, 0.5));
  ASSERT_EQ(units.units.size(), 4u);
  EXPECT_EQ(units.units[0].kind, CodeUnit::Kind::Entries);
  EXPECT_EQ(units.units[0].symbol, "main");
  EXPECT_TRUE(llvm::StringRef(units.units[1].symbol).starts_with("points."));
  // The entries declare the kernels by the names that the kernels have.
  auto entries = moduleOf(units.units[0]);
  for (const CodeUnit &unit : units.units)
    if (unit.kind == CodeUnit::Kind::Kernel) {
      EXPECT_TRUE(entries->lookupSymbol<mlir::func::FuncOp>(unit.symbol));
      EXPECT_TRUE(moduleOf(unit)->lookupSymbol<mlir::func::FuncOp>(unit.symbol).isPublic());
    }
}

TEST_F(Units, AnEditChangesTheKernelAndTheEntries) {
  CodeUnits before = cut(experiment(5, 0.5)), after = cut(experiment(5, 0.25));
  EXPECT_EQ(shared(before, after), 4u);
}

TEST_F(Units, NeitherNumbersNorExperimentsNorPlacesMatter) {
  CodeUnits first = cut(experiment(5, 0.5)), second = cut("\n\n" + experiment(5, 0.5, "other", 7), "other");
  EXPECT_EQ(shared(first, second), 5u);
  EXPECT_EQ(symbols(first), symbols(cut(experiment(5, 0.5))));
}

TEST_F(Units, AHelperOfOneGoesWithItAndAHelperOfTwoByItself) {
  std::string text = R"(
    func.func private @flex.a(%c: !llvm.ptr) { func.call @flex.one(%c) : (!llvm.ptr) -> () return }
    func.func private @flex.one(%c: !llvm.ptr) { func.call @flex.two(%c) : (!llvm.ptr) -> () return }
    func.func private @flex.b(%c: !llvm.ptr) { func.call @flex.two(%c) : (!llvm.ptr) -> () return }
    func.func private @flex.two(%c: !llvm.ptr) { return }
    func.func private @flex.unused(%c: !llvm.ptr) { return }
    func.func @main.forward(%c: !llvm.ptr) {
      func.call @flex.a(%c) : (!llvm.ptr) -> ()
      func.call @flex.b(%c) : (!llvm.ptr) -> ()
      return
    })";
  CodeUnits units = cut(text);
  std::map<std::string, size_t> sizes;
  for (const CodeUnit &unit : units.units)
    sizes[unit.symbol.substr(0, unit.symbol.rfind('.'))] = unit.functions.size();
  EXPECT_EQ(sizes, (std::map<std::string, size_t>{{"main", 1}, {"flex.a", 2}, {"flex.b", 1}, {"flex.two", 1}}));
  // What changes in a helper changes its users' symbols as well.
  std::string changed = text;
  changed.replace(changed.find("@flex.two(%c: !llvm.ptr) {"), 26, "@flex.two(%c: !llvm.ptr) { %x = arith.constant 1 : i64");
  EXPECT_EQ(shared(units, cut(changed)), 0u);
}

TEST_F(Units, ConstantsCountByContent) {
  auto text = [](const char *number, const char *value) {
    return std::string("llvm.mlir.global internal constant @reals.") + number + "(" + value + " : f64) : f64\n" +
           "func.func private @flex.a() {\n  %p = llvm.mlir.addressof @reals." + number +
           " : !llvm.ptr\n  return\n}\nfunc.func @main.forward() {\n  func.call @flex.a() : () -> ()\n  return\n}\n";
  };
  CodeUnits first = cut(text("0", "1.0"));
  EXPECT_EQ(shared(first, cut(text("1", "1.0"))), 2u);
  EXPECT_EQ(shared(first, cut(text("0", "2.0"))), 0u);
}

TEST_F(Units, OnlyEntriesKeepState) {
  EXPECT_NE(errorOf(R"(
    llvm.mlir.global internal @state(0 : i64) : i64
    func.func private @flex.a() { %p = llvm.mlir.addressof @state : !llvm.ptr return }
    func.func @main.forward() { func.call @flex.a() : () -> () return })")
                .find("'flex.a' keeps state"),
            std::string::npos);
}

TEST_F(Units, ASecondCompilationFindsAllAndAnEditFew) {
  fs::path folder = fs::temp_directory_path() / ("flex-units-" + std::to_string(getpid()));
  fs::remove_all(folder);
  auto objects = [&] { return std::distance(fs::directory_iterator(folder), fs::directory_iterator()); };
  TargetOptions target = llvm::cantFail(resolveTarget("native"));
  auto compile = [&](const CodeUnits &units) {
    ObjectCache cache(folder);
    UnitQueue queue(target, cache);
    std::string object;
    for (const CodeUnit &unit : units.units)
      if (!queue.find(unit, object))
        queue.add(unit, [](llvm::Expected<std::string> made) { EXPECT_EQ(llvm::cantFail(std::move(made)).substr(1, 3), "ELF"); });
    queue.work();
    return queue.size();
  };
  EXPECT_EQ(compile(cut(experiment(5, 0.5))), 6u);
  EXPECT_EQ(objects(), 6);
  EXPECT_EQ(compile(cut(experiment(5, 0.5))), 0u);
  EXPECT_EQ(compile(cut(experiment(5, 0.25))), 2u);
  EXPECT_EQ(compile(cut(experiment(6, 0.25))), 2u);
  EXPECT_EQ(objects(), 10);
  fs::remove_all(folder);
}
