// The cache of objects. A file is the object followed by its digest, which tells files that were damaged or cut short;
// ELF does not mind bytes behind its end, so the files can be looked at with the usual tools.
#include "flex/Target/ObjectCache.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CachePruning.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SHA256.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace flex;

static StringRef text(const std::array<uint8_t, 32> &digest) {
  return {reinterpret_cast<const char *>(digest.data()), digest.size()};
}

std::string ObjectCache::key(ArrayRef<StringRef> parts) {
  SHA256 hash;
  for (StringRef part : parts) {
    hash.update(std::to_string(part.size()) + ":"); // so that no two lists of parts read alike
    hash.update(part);
  }
  return toHex(text(hash.final()), /*LowerCase=*/true);
}

std::optional<std::string> ObjectCache::find(const std::string &key) const {
  if (folder.empty())
    return std::nullopt;
  auto file = MemoryBuffer::getFile(path(key), /*IsText=*/false, /*RequiresNullTerminator=*/false);
  constexpr size_t kDigest = 32;
  if (!file || (*file)->getBufferSize() < kDigest)
    return std::nullopt;
  StringRef bytes = (*file)->getBuffer();
  StringRef object = bytes.drop_back(kDigest);
  if (text(SHA256::hash(arrayRefFromStringRef(object))) != bytes.take_back(kDigest))
    return std::nullopt;
  return object.str();
}

void ObjectCache::keep(const std::string &key, StringRef object) const {
  if (folder.empty() || sys::fs::create_directories(folder))
    return;
  // Under a name of its own first: nobody ever finds half a file.
  SmallString<128> unfinished;
  int descriptor;
  if (sys::fs::createUniqueFile(folder + "/%%%%%%%%.unfinished", descriptor, unfinished))
    return;
  raw_fd_ostream stream(descriptor, /*shouldClose=*/true);
  stream << object << text(SHA256::hash(arrayRefFromStringRef(object)));
  stream.close();
  bool failed = stream.has_error();
  stream.clear_error();
  if (failed || sys::fs::rename(unfinished, path(key)))
    sys::fs::remove(unfinished);
}

void ObjectCache::prune() const {
  if (folder.empty() || !sys::fs::is_directory(folder))
    return;
  CachePruningPolicy policy;
  policy.Interval = std::chrono::hours(24);
  policy.Expiration = std::chrono::hours(24 * 30);
  pruneCache(folder, policy);
}
