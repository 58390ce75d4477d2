// What an object may need from outside, and what a processor offers.
#include "flex/Target/Target.h"

#include "llvm/IR/IRBuilder.h"

#include <gtest/gtest.h>

using namespace flex;

TEST(Target, NativeIsResolvedToANameAndAWidth) {
  auto target = resolveTarget("native");
  ASSERT_TRUE(bool(target));
  EXPECT_NE(target->cpu, "native");
  int64_t bits = vectorBits(*target);
  EXPECT_TRUE(bits == 128 || bits == 256 || bits == 512) << bits;
}

#ifdef __x86_64__
TEST(Target, WidthFollowsTheCpu) {
  for (auto [cpu, bits] : {std::pair<const char *, int64_t>{"znver4", 512}, {"haswell", 256}, {"x86-64", 128}}) {
    auto target = resolveTarget(cpu);
    ASSERT_TRUE(bool(target));
    EXPECT_EQ(vectorBits(*target), bits) << cpu;
  }
}
#endif

TEST(Target, RefusesAnUnknownCpu) {
  auto target = resolveTarget("z80");
  ASSERT_FALSE(bool(target));
  EXPECT_NE(toString(target.takeError()).find("unknown cpu 'z80'"), std::string::npos);
}

/// A module with one function that calls `callee`.
static LlvmProgram caller(const char *callee) {
  LlvmProgram program;
  program.context = std::make_unique<llvm::LLVMContext>();
  program.module = std::make_unique<llvm::Module>("m", *program.context);
  auto *type = llvm::FunctionType::get(llvm::Type::getVoidTy(*program.context), false);
  auto *f = llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage, "f", *program.module);
  llvm::IRBuilder<> builder(llvm::BasicBlock::Create(*program.context, "", f));
  builder.CreateCall(program.module->getOrInsertFunction(callee, type));
  builder.CreateRetVoid();
  return program;
}

TEST(Object, NeedsNothingButTheAbi) {
  auto target = resolveTarget("native");
  ASSERT_TRUE(bool(target));
  LlvmProgram plain = caller("flexrt_parallel_for"), foreign = caller("sinf");
  auto good = makeObject(plain, *target);
  EXPECT_TRUE(bool(good)) << toString(good.takeError());
  auto bad = makeObject(foreign, *target);
  ASSERT_FALSE(bool(bad));
  EXPECT_NE(toString(bad.takeError()).find("compiled code needs 'sinf'"), std::string::npos);
}
