// The UEA and UCR archives' .ts files: a header of @words, then a line for each series: its dimensions separated by ':', the
// last field its class. https://www.timeseriesclassification.com
#include "flexrt/core/Error.h"
#include "flexrt/data/Files.h"
#include "flexrt/data/Series.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstring>
#include <string_view>

namespace flexrt {
namespace {

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r");
  return begin == std::string_view::npos ? "" : text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

/// What is before the separator; `text` keeps what is behind it.
std::string_view takeField(std::string_view &text, char separator) {
  const size_t end = text.find(separator);
  const std::string_view field = text.substr(0, end);
  text = end == std::string_view::npos ? "" : text.substr(end + 1);
  return trimmed(field);
}

class TsReader {
public:
  explicit TsReader(std::string path) : path(std::move(path)) {}

  SeriesSet set;
  std::vector<std::string> classes;

  void read() {
    const std::vector<uint8_t> bytes = readDataFile(path);
    std::string_view rest(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    bool data = false;
    while (!rest.empty()) {
      ++line;
      const std::string_view text = takeField(rest, '\n');
      if (text.empty() || text.front() == '#')
        continue;
      if (data)
        series(text);
      else
        data = header(text);
    }
    if (set.count() == 0)
      throw Error("'" + path + "' is truncated: it holds no series" + (data ? "" : " and no line '@data'"));
  }

private:
  std::string path;
  int64_t line = 0;

  [[noreturn]] void fail(const std::string &why, const std::string &hint = "") const {
    throw Error("'" + path + "', line " + std::to_string(line) + ": " + why, hint);
  }

  /// Whether the data follow.
  bool header(std::string_view text) {
    const std::string word(takeField(text, ' '));
    const auto is = [&](const char *wanted) {
      return std::equal(word.begin(), word.end(), wanted, wanted + std::strlen(wanted),
                        [](char a, char b) { return std::tolower(uint8_t(a)) == std::tolower(uint8_t(b)); });
    };
    if (word.empty() || word[0] != '@')
      fail("expected a line that begins with '@' before '@data', found '" + word + "'");
    if (is("@timestamps") && trimmed(text) == "true")
      fail("series with time stamps are not read", "sample them at equal steps first");
    if (is("@classlabel")) {
      if (takeField(text, ' ') != "true")
        fail("the file has no classes: '@classLabel true' and their names are needed");
      while (!text.empty())
        if (const std::string_view name = takeField(text, ' '); !name.empty())
          classes.emplace_back(name);
    }
    if (is("@data") && classes.empty())
      fail("'@data' comes before '@classLabel'");
    return is("@data");
  }

  void series(std::string_view text) {
    const size_t last = text.rfind(':');
    if (last == std::string_view::npos)
      fail("expected dimensions and a class, separated by ':'");
    const std::string name(trimmed(text.substr(last + 1)));
    const auto found = std::find(classes.begin(), classes.end(), name);
    if (found == classes.end())
      fail("'" + name + "' is none of the classes that '@classLabel' names");
    std::vector<float> values;
    int64_t length = -1, channels = 0;
    for (std::string_view dimensions = text.substr(0, last); channels == 0 || !dimensions.empty(); ++channels) {
      const size_t before = values.size();
      dimension(takeField(dimensions, ':'), channels, values);
      const auto own = int64_t(values.size() - before);
      if (length >= 0 && own != length)
        fail("dimension " + std::to_string(channels + 1) + " has " + std::to_string(own) + " values, the first has " +
             std::to_string(length));
      length = own;
    }
    if (set.count() > 0 && channels != set.channels)
      fail("the series has " + std::to_string(channels) + " dimensions, those before have " +
           std::to_string(set.channels));
    set.channels = channels;
    set.add(values, length, float(found - classes.begin()));
  }

  void dimension(std::string_view text, int64_t channel, std::vector<float> &values) const {
    while (!text.empty()) {
      const std::string_view field = takeField(text, ',');
      double value = 0;
      const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
      if (field == "?" || (error == std::errc() && !std::isfinite(value)))
        fail("dimension " + std::to_string(channel + 1) + " has a missing value ('" + std::string(field) + "')",
             "fill it in first: sets with missing values are not read");
      if (error != std::errc() || end != field.data() + field.size() || field.empty())
        fail("dimension " + std::to_string(channel + 1) + ": '" + std::string(field) + "' is no number");
      values.push_back(float(value));
    }
    if (values.empty())
      fail("the series has no values");
  }
};

/// Those series of both sets, the second's numbers following the first's.
SeriesSet pick(const SeriesSet &first, const SeriesSet &second, const std::vector<int64_t> &indices) {
  SeriesSet result;
  result.channels = first.channels;
  std::vector<std::span<const float>> series;
  std::vector<int64_t> lengths;
  std::vector<float> labels;
  for (const SeriesSet *set : {&first, &second}) {
    const float *at = set->values.data();
    for (int64_t i = 0; i < set->count(); at += set->channels * set->lengths[size_t(i)], ++i) {
      series.emplace_back(at, size_t(set->channels * set->lengths[size_t(i)]));
      lengths.push_back(set->lengths[size_t(i)]);
      labels.push_back(set->labels[size_t(i)]);
    }
  }
  for (const int64_t i : indices)
    result.add(series[size_t(i)], lengths[size_t(i)], labels[size_t(i)]);
  return result;
}

} // namespace

std::unique_ptr<Dataset> makeUea(Arguments &arguments, const DatasetRequest &request) {
  const std::string archive = arguments.text("archive", "");
  if (archive.empty())
    throw Error("'uea' needs the name of a set of the archive", "for example archive: BasicMotions", ExitCode::usage);
  const DataFolder folder{"uea", request.root, {archive, "uea/" + archive, "Multivariate_ts/" + archive, ""},
                          "https://www.timeseriesclassification.com (.ts files)"};
  TsReader train(folder.find({archive + "_TRAIN.ts"})), test(folder.find({archive + "_TEST.ts"}));
  train.read();
  test.read();
  if (train.classes != test.classes || train.set.channels != test.set.channels)
    throw Error("the two files of '" + archive + "' have other classes or numbers of dimensions: " +
                std::to_string(train.set.channels) + " and " + std::to_string(test.set.channels) + " dimensions, " +
                std::to_string(train.classes.size()) + " and " + std::to_string(test.classes.size()) + " classes");
  requireDeclaredClasses(arguments, int64_t(train.classes.size()));
  const double share = arguments.real("test", 0, 0, 0.9);
  const auto seed = uint64_t(arguments.integer("seed", 0, 0, int64_t{1} << 32));
  if (share > 0) { // both files together, divided anew
    std::vector<float> labels = train.set.labels;
    labels.insert(labels.end(), test.set.labels.begin(), test.set.labels.end());
    const SeriesSplit split = stratify(labels, share, seed);
    SeriesSet learned = pick(train.set, test.set, split.train), held = pick(train.set, test.set, split.test);
    train.set = std::move(learned);
    test.set = std::move(held);
  }
  Preparation reading({.channels = train.set.channels, .rank = 1});
  return makeSeries(arguments, request, std::move(train.set), std::move(test.set), int64_t(train.classes.size()),
                    std::move(reading));
}

} // namespace flexrt
