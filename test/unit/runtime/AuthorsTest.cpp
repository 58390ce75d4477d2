// Other people's checkpoints: PyTorch's files, the mapping of names, and everything that may not match.
#include "DataTesting.h"

#include "flexrt/checkpoint/Authors.h"
#include "flexrt/checkpoint/Pickle.h"
#include "flexrt/checkpoint/PyTorchFile.h"

#include <cmath>
#include <deque>
#include <numeric>

namespace flexrt::testing {
namespace {

std::string file(const std::string &name) {
  return std::string(FLEX_SOURCE_DIR "/test/unit/runtime/files/") + name; // made by files/make_authors.py
}

/// A network's description with nothing but names and shapes.
class Names {
public:
  explicit Names(int32_t dtype = FLEXRT_F32) { network_.dtype = dtype; }

  Names &parameter(const char *path, const char *authors, std::vector<int64_t> shape) {
    parameters.push_back(describe(path, authors, shape));
    return *this;
  }
  Names &state(const char *path, const char *authors, std::vector<int64_t> shape) {
    states.push_back(describe(path, authors, shape));
    return *this;
  }
  const flexrt_network &network() {
    network_.parameters = parameters.data();
    network_.parameter_count = int32_t(parameters.size());
    network_.states = states.data();
    network_.state_count = int32_t(states.size());
    return network_;
  }

private:
  flexrt_network network_{};
  std::vector<flexrt_parameter> parameters, states;

  static flexrt_parameter describe(const char *path, const char *authors, const std::vector<int64_t> &shape) {
    flexrt_parameter result{};
    result.path = path;
    result.authors = authors;
    result.place = "net.flex:1:2";
    result.axes = int32_t(shape.size());
    std::copy(shape.begin(), shape.end(), result.shape);
    return result;
  }
};

/// The network that files/make_authors.py saves.
Names authorsNetwork(int32_t dtype = FLEXRT_F32) {
  Names names(dtype);
  names.parameter("mask.mean", "mask_params[:,0]", {2}).parameter("mask.sigma", "mask_params[:,1]", {2});
  names.parameter("linear.w", "linear.weight", {2, 3}).parameter("linear.b", "linear.bias", {2});
  names.parameter("norm.gain", "norm.weight", {2}).parameter("norm.shift", "norm.bias", {2});
  names.state("norm.mean", "norm.running_mean", {2}).state("norm.variance", "norm.running_var", {2});
  return names;
}

TEST(Authors, ImportsAPyTorchCheckpoint) {
  for (const int32_t dtype : {FLEXRT_F32, FLEXRT_F64}) {
    const AuthorsImport import = importAuthors(authorsNetwork(dtype).network(), readForeignTensors(file("authors.pt")));
    const auto values = [&](const char *path) { return import.tensors.at(path).toDoubles(); };
    EXPECT_EQ(import.tensors.size(), 8u);
    EXPECT_EQ(import.tensors.at("linear.w").dtype, dtype == FLEXRT_F32 ? "F32" : "F64");
    EXPECT_EQ(import.tensors.at("linear.w").shape, (std::vector<int64_t>{2, 3}));
    EXPECT_EQ(values("linear.w"), (std::vector<double>{0, 1, 2, 3, 4, 5}));
    EXPECT_EQ(values("linear.b"), (std::vector<double>{-1.5, 2.5}));
    EXPECT_EQ(values("mask.mean"), (std::vector<double>{0, 0.5}));
    EXPECT_EQ(values("mask.sigma"), (std::vector<double>{0.25, 0.75}));
    EXPECT_EQ(values("norm.variance"), (std::vector<double>{2, 3}));
    EXPECT_EQ(import.ignored, (std::vector<std::string>{"norm.num_batches_tracked", "train_length"}));
  }
}

TEST(Authors, ImportsSafetensorsWithOrWithoutMarks) {
  const Folder folder;
  const float values[] = {1, 2, 3, 4};
  Names names;
  names.parameter("w", "linear.weight", {2, 2});
  for (const std::string mark : {"", "param.", "module.", "param.module."}) {
    TensorFile tensors;
    tensors.tensors[mark + "linear.weight"] = Tensor::fromFloats({2, 2, 1, 1}, values);
    if (mark.starts_with("param."))
      tensors.tensors["grad.linear.weight"] = Tensor::fromFloats({2, 2, 1, 1}, values);
    const std::string path = folder.path() + "/file.safetensors";
    writeSafetensors(path, tensors);
    const AuthorsImport import = importAuthors(names.network(), readForeignTensors(path));
    EXPECT_EQ(import.tensors.at("w").toDoubles(), (std::vector<double>{1, 2, 3, 4}));
  }
}

TEST(Authors, TakesTheTapsOfAConvolutionAsOneAxis) {
  std::vector<float> values(2 * 3 * 3 * 5);
  std::iota(values.begin(), values.end(), 0.0f);
  TensorFile tensors;
  tensors.tensors["conv.weight"] = Tensor::fromFloats({2, 3, 3, 5}, values.data());
  Names flat, swapped, few;
  flat.parameter("w", "conv.weight", {2, 3, 15});
  EXPECT_EQ(importAuthors(flat.network(), tensors).tensors.at("w").toDoubles(),
            std::vector<double>(values.begin(), values.end()));
  swapped.parameter("w", "conv.weight", {3, 2, 15});
  expectError([&] { importAuthors(swapped.network(), tensors); }, {"'conv.weight' has shape (2, 3, 3, 5)", "(3, 2, 15)"});
  few.parameter("w", "conv.weight", {90});
  expectError([&] { importAuthors(few.network(), tensors); }, {"'conv.weight' has shape (2, 3, 3, 5)", "(90)"});
}

TEST(Authors, ImportsALayerOfTheAuthorsOwnCode) {
  const std::string path = realData() + "/../oracle/flexconv2d_28.safetensors";
  if (realData().empty() || !fs::exists(path))
    GTEST_SKIP() << "no file of the authors' numbers";
  Names names;
  names.parameter("b", "bias", {6}).parameter("mean", "mask_params[:,0]", {2}).parameter("sigma", "mask_params[:,1]", {2});
  std::deque<std::string> kept; // descriptions keep pointers
  const auto add = [&](const std::string &name, std::vector<int64_t> shape) {
    const char *text = kept.emplace_back("Kernel." + name).c_str();
    names.parameter(text, text, std::move(shape));
  };
  for (const char *i : {"0", "1", "2", "3"}) {
    const std::string filter = std::string("filters.") + i, linear = std::string("linear.") + i;
    add(filter + ".mu", {32, 2});
    add(filter + ".gamma", {32, 2});
    add(filter + ".linear.weight", {32, 2});
    add(filter + ".linear.bias", {32});
    const bool last = *i == '3';
    add((last ? "output_linear" : linear) + ".weight", {last ? 6 : 32, 32});
    add((last ? "output_linear" : linear) + ".bias", {last ? 6 : 32});
  }
  const AuthorsImport import = importAuthors(names.network(), readForeignTensors(path));
  EXPECT_EQ(import.tensors.size(), 27u);
  EXPECT_EQ(import.ignored, (std::vector<std::string>{"mask_threshold", "temperature", "train_length"}));
}

TEST(Authors, ListsWhatDoesNotMatch) {
  const TensorFile tensors = readForeignTensors(file("authors.pt"));
  Names renamed = authorsNetwork();
  renamed.parameter("other.w", "linear.wieght", {3});
  expectError([&] { importAuthors(renamed.network(), tensors); }, {"'other.w' (net.flex:1:2)", "'linear.wieght'"});

  Names fewer;
  fewer.parameter("mask.mean", "mask_params[:,0]", {2}).parameter("w", "linaer.weight", {2, 3}).parameter("b", "", {1});
  expectError([&] { importAuthors(fewer.network(), tensors); },
              {"only 2 of the 4 elements of 'mask_params'", "'norm.running_var' of the file has no place",
               "'linear.weight' of the file has no place in the network; did you mean 'linaer.weight'",
               "which this one lacks; did you mean 'linear.weight'", "'b' (net.flex:1:2) has no name"});

  Names shaped = authorsNetwork();
  shaped.parameter("more", "linear.weight", {3, 2}).parameter("beyond", "linear.bias[:,0]", {2});
  shaped.parameter("column", "mask_params[:,2]", {2});
  expectError([&] { importAuthors(shaped.network(), tensors); },
              {"'linear.weight' has shape (2, 3, 1, 1), but 'more' (net.flex:1:2) has (3, 2)",
               "'linear.bias[:,0]' indexes a tensor of shape (2)", "'mask_params[:,2]'"});
}

TEST(PyTorchFile, ReadsEveryTypeAndEveryView) {
  const TensorFile tensors = readPyTorchFile(file("tensors.pt"));
  const auto values = [&](const char *name) { return tensors.tensors.at(name).toDoubles(); };
  const auto &half = values("f16");
  EXPECT_EQ(half[0], 1);
  EXPECT_EQ(half[1], -2.5);
  EXPECT_EQ(half[2], 0x1p-24); // the least subnormal number
  EXPECT_TRUE(std::isinf(half[3]));
  EXPECT_EQ(values("bf16"), (std::vector<double>{1, -2.5}));
  EXPECT_EQ(values("f64"), (std::vector<double>{0.1}));
  EXPECT_EQ(values("i64"), (std::vector<double>{-3}));
  EXPECT_TRUE(tensors.tensors.at("i64").shape.empty());
  EXPECT_EQ(tensors.tensors.at("u8").bytes, std::vector<uint8_t>{200});
  EXPECT_EQ(tensors.tensors.at("bool").dtype, "BOOL");
  EXPECT_EQ(values("transposed"), (std::vector<double>{0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11}));
  EXPECT_EQ(values("row"), (std::vector<double>{4, 5, 6, 7}));
  EXPECT_EQ(values("parameter"), (std::vector<double>{3, 7, 11}));
  EXPECT_EQ(tensors.tensors.at("empty").count(), 0);
}

TEST(PyTorchFile, RefusesBadFiles) {
  const Folder folder;
  expectError([] { readForeignTensors("/no/such.pt"); }, {"cannot read '/no/such.pt'"});
  expectError([&] { readForeignTensors(folder.write("old.pt", "\x80\x02\x8a\x0al\xfc")); }, {"old.pt", "no zip archive"});
  expectError([&] { readForeignTensors(folder.write("cut.pt", "PK\3\4")); }, {"cut.pt", "cannot be read"});

  std::ifstream in(file("authors.pt"), std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  for (size_t length = 2; length < whole.size(); length += 397)
    EXPECT_THROW(readPyTorchFile(folder.write("cut.pt", whole.substr(0, length))), Error) << length;
  // Damage anywhere is an error, or goes unnoticed; it never crashes.
  for (size_t at = 0; at < whole.size(); at += 23) {
    std::string damaged = whole;
    damaged[at] = char(damaged[at] ^ 0x55);
    try {
      readPyTorchFile(folder.write("damaged.pt", damaged));
    } catch (const Error &) {
    }
  }
}

TEST(Pickle, KeepsUnknownObjectsAsCalls) {
  using pickle::Value;
  // os.system("id"): stays data.
  const pickle::Document call(std::string_view("\x80\x02"
                                               "cos\nsystem\nX\2\0\0\0id\x85R.",
                                               23));
  EXPECT_EQ(call.root().kind, Value::Call);
  EXPECT_EQ(call.root().callee(), "os system");
  // {"a": (1, -2, 2.5, None, True), "b": 2^40}
  const std::string bytes = std::string("\x80\x02}(X\1\0\0\0a(K\1J\xfe\xff\xff\xffG\x40\x04\0\0\0\0\0\0N\x88tX\1\0\0\0b"
                                        "\x8a\6\0\0\0\0\0\1u.", 46);
  const pickle::Document map(bytes);
  const Value *list = map.root().find("a");
  ASSERT_TRUE(list && list->items.size() == 5);
  EXPECT_EQ(list->items[0]->integer, 1);
  EXPECT_EQ(list->items[1]->integer, -2);
  EXPECT_EQ(list->items[2]->real, 2.5);
  EXPECT_EQ(list->items[3]->kind, Value::None);
  EXPECT_EQ(list->items[4]->kind, Value::Bool);
  EXPECT_EQ(map.root().find("b")->integer, int64_t{1} << 40);
  for (size_t length = 0; length < bytes.size(); ++length)
    EXPECT_THROW(pickle::Document(std::string_view(bytes).substr(0, length)), std::runtime_error);
}

TEST(Pickle, RefusesBrokenStacks) {
  for (const char *bytes : {".", "t.", "(.", "R.", "h\7.", "a.", "K\1s.", "u.", "}(K\1u.", "0.", "I1\n.", "Q."})
    EXPECT_THROW(pickle::Document{bytes}, std::runtime_error) << bytes;
}

} // namespace
} // namespace flexrt::testing
