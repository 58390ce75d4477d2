// The spectral convolution's inner kernels, compiled and run, against sums in long double: sizes that fill no tile, all
// forms, several vector widths. What lies around the arguments is NaN (inputs) or a mark (results).
#include "Region.h"

#include "flex/Conversion/SpectralTiles.h"

#include "mlir/IR/Verifier.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <random>

using namespace mlir;
using namespace flex;
using namespace flex::test;

namespace {

using Exact = std::complex<long double>;
constexpr int64_t kSizes[] = {1, 3, 5, 16, 17, 24, 36, 37, 48, 100};
using Form = SpectralTiles::Form;

enum class Kind { products, folded, taps };

/// Kernels of one kind, for one kind of vector register.
struct Kernels {
  int64_t lanes, registers;
  std::vector<Form> forms; ///< two of the four
  std::unique_ptr<Compiled> code;

  Kernels(Kind kind, FloatType element, int64_t lanes, int64_t registers, std::vector<Form> forms)
      : lanes(lanes), registers(registers), forms(std::move(forms)) {
    OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(&context()));
    HostBuilder host(*module, module->getLoc());
    SpectralTiles tiles(host, element, lanes, registers);
    auto emitOnce = [](auto emit) { EXPECT_EQ(emit(), emit()) << "emitted twice"; };
    for (Form form : this->forms) {
      if (kind == Kind::products)
        emitOnce([&] { return tiles.product(form); });
      if (kind == Kind::taps)
        emitOnce([&] { return tiles.taps(form); });
      for (int64_t fold = 2; kind == Kind::folded && fold <= lanes; fold *= 2)
        for (bool toOutputs : {false, true})
          emitOnce([&] { return tiles.folded(fold, toOutputs, {form.conjugate}); });
    }
    if (kind == Kind::taps)
      tiles.turn();
    EXPECT_TRUE(succeeded(verify(*module)));
    lower(*module);
    code = std::make_unique<Compiled>(*module);
  }
};

/// Memory of numbers, some of which are the argument; the others must stay as they are, or must not be seen.
template <class T> struct Memory {
  static constexpr T kMark = T(-12345.5);
  std::vector<T> data;
  std::vector<bool> mine;

  Memory(int64_t size, T rest) : data(size, rest), mine(size) {}
  void set(int64_t at, T value) { data[at] = value, mine[at] = true; }
  bool intact() const {
    for (size_t i = 0; i < data.size(); ++i)
      if (!mine[i] && data[i] != kMark)
        return false;
    return true;
  }
};

/// Complex numbers at (row, column): `row * rowStride + column * columnStride`, in elements, imaginary parts `im` further.
template <class T> struct Matrix {
  int64_t rows, columns, start, rowStride, columnStride, im;
  Memory<T> memory;

  Matrix(int64_t rows, int64_t columns, int64_t start, int64_t rowStride, int64_t columnStride, int64_t im, T rest)
      : rows(rows), columns(columns), start(start), rowStride(rowStride), columnStride(columnStride), im(im),
        memory(2 * start + rows * rowStride + columns * columnStride + im + 8, rest) {}
  T *data() { return memory.data.data() + start; }
  int64_t at(int64_t r, int64_t c) const { return start + r * rowStride + c * columnStride; }
  Exact get(int64_t r, int64_t c) const { return {memory.data[at(r, c)], memory.data[at(r, c) + im]}; }
  void set(int64_t r, int64_t c, T re, T imaginary) {
    memory.set(at(r, c), re);
    memory.set(at(r, c) + im, imaginary);
  }
};

/// Slices: rows are channels, columns samples.
template <class T> struct Slices {
  int64_t channels, groups, lanes, start, stride;
  Memory<T> memory;

  Slices(int64_t channels, int64_t groups, int64_t lanes, int64_t padding, T rest)
      : channels(channels), groups(groups), lanes(lanes), start(lanes + padding), stride(2 * groups * lanes + padding),
        memory(2 * start + channels * stride, rest) {}
  T *data() { return memory.data.data() + start; }
  int64_t bytes() const { return stride * sizeof(T); }
  int64_t samples() const { return groups * lanes; }
  int64_t at(int64_t c, int64_t n) const { return start + c * stride + n / lanes * 2 * lanes + n % lanes; }
  Exact get(int64_t c, int64_t n) const { return {memory.data[at(c, n)], memory.data[at(c, n) + lanes]}; }
  void set(int64_t c, int64_t n, T re, T im) {
    memory.set(at(c, n), re);
    memory.set(at(c, n) + lanes, im);
  }
};

/// What a product sees to on the way: vectors that it asks for, which changes nothing, and others that it writes.
template <class T> struct ErrandMemory {
  static constexpr int64_t kVectors = 70;
  std::vector<T> from;
  alignas(64) T to[(kVectors + 1) * 64 / sizeof(T)];
  int64_t lanes, vectors, aheadVectors;
  T scale;

  ErrandMemory(int64_t lanes, std::mt19937 &random)
      : from(kVectors * lanes), lanes(lanes), vectors(random() % 2 * (random() % kVectors)),
        aheadVectors(random() % 2 * (random() % kVectors)), scale(1 + random() % 2) {
    for (T &value : from)
      value = std::uniform_real_distribution<T>(-1, 1)(random);
    std::fill(std::begin(to), std::end(to), Memory<T>::kMark);
  }
  /// With channels to come out, of some sample: else there is no tile to do it with.
  void check(bool hasTiles) const {
    int64_t written = hasTiles ? vectors * lanes : 0;
    for (int64_t i = 0; i < int64_t(std::size(to)); ++i)
      ASSERT_EQ(to[i], i < written ? from[i] * scale : Memory<T>::kMark) << "element " << i << " of " << written;
  }
};

template <class T> class SpectralTilesTest : public testing::Test {
protected:
  static constexpr double kTolerance = sizeof(T) == 4 ? 2e-6 : 1e-14;
  static constexpr T kNaN = std::numeric_limits<T>::quiet_NaN();
  std::mt19937 random{7};

  static std::vector<Kernels> makeKernels(Kind kind) {
    Builder b(&context());
    FloatType element = sizeof(T) == 4 ? b.getF32Type() : b.getF64Type();
    auto make = [&](int64_t bits, int64_t registers, std::vector<Form> forms) {
      return Kernels(kind, element, bits / (8 * sizeof(T)), registers, forms);
    };
    std::vector<Kernels> made;
    made.push_back(make(512, 32, {{false, false}, {true, true}}));
    made.push_back(make(256, 16, {{true, false}, {false, true}}));
    made.push_back(make(128, 32, {{false, false}, {true, true}}));
    return made;
  }

  int64_t below(int64_t n) { return random() % n; }
  T number() { return std::uniform_real_distribution<T>(-1, 1)(random); }

  template <class Table> void fill(Table &table, int64_t rows, int64_t columns) {
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t c = 0; c < columns; ++c)
        table.set(r, c, number(), number());
  }
  /// What the result holds before: numbers to add to, or NaN, which must vanish.
  template <class Table> void prepare(Table &table, int64_t rows, int64_t columns, bool accumulate) {
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t c = 0; c < columns; ++c)
        table.set(r, c, accumulate ? number() : kNaN, accumulate ? number() : kNaN);
  }
  std::string name(const char *kernel, Form form) {
    return std::string("flex.spectral.") + kernel + (form.conjugate ? ".conj" : ".plain") +
           (form.accumulate ? ".add" : "") + (sizeof(T) == 4 ? ".f32" : ".f64");
  }

  /// Compares `result` with `expected(r, c)` plus, when accumulating, `before`, in the maximum norm.
  template <class Table, class Expected>
  void compare(const Table &result, const Table &before, int64_t rows, int64_t columns, bool accumulate,
               Expected expected) {
    long double error = 0, largest = 0;
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t c = 0; c < columns; ++c) {
        Exact want = expected(r, c) + (accumulate ? before.get(r, c) : Exact(0)), have = result.get(r, c);
        ASSERT_TRUE(std::isfinite(have.real()) && std::isfinite(have.imag())) << r << ", " << c;
        error = std::max(error, std::abs(have - want));
        largest = std::max(largest, std::abs(want));
      }
    EXPECT_LE(error, kTolerance * largest);
    EXPECT_TRUE(result.memory.intact()) << "written outside the result";
  }

  void checkProduct(Kernels &kernels, int64_t inner, int64_t outer, int64_t groups, Form form) {
    constexpr T mark = Memory<T>::kMark;
    Slices<T> x(inner, groups, kernels.lanes, below(5), kNaN), y(outer, groups, kernels.lanes, below(5), mark);
    fill(x, inner, x.samples());
    prepare(y, outer, y.samples(), form.accumulate);
    int64_t padding = below(4), plane = inner * outer + (inner + outer) * padding + below(9);
    Matrix<T> w = below(2) ? Matrix<T>(inner, outer, 3, outer + padding, 1, plane, kNaN)
                           : Matrix<T>(inner, outer, 1, 2, 2 * inner + padding, 1, kNaN);
    fill(w, inner, outer);
    Slices<T> before = y;
    auto run = reinterpret_cast<void (*)(T *, int64_t, T *, int64_t, int64_t, int64_t, T *, int64_t, int64_t, int64_t,
                                         int64_t, T *, int64_t, T *, T *, int64_t, T)>(
        kernels.code->find(name("product", form)));
    constexpr int64_t size = sizeof(T);
    ErrandMemory<T> errands(kernels.lanes, random);
    run(x.data(), x.bytes(), w.data(), w.rowStride * size, w.columnStride * size, w.im * size, y.data(), y.bytes(),
        inner, outer, groups, errands.from.data(),
        errands.aheadVectors, errands.from.data(), errands.to, errands.vectors, errands.scale);
    errands.check(outer * groups > 0);
    compare(y, before, outer, y.samples(), form.accumulate, [&](int64_t o, int64_t n) {
      Exact sum = 0;
      for (int64_t c = 0; c < inner; ++c)
        sum += x.get(c, n) * (form.conjugate ? std::conj(w.get(c, o)) : w.get(c, o));
      return sum;
    });
  }

  /// Either direction: `inner` channels are multiplied, `outer` come out.
  void checkFolded(Kernels &kernels, int64_t fold, bool toOutputs, int64_t in, int64_t out, Form form) {
    constexpr int64_t size = sizeof(T);
    ErrandMemory<T> errands(kernels.lanes, random);
    int64_t samples = kernels.lanes / fold, inner = toOutputs ? in : out, outer = toOutputs ? out : in;
    auto plane = [&](int64_t channels) { return (channels + fold - 1) / fold * kernels.lanes + below(3); };
    auto rounded = [&](int64_t inputs) { return (inputs + fold - 1) / fold * fold; };
    int64_t spare = kernels.lanes, shownInner = toOutputs ? rounded(inner) : inner, shownOuter = toOutputs ? outer : rounded(outer);
    Matrix<T> x(shownInner, samples, spare, samples, 1, plane(inner), kNaN), w(out, in, spare, in, 1, in * out + below(5), kNaN);
    Matrix<T> y(shownOuter, samples, spare, samples, 1, plane(outer), Memory<T>::kMark);
    fill(x, shownInner, samples); // what lies behind the last input meets no weight
    fill(w, out, in);
    prepare(y, shownOuter, samples, /*accumulate=*/false);
    Matrix<T> before = y;
    auto kernel = (toOutputs ? "outputs.by" : "inputs.by") + std::to_string(fold);
    auto run = reinterpret_cast<void (*)(T *, int64_t, T *, int64_t, T *, int64_t, int64_t, int64_t, T *, int64_t,
                                         T *, T *, int64_t, T)>(kernels.code->find(name(kernel.c_str(), form)));
    run(x.data(), x.im * size, w.data(), w.im * size, y.data(), y.im * size, in, out, errands.from.data(),
        errands.aheadVectors, errands.from.data(), errands.to, errands.vectors, errands.scale);
    errands.check(outer > 0);
    compare(y, before, shownOuter, samples, /*accumulate=*/false, [&](int64_t o, int64_t n) {
      Exact sum = 0;
      for (int64_t c = 0; c < inner && o < outer; ++c) {
        Exact weight = toOutputs ? w.get(o, c) : w.get(c, o);
        sum += x.get(c, n) * (form.conjugate ? std::conj(weight) : weight);
      }
      return sum;
    });
  }

  void checkTaps(Kernels &kernels, int64_t channels, int64_t outer, int64_t groups, Form form) {
    constexpr int64_t size = sizeof(T);
    ErrandMemory<T> errands(kernels.lanes, random);
    Slices<T> x(channels, groups, kernels.lanes, below(5), kNaN), y(outer, groups, kernels.lanes, below(5), kNaN);
    fill(x, channels, x.samples());
    fill(y, outer, y.samples());
    int64_t elements = (2 * channels + kernels.lanes - 1) / kernels.lanes * kernels.lanes, row = elements + below(7);
    Memory<T> turned(row * x.samples() + 9, Memory<T>::kMark);
    for (int64_t n = 0; n < x.samples(); ++n)
      for (int64_t i = 0; i < elements; ++i)
        turned.set(5 + n * row + i, kNaN);
    T *turnedData = turned.data.data() + 5;
    auto turn = reinterpret_cast<void (*)(T *, int64_t, int64_t, T *, int64_t, int64_t, int64_t)>(
        kernels.code->find(size == 4 ? "flex.spectral.turn.f32" : "flex.spectral.turn.f64"));
    turn(x.data(), x.bytes(), kernels.lanes * size, turnedData, row * size, channels, groups);
    EXPECT_TRUE(turned.intact()) << "turn wrote outside its rows";

    int64_t dOuter = channels + below(3), plane = outer * dOuter + below(3);
    Matrix<T> d(outer, channels, 2, dOuter, 1, plane, Memory<T>::kMark);
    prepare(d, outer, channels, form.accumulate);
    Matrix<T> before = d;
    auto run = reinterpret_cast<void (*)(T *, int64_t, T *, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, T *,
                                         int64_t, int64_t, T *, int64_t, T *, T *, int64_t, T)>(
        kernels.code->find(name("taps", form)));
    int64_t samples = groups == 1 ? 1 + below(kernels.lanes) : kernels.lanes; // of each group
    run(turnedData, row * size, y.data(), y.bytes(), kernels.lanes * size, channels, outer, groups, samples, d.data(),
        dOuter * size, plane * size, errands.from.data(),
        errands.aheadVectors, errands.from.data(), errands.to, errands.vectors, errands.scale);
    errands.check(channels * outer > 0);
    compare(d, before, outer, channels, form.accumulate, [&](int64_t o, int64_t c) {
      Exact sum = 0;
      for (int64_t n = 0; n < groups * samples; ++n)
        sum += form.conjugate ? std::conj(x.get(c, n)) * y.get(o, n) : x.get(c, n) * std::conj(y.get(o, n));
      return sum;
    });
  }

  /// Every pair of sizes, the rest by chance; and no inputs, outputs or samples at all.
  template <class Check> void checkAll(Kind kind, Check check) {
    std::vector<Kernels> all = makeKernels(kind);
    for (Kernels &kernels : all) {
      auto one = [&](int64_t in, int64_t out, int64_t groups) {
        Form form = kernels.forms[below(2)];
        SCOPED_TRACE(testing::Message() << kernels.lanes << " lanes, " << kernels.registers << " registers, " << in << " in, "
                                        << out << " out, " << groups << " groups, conjugate " << form.conjugate
                                        << ", accumulate " << form.accumulate);
        check(kernels, in, out, groups, form);
      };
      for (int64_t in : kSizes)
        for (int64_t out : kSizes)
          one(in, out, 1 + below(3));
      one(0, 5, 2);
      one(5, 0, 2);
      one(5, 5, 0);
    }
  }
};

using Elements = testing::Types<float, double>;
TYPED_TEST_SUITE(SpectralTilesTest, Elements);

TYPED_TEST(SpectralTilesTest, Product) {
  this->checkAll(Kind::products, [&](auto &&...arguments) { this->checkProduct(arguments...); });
}

TYPED_TEST(SpectralTilesTest, Folded) {
  this->checkAll(Kind::folded, [&](Kernels &kernels, int64_t in, int64_t out, int64_t, Form form) {
    for (int64_t fold = 2; fold <= kernels.lanes; fold *= 2)
      for (bool toOutputs : {false, true})
        this->checkFolded(kernels, fold, toOutputs, in, out, {form.conjugate});
  });
}

TYPED_TEST(SpectralTilesTest, TurnAndTaps) {
  this->checkAll(Kind::taps, [&](auto &&...arguments) { this->checkTaps(arguments...); });
}

TEST(SpectralTilesLayout, TurnedElementsAtRunTime) {
  OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(&context()));
  HostBuilder host(*module, module->getLoc());
  SpectralTiles tiles(host, host.b.getF32Type(), 16, 32);
  auto function = host.begin("elements", {host.i64()}, {host.i64()});
  host.finish({tiles.turnedElements(function.getArgument(0))});
  lower(*module);
  Compiled code(*module);
  auto elements = reinterpret_cast<int64_t (*)(int64_t)>(code.find("elements"));
  for (int64_t channels = 0; channels <= 100; ++channels)
    EXPECT_EQ(elements(channels), tiles.turnedElements(channels));
  EXPECT_EQ(tiles.turnedElements(24), 48);
  EXPECT_EQ(tiles.turnedElements(36), 80);
}

} // namespace
