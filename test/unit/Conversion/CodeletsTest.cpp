// Every codelet against a sum in extended precision. Memory outside the window holds NaN going in and must stay as it
// was coming out; strides are odd, so that nothing relies on aligned vectors.
#include "Region.h"

#include "flex/Conversion/Codelets.h"
#include "flex/Target/CodeletObjects.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <limits>
#include <map>
#include <numbers>
#include <random>

using namespace flex;
using namespace flex::test;

namespace {

constexpr int64_t kVectorBytes = 64;

/// Codelets compiled into this process.
class Codelets {
public:
  void add(const CodeletKey &key) { keys.push_back(key); }
  void compileQuickly();
  /// As a program's codelets are, reached through a table as in a program.
  void compileWell();

  using Function = void (*)(const void *from, int64_t fromStride, int64_t fromIm, void *to, int64_t toStride,
                            int64_t toIm, int64_t origin, int64_t count);
  Function find(const CodeletKey &key) const { return functions.at(key.name()); }

private:
  std::vector<CodeletKey> keys;
  std::map<std::string, Function> functions;
  std::unique_ptr<llvm::orc::LLJIT> jit;
};

struct Window {
  int64_t origin, count;
};

/// Sequences of a codelet: each a row of elements with lanes, apart by a stride that is no multiple of a vector.
template <class Real> struct Sequence {
  static constexpr int64_t kLanes = kVectorBytes / sizeof(Real), kStride = 3 * kLanes + 1, kIm = kLanes + 1;
  std::vector<Real> data;

  Sequence(int64_t length, Real content) : data(length * kStride, content) {}
  Real &re(int64_t i, int64_t lane) { return data[i * kStride + lane]; }
  Real &im(int64_t i, int64_t lane) { return data[i * kStride + kIm + lane]; }
};

} // namespace

void Codelets::compileQuickly() {
  TargetOptions target = llvm::cantFail(resolveTarget("native"));
  auto machine = llvm::cantFail(llvm::orc::JITTargetMachineBuilder::detectHost());
  machine.setCodeGenOptLevel(llvm::CodeGenOptLevel::None);
  jit = llvm::cantFail(llvm::orc::LLJITBuilder().setJITTargetMachineBuilder(machine).create());
  for (const CodeletModule &codelet : llvm::cantFail(emitCodelets(keys, target))) {
    auto context = std::make_unique<llvm::LLVMContext>();
    auto module = llvm::cantFail(llvm::parseBitcodeFile({codelet.bitcode, codelet.name}, *context));
    module->getFunction(codelet.name)->setVisibility(llvm::GlobalValue::DefaultVisibility);
    llvm::cantFail(jit->addIRModule(llvm::orc::ThreadSafeModule(std::move(module), std::move(context))));
  }
  for (const CodeletKey &key : keys)
    functions[key.name()] = llvm::cantFail(jit->lookup(key.name())).toPtr<Function>();
}

void Codelets::compileWell() {
  TargetOptions target = llvm::cantFail(resolveTarget("native"));
  LlvmProgram program;
  program.context = std::make_unique<llvm::LLVMContext>();
  program.module = std::make_unique<llvm::Module>("table", *program.context);
  program.codelets.assign(keys.begin(), keys.end());
  std::vector<llvm::Constant *> entries;
  for (const CodeletKey &key : keys) {
    auto *type = llvm::FunctionType::get(llvm::Type::getVoidTy(*program.context), false); // only its address is used
    entries.push_back(llvm::Function::Create(type, llvm::Function::ExternalLinkage, key.name(), *program.module));
  }
  auto *type = llvm::ArrayType::get(llvm::PointerType::get(*program.context, 0), keys.size());
  new llvm::GlobalVariable(*program.module, type, true, llvm::GlobalValue::ExternalLinkage,
                           llvm::ConstantArray::get(type, entries), "table");
  std::string object = llvm::cantFail(makeObject(program, target));
  jit = llvm::cantFail(llvm::orc::LLJITBuilder().create());
  llvm::cantFail(jit->addObjectFile(llvm::MemoryBuffer::getMemBufferCopy(object)));
  auto *table = llvm::cantFail(jit->lookup("table")).toPtr<Function *>();
  for (size_t i = 0; i < keys.size(); ++i)
    functions[keys[i].name()] = table[i];
}

/// The sum that defines the transform, for one lane, over all points.
static std::vector<std::complex<long double>> transform(const std::vector<std::complex<long double>> &x, bool inverse) {
  auto n = int64_t(x.size());
  std::vector<std::complex<long double>> roots(n), y(n);
  for (int64_t i = 0; i < n; ++i)
    roots[i] = std::polar(1.0L, (inverse ? 2 : -2) * std::numbers::pi_v<long double> * i / n);
  for (int64_t k = 0; k < n; ++k)
    for (int64_t j = 0; j < n; ++j)
      y[k] += x[j] * roots[j * k % n];
  return y;
}

/// Runs one codelet on random numbers. The window must be what a static key says.
template <class Real> static void check(const Codelets &codelets, const CodeletKey &key, Window window) {
  SCOPED_TRACE(key.name() + ", origin " + std::to_string(window.origin) + ", count " + std::to_string(window.count));
  using Points = Sequence<Real>;
  int64_t n = key.length;
  auto isKept = [&](int64_t point) { return (point + window.origin) % n < window.count; };
  auto element = [&](int64_t point) { return (point + window.origin) % n; };
  Points from(n, NAN), to(n, Real(7));
  std::mt19937 random(n);
  std::uniform_real_distribution<Real> draw(-1, 1);
  std::vector<std::vector<std::complex<long double>>> points(Points::kLanes);
  for (int64_t lane = 0; lane < Points::kLanes; ++lane)
    for (int64_t i = 0; i < n; ++i) {
      auto &point = points[lane].emplace_back();
      if (!key.inverse && !isKept(i))
        continue;
      int64_t at = key.inverse ? i : element(i);
      point = {from.re(at, lane) = draw(random), from.im(at, lane) = draw(random)};
    }
  int64_t stride = Points::kStride * sizeof(Real), im = Points::kIm * sizeof(Real);
  codelets.find(key)(from.data.data(), stride, im, to.data.data(), stride, im, window.origin, window.count);

  Points untouched = to;
  // Rounding grows with the number of steps, which is the logarithm of the length; outputs are as large as sqrt(n).
  double epsilon = std::numeric_limits<Real>::epsilon(), worst = 0;
  for (int64_t lane = 0; lane < Points::kLanes; ++lane) {
    auto expected = transform(points[lane], key.inverse);
    for (int64_t k = 0; k < n; ++k) {
      if (key.inverse && !isKept(k))
        continue;
      int64_t at = key.inverse ? element(k) : k;
      std::complex<long double> actual(to.re(at, lane), to.im(at, lane));
      double error = double(std::abs(actual - expected[k]));
      worst = std::isnan(error) ? INFINITY : std::max(worst, error);
      untouched.re(at, lane) = untouched.im(at, lane) = 7;
    }
  }
  EXPECT_LT(worst, 2.5 * epsilon * std::sqrt(n * std::log2(n + 1.0)));
  EXPECT_EQ(untouched.data, Points(n, Real(7)).data) << "written outside the window";
}

namespace {

/// Lengths of the menu, in one type.
template <class Real> class Menu : public testing::Test {
protected:
  static CodeletKey key(int64_t length, bool inverse, std::optional<int64_t> kept) {
    mlir::Builder b(&context());
    mlir::FloatType element = sizeof(Real) == 8 ? b.getF64Type() : b.getF32Type();
    return {length, inverse, kept, element, Sequence<Real>::kLanes};
  }
};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(Menu, Reals);

} // namespace

/// Windows of all kinds: the whole, shifted, one point that wraps around, none, and what chance gives.
template <class Real> static void checkWindows(const Codelets &codelets, const CodeletKey &key) {
  int64_t n = key.length;
  std::mt19937 random(n);
  auto below = [&](int64_t limit) { return int64_t(random() % limit); };
  for (Window window : {Window{0, n}, {n / 3, n}, {n - 1, 1}, {0, 0}, {below(n), below(n)}, {below(n), below(n)}})
    check<Real>(codelets, key, window);
}

static int64_t keptOf(int64_t length) { return std::max<int64_t>(length * 3 / 5, 1); }

TYPED_TEST(Menu, TransformsWholeSequencesAndWindowsKnownAtRunTime) {
  Codelets codelets;
  for (int64_t n : codeletLengths())
    for (bool inverse : {false, true})
      codelets.add(this->key(n, inverse, std::nullopt));
  codelets.compileQuickly();
  for (int64_t n : codeletLengths())
    for (bool inverse : {false, true})
      checkWindows<TypeParam>(codelets, this->key(n, inverse, std::nullopt));
}

TYPED_TEST(Menu, TransformsWithKeptPointsKnownAtCompileTime) {
  Codelets codelets;
  for (int64_t n : codeletLengths())
    for (bool inverse : {false, true})
      codelets.add(this->key(n, inverse, keptOf(n)));
  codelets.compileQuickly();
  for (int64_t n : codeletLengths())
    for (bool inverse : {false, true})
      check<TypeParam>(codelets, this->key(n, inverse, keptOf(n)), {0, keptOf(n)});
}

TYPED_TEST(Menu, TransformsWithAtMostSoManyPointsFromTheFirst) {
  Codelets codelets;
  std::vector<CodeletKey> keys;
  for (int64_t n : codeletLengths())
    for (bool inverse : {false, true})
      for (int64_t most : {keptOf(n), n}) {
        CodeletKey &key = keys.emplace_back(this->key(n, inverse, most));
        key.counted = true;
        codelets.add(key);
      }
  codelets.compileQuickly();
  for (const CodeletKey &key : keys)
    for (int64_t count : {*key.kept, *key.kept / 2, int64_t(1), int64_t(0)})
      check<TypeParam>(codelets, key, {0, count});
}

TYPED_TEST(Menu, TransformsInObjectsOfPrograms) {
  Codelets codelets;
  for (int64_t n : {9, 40, 48})
    for (bool inverse : {false, true}) {
      codelets.add(this->key(n, inverse, std::nullopt));
      codelets.add(this->key(n, inverse, keptOf(n)));
    }
  codelets.compileWell();
  for (int64_t n : {9, 40, 48})
    for (bool inverse : {false, true}) {
      checkWindows<TypeParam>(codelets, this->key(n, inverse, std::nullopt));
      check<TypeParam>(codelets, this->key(n, inverse, keptOf(n)), {0, keptOf(n)});
    }
}

/// Primes that the menu does not have, and the ends of what can be kept.
TYPED_TEST(Menu, TransformsOtherLengths) {
  Codelets codelets;
  std::vector<CodeletKey> keys;
  for (int64_t n : {2, 3, 11, 22, 49})
    for (bool inverse : {false, true})
      for (int64_t kept : {int64_t(0), int64_t(1), n})
        codelets.add(keys.emplace_back(this->key(n, inverse, kept)));
  codelets.compileQuickly();
  for (const CodeletKey &key : keys)
    check<TypeParam>(codelets, key, {0, *key.kept});
}

TEST(Codelets, MenuRisesInSmallSteps) {
  llvm::ArrayRef<int64_t> lengths = codeletLengths();
  EXPECT_TRUE(std::is_sorted(lengths.begin(), lengths.end()));
  for (int64_t needed = 4; needed <= lengths.back(); ++needed) {
    int64_t chosen = *std::lower_bound(lengths.begin(), lengths.end(), needed);
    if (needed <= 96) {
      EXPECT_LE(chosen * 4, needed * 5) << needed;
    }
    EXPECT_LE(chosen * 3, needed * 4) << needed;
    if (needed >= 24 && needed <= 64) {
      EXPECT_LE(chosen * 12, needed * 13) << needed;
    }
  }
}

TEST(Codelets, AreDeclaredOnceWithTheirKey) {
  mlir::OwningOpRef<mlir::ModuleOp> module = mlir::ModuleOp::create(mlir::UnknownLoc::get(&context()));
  HostBuilder host(*module, module->getLoc());
  CodeletKey key{12, true, 8, host.b.getF32Type(), 16};
  mlir::func::FuncOp first = getCodelet(host, key);
  EXPECT_EQ(first, getCodelet(host, key));
  EXPECT_TRUE(first.isDeclaration());
  EXPECT_EQ(first.getName(), "flex.fft.12.inverse.8.f32");
  std::optional<CodeletKey> found = codeletKey(first);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name(), key.name());
  EXPECT_EQ(found->lanes, 16);
  EXPECT_FALSE(found->counted);
  key.counted = true;
  EXPECT_EQ(key.name(), "flex.fft.12.inverse.upto8.f32");
  EXPECT_TRUE(codeletKey(getCodelet(host, key))->counted);
  key.counted = false;
  key.kept.reset();
  mlir::func::FuncOp second = getCodelet(host, key);
  EXPECT_NE(first, second);
  EXPECT_FALSE(codeletKey(second)->kept);
  EXPECT_FALSE(codeletKey(host.declare("flexrt_draw", {}, {})));
}
