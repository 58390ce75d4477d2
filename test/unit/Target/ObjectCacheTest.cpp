// The cache of objects, and codelets that go through it.
#include "flex/Target/CodeletObjects.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/FileSystem.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

using namespace flex;
namespace fs = std::filesystem;

namespace {

class Cache : public testing::Test {
protected:
  Cache() {
    std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    folder = fs::temp_directory_path() / ("flex-cache-" + name + "-" + std::to_string(getpid()));
    fs::remove_all(folder);
  }
  ~Cache() override { fs::remove_all(folder); }

  /// The only file there.
  fs::path entry() const {
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 1);
    return fs::directory_iterator(folder)->path();
  }

  fs::path folder;
};

std::string read(const fs::path &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
void write(const fs::path &path, const std::string &bytes) { std::ofstream(path, std::ios::binary) << bytes; }

const std::string kObject("\0ELF\0content", 12);

} // namespace

TEST_F(Cache, FindsWhatWasKept) {
  ObjectCache cache(folder / "deep" / "er");
  EXPECT_EQ(cache.find("a"), std::nullopt);
  cache.keep("a", kObject);
  EXPECT_EQ(cache.find("a"), kObject);
  EXPECT_EQ(cache.find("b"), std::nullopt);
  EXPECT_EQ(ObjectCache(folder / "deep" / "er").find("a"), kObject);
}

TEST_F(Cache, ForgetsDamagedFiles) {
  ObjectCache cache(folder);
  cache.keep("a", kObject);
  std::string whole = read(entry());
  std::string changed = whole;
  changed[5] ^= 1;
  for (const std::string &damaged : {changed, whole.substr(0, whole.size() - 1), whole.substr(1), std::string()}) {
    write(entry(), damaged);
    EXPECT_EQ(cache.find("a"), std::nullopt);
  }
  cache.keep("a", kObject);
  EXPECT_EQ(cache.find("a"), kObject);
}

TEST_F(Cache, IsNoErrorWhereNothingCanBeWritten) {
  write(folder, "a file, not a folder");
  for (const std::string &useless : {folder.string(), std::string()}) {
    ObjectCache cache(useless);
    cache.keep("a", kObject);
    EXPECT_EQ(cache.find("a"), std::nullopt);
  }
}

TEST_F(Cache, RemovesWhatIsOld) {
  ObjectCache cache(folder);
  cache.prune(); // the folder is not there yet
  cache.keep("old", kObject);
  llvm::sys::TimePoint<> longAgo = std::chrono::system_clock::now() - std::chrono::hours(24 * 40);
  int descriptor;
  ASSERT_FALSE(llvm::sys::fs::openFileForWrite(entry().string(), descriptor, llvm::sys::fs::CD_OpenExisting));
  ASSERT_FALSE(llvm::sys::fs::setLastAccessAndModificationTime(descriptor, longAgo));
  close(descriptor);
  cache.keep("new", kObject);
  cache.prune();
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 2) << "and the time of pruning";
  EXPECT_TRUE(cache.find("new"));
  EXPECT_FALSE(cache.find("old"));
}

TEST(CacheKey, DependsOnEveryPartAndWhereItEnds) {
  std::string key = ObjectCache::key({"ab", "c"});
  EXPECT_EQ(key, ObjectCache::key({"ab", "c"}));
  EXPECT_NE(key, ObjectCache::key({"a", "bc"}));
  EXPECT_NE(key, ObjectCache::key({"abc"}));
  EXPECT_NE(key, ObjectCache::key({"ab", "d"}));
}

TEST_F(Cache, HoldsCodelets) {
  TargetOptions target = llvm::cantFail(resolveTarget("native"));
  mlir::MLIRContext context;
  CodeletKey key{4, false, std::nullopt, mlir::Float32Type::get(&context), 4};
  // Emitted again, it is the same: what is kept is worth finding.
  EXPECT_EQ(llvm::cantFail(emitCodelets(key, target)).front().bitcode,
            llvm::cantFail(emitCodelets(key, target)).front().bitcode);

  ObjectCache cache(folder);
  std::string object = llvm::cantFail(codeletObject(key, target, cache));
  EXPECT_EQ(object.substr(0, 4), "\177ELF");
  // A hit, and not a second generation: the cache's word is taken for it.
  std::string name = entry().stem().string().substr(entry().stem().string().rfind('-') + 1);
  cache.keep(name, "found");
  EXPECT_EQ(llvm::cantFail(codeletObject(key, target, cache)), "found");
  write(entry(), "damaged");
  EXPECT_EQ(llvm::cantFail(codeletObject(key, target, cache)), object);
  EXPECT_EQ(cache.find(name), object);

  key.length = 5;
  EXPECT_NE(llvm::cantFail(codeletObject(key, target, cache)), object);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 2);
}
