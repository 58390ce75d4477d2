/// Whole numbers of emitted code that read like arithmetic: offsets, counts and strides, never negative unless a comment
/// says so. Each operation emits one op in the builder's place, or folds.
#pragma once

#include "flex/Conversion/HostBuilder.h"

namespace flex {

class Index {
public:
  Index(HostBuilder &host, mlir::Value value) : host(&host), value(value) {}
  Index(HostBuilder &host, int64_t value) : host(&host), value(host.constant(value)) {}
  operator mlir::Value() const { return value; }

  friend Index operator+(Index x, Index y) { return {*x.host, x.host->add(x, y)}; }
  friend Index operator-(Index x, Index y) { return {*x.host, x.host->sub(x, y)}; }
  friend Index operator*(Index x, Index y) { return {*x.host, x.host->mul(x, y)}; }
  friend Index operator/(Index x, Index y) { return {*x.host, x.host->div(x, y)}; }
  friend Index operator%(Index x, Index y) { return {*x.host, x.host->rem(x, y)}; }
  friend Index operator+(Index x, int64_t y) { return x + x.same(y); }
  friend Index operator-(Index x, int64_t y) { return x - x.same(y); }
  friend Index operator*(Index x, int64_t y) { return x * x.same(y); }
  friend Index operator/(Index x, int64_t y) { return x / x.same(y); }
  friend Index operator%(Index x, int64_t y) { return x % x.same(y); }
  friend Index min(Index x, Index y) { return {*x.host, x.host->min(x, y)}; }
  friend Index max(Index x, Index y) { return {*x.host, x.host->max(x, y)}; }
  friend Index ceilDiv(Index x, Index y) { return (x + y - 1) / y; }
  friend Index roundUp(Index x, int64_t to) { return {*x.host, x.host->roundUp(x, to)}; }

  //===- Decisions: i1 -----------------------------------------------------------------------------------------------===//
  mlir::Value operator<(Index y) const { return host->less(value, y); }
  mlir::Value operator<(int64_t y) const { return *this < same(y); }
  mlir::Value isPositive() const { return same(0) < *this; }
  mlir::Value equals(Index y) const {
    return host->b.createOrFold<mlir::arith::CmpIOp>(host->loc, mlir::arith::CmpIPredicate::eq, value, y.value);
  }
  mlir::Value equals(int64_t y) const { return equals(same(y)); }
  /// `this` where `condition` holds, else `otherwise`; both exist.
  Index when(mlir::Value condition, Index otherwise) const {
    return {*host, host->b.createOrFold<mlir::arith::SelectOp>(host->loc, condition, value, otherwise.value)};
  }

private:
  Index same(int64_t y) const { return {*host, y}; }

  HostBuilder *host;
  mlir::Value value;
};

} // namespace flex
