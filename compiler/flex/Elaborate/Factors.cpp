#include "flex/Elaborate/Factors.h"

#include <algorithm>

namespace flex::elab {

namespace {

struct Factors {
  int64_t count = 0;
  bool combined = false;
};

class Counter {
public:
  explicit Counter(const Pool &pool) : pool(pool) {}

  Factors of(ValueId id) {
    if (auto found = known.find(id); found != known.end())
      return found->second;
    const Node &node = pool.node(id);
    Factors factors;
    if (!node.type.space.empty()) // else it is the same at every position
      factors = count(node);
    return known[id] = factors;
  }

private:
  Factors count(const Node &node) {
    if (node.op == "sin" || node.op == "cos" || node.op == "exp" || node.op == "stated_band")
      return {1, false};
    if (node.op == "pow")
      return product(of(node.operands[0]), of(node.operands[0]));
    if (node.op == "mul")
      return product(of(node.operands[0]), of(node.operands[1]));
    Factors most;
    int waves = 0;
    for (ValueId operand : node.operands) {
      Factors factors = of(operand);
      waves += factors.count > 0;
      most = {std::max(most.count, factors.count), most.combined || factors.combined};
    }
    bool adds = (node.op == "add" || node.op == "sub") && waves > 1;
    if (most.count > 0 && (adds || node.op == "linear" || node.op == "sum"))
      most.combined = true;
    return most;
  }

  static Factors product(Factors x, Factors y) {
    if (x.count == 0 || y.count == 0)
      return x.count ? x : y;
    return x.combined || y.combined ? Factors{x.count + y.count, true} : Factors{1, false};
  }

  const Pool &pool;
  std::map<ValueId, Factors> known;
};

} // namespace

int64_t countFactors(const Pool &pool, ValueId value) { return Counter(pool).of(value).count; }

} // namespace flex::elab
