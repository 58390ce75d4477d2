/// Mel-frequency cepstral coefficients, as torchaudio.transforms.MFCC computes them: log_mels = True, HTK's mel scale without
/// normalisation, a periodic Hann window, reflected ends, and the orthonormal cosine transform.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace flexrt {

class Mfcc {
public:
  /// `window` samples a frame, half of it from one frame to the next. coefficients <= mels.
  Mfcc(int64_t rate, int64_t coefficients, int64_t window, int64_t mels);
  ~Mfcc();

  /// Frames of a signal of that length: 1 + length / (window / 2).
  int64_t frames(int64_t length) const { return 1 + length / (window / 2); }
  /// The shortest signal whose ends can be reflected.
  int64_t shortest() const { return window / 2 + 1; }
  int64_t coefficients() const { return coefficients_; }

  /// [coefficients][frames] of a signal of at least `shortest` samples.
  std::vector<float> operator()(std::span<const float> signal) const;

private:
  struct Matrices; ///< a frame's spectrum, its mels and its coefficients are products with these
  int64_t window, coefficients_;
  std::unique_ptr<Matrices> matrices;
};

} // namespace flexrt
