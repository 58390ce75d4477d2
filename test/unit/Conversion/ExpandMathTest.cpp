// The polynomials against the C++ library in higher precision: accuracy over ranges, special values.
#include "Region.h"

#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

using namespace mlir;
using namespace flex::test;

namespace {
constexpr const char *kNames[] = {"sin", "cos", "exp", "log", "tanh"};

/// All functions as code over `void f(ptr x, ptr y, ptr result)`: eight lanes at a time.
Compiled &code() {
  static Compiled *instance = [] {
    std::string text;
    for (std::string type : {"f32", "f64"}) {
      std::string lanes = "vector<8x" + type + ">";
      auto function = [&](const std::string &name, const std::string &op) {
        text += "func.func @" + name + "_" + type + "(%x: !llvm.ptr, %y: !llvm.ptr, %r: !llvm.ptr) {\n" +
                "%a = llvm.load %x {alignment = 4} : !llvm.ptr -> " + lanes + "\n%b = llvm.load %y {alignment = 4} : !llvm.ptr -> " +
                lanes + "\n%c = " + op + " : " + lanes + "\nllvm.store %c, %r {alignment = 4} : " + lanes + ", !llvm.ptr\nreturn\n}\n";
      };
      for (const char *name : kNames)
        function(name, std::string("math.") + name + " %a");
      function("pow", "math.powf %a, %b");
    }
    auto module = parseSourceString<ModuleOp>(text, &context());
    lower(*module);
    return new Compiled(*module);
  }();
  return *instance;
}

template <class Real> std::vector<Real> apply(const std::string &name, std::vector<Real> x, std::vector<Real> y = {}) {
  size_t count = x.size();
  x.resize((count + 7) / 8 * 8);
  y.resize(x.size());
  std::vector<Real> result(x.size());
  auto function = reinterpret_cast<void (*)(Real *, Real *, Real *)>(code().find(name + (sizeof(Real) == 4 ? "_f32" : "_f64")));
  for (size_t i = 0; i < x.size(); i += 8)
    function(&x[i], &y[i], &result[i]);
  result.resize(count);
  return result;
}

template <class Real> std::vector<Real> sample(double low, double high, bool logarithmic = false) {
  std::mt19937_64 random(3);
  std::vector<Real> x;
  for (int i = 0; i < 40000; ++i) {
    double u = std::uniform_real_distribution<>(logarithmic ? std::log(low) : low, logarithmic ? std::log(high) : high)(random);
    x.push_back(Real(logarithmic ? std::exp(u) : u));
  }
  return x;
}

/// Worst error in units of the last place of the result, or of 1 where the result is smaller and `absolute`.
template <class Real, class Exact>
double worst(const std::string &name, const std::vector<Real> &x, Exact exact, bool absolute = false) {
  auto y = apply<Real>(name, x);
  double error = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    long double wanted = exact((long double)x[i]);
    long double scale = std::max<long double>(absolute ? 1 : std::numeric_limits<Real>::min(), std::abs(wanted));
    error = std::max<double>(error, std::abs(y[i] - wanted) / (scale * std::numeric_limits<Real>::epsilon()));
  }
  return error;
}

template <class Real> void checkAccuracy(double range) {
  auto sine = [](long double v) { return std::sin(v); };
  auto cosine = [](long double v) { return std::cos(v); };
  EXPECT_LT(worst<Real>("sin", sample<Real>(-300, 300), sine, true), 1.5);
  EXPECT_LT(worst<Real>("cos", sample<Real>(-300, 300), cosine, true), 1.5);
  EXPECT_LT(worst<Real>("sin", sample<Real>(-range, range), sine, true), 1.5);
  EXPECT_LT(worst<Real>("cos", sample<Real>(-range, range), cosine, true), 1.5);
  EXPECT_LT(worst<Real>("sin", sample<Real>(1e-10, 1.5, true), sine), 2);
  double limit = sizeof(Real) == 4 ? 87 : 708;
  EXPECT_LT(worst<Real>("exp", sample<Real>(-limit, limit), [](long double v) { return std::exp(v); }), 1.5);
  EXPECT_LT(worst<Real>("exp", sample<Real>(-1, 1), [](long double v) { return std::exp(v); }), 1.5);
  auto logarithm = [](long double v) { return std::log(v); };
  EXPECT_LT(worst<Real>("log", sample<Real>(1e-30, 1e30, true), logarithm), 1.5);
  EXPECT_LT(worst<Real>("log", sample<Real>(0.5, 2), logarithm), 1.5);
  auto tangent = [](long double v) { return std::tanh(v); };
  EXPECT_LT(worst<Real>("tanh", sample<Real>(-10, 10), tangent), 3);
  EXPECT_LT(worst<Real>("tanh", sample<Real>(1e-8, 1, true), tangent), 3);
}

TEST(ExpandMath, AccuracySingle) { checkAccuracy<float>(1e4); }
TEST(ExpandMath, AccuracyDouble) { checkAccuracy<double>(1e5); }

template <class Real> void checkSpecialValues() {
  const Real infinity = std::numeric_limits<Real>::infinity(), nan = std::numeric_limits<Real>::quiet_NaN();
  const Real tiny = std::numeric_limits<Real>::denorm_min(), small = std::numeric_limits<Real>::min() / 16;
  const Real x[] = {0, -Real(0), 1, -1, infinity, -infinity, nan, tiny, small, Real(1e30), Real(-1e30), 88, -88, 95, -110, 720, -760};
  for (std::string name : kNames) {
    auto y = apply<Real>(name, std::vector<Real>(std::begin(x), std::end(x)));
    for (size_t i = 0; i < y.size(); ++i) {
      SCOPED_TRACE(name + " of " + std::to_string(x[i]));
      Real wanted = name == "sin" ? std::sin(x[i]) : name == "cos" ? std::cos(x[i]) : name == "exp" ? std::exp(x[i]) : name == "log" ? std::log(x[i]) : std::tanh(x[i]);
      if (std::isnan(wanted))
        EXPECT_TRUE(std::isnan(y[i])) << y[i];
      else if (std::isinf(wanted))
        EXPECT_EQ(y[i], wanted);
      else if ((name == "sin" || name == "cos") && std::abs(x[i]) > 1e6)
        EXPECT_LE(std::abs(y[i]), Real(1.01)); // bounded, no more
      else
        EXPECT_NEAR(y[i], wanted, std::abs(wanted) * 4 * std::numeric_limits<Real>::epsilon() + tiny);
    }
  }
}

TEST(ExpandMath, SpecialValuesSingle) { checkSpecialValues<float>(); }
TEST(ExpandMath, SpecialValuesDouble) { checkSpecialValues<double>(); }

template <class Real> void checkPowers(double unit) {
  std::vector<Real> x = sample<Real>(0.1, 20), y = sample<Real>(-5, 5);
  std::reverse(y.begin(), y.end());
  const Real infinity = std::numeric_limits<Real>::infinity();
  for (auto [base, exponent] : {std::pair<Real, Real>{-2, 3}, {-2, 2}, {-2, -1}, {-2, 0}, {0, 2}, {0, 0}, {0, -1}, {Real(0.999), 10000},
                                {2, infinity}, {-3, 11}, {1, 1000}}) {
    x.push_back(base);
    y.push_back(exponent);
  }
  auto result = apply<Real>("pow", x, y);
  for (size_t i = 0; i < x.size(); ++i) {
    long double wanted = std::pow((long double)x[i], (long double)y[i]);
    if (std::isinf(wanted)) {
      EXPECT_EQ(result[i], Real(wanted)) << x[i] << " ^ " << y[i];
      continue;
    }
    double allowed = unit + (sizeof(Real) == 8 ? 2 * std::abs(double(y[i] * std::log(std::abs((long double)x[i] + (x[i] == 0))))) : 0);
    EXPECT_NEAR(result[i], wanted, std::abs(wanted) * allowed * std::numeric_limits<Real>::epsilon()) << x[i] << " ^ " << y[i];
  }
  EXPECT_TRUE(std::isnan(apply<Real>("pow", {Real(-2)}, {Real(0.5)})[0]));
}

TEST(ExpandMath, PowersSingle) { checkPowers<float>(1); }
TEST(ExpandMath, PowersDouble) { checkPowers<double>(4); }
} // namespace
