// Schedule of regions that mix channels: one block of points after the other, all of the plan's events on each. A block
// of lanes over samples may end short; a block over a space never does, as rows of memory are padded to whole blocks.
#include "flex/Conversion/EmitPointsSchedules.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;
using namespace flex;

namespace {
class BlockEmitter {
public:
  BlockEmitter(Elements &elements, Value chunk)
      : elements(elements), l(elements.lanes), plan(elements.plan), blocks(plan), chunk(chunk) {}

  void run() {
    elements.levelsOf = {.channel = 3, .row = 2, .lanes = 2, .term = 4};
    prepare();
    int64_t points = plan.blockPoints();
    bool samples = plan.domain.getSamples();
    Value total = l.index(1);
    if (samples)
      total = l.imul(elements.slot(PointsSlot::Points), elements.slot(PointsSlot::PaddedSamples));
    else if (plan.domain.getSpace())
      total = l.roundUp(elements.slot(PointsSlot::Points), kPointBlock);
    auto [low, high] = rangeOf(elements, l.idiv(l.iadd(total, points - 1), l.index(points)), chunk);
    Value begin = l.imul(low, points), end = l.imin(l.imul(high, points), total);
    if (!samples || points == l.width)
      return l.loop(begin, end, points, [&](Value start) { block(start, points / l.width); });
    Value whole = l.iadd(begin, l.imul(l.idiv(l.isub(end, begin), l.index(points)), points));
    l.loop(begin, whole, points, [&](Value start) { block(start, points / l.width); });
    l.loop(whole, end, l.width, [&](Value start) { block(start, 1); });
  }

private:
  Elements &elements;
  Lanes &l;
  const PointsPlan &plan;
  BlockPlan blocks;
  Value chunk, scratch;
  Value blockStart;
  int64_t vectors = 0;                        // of the present block
  SmallVector<Value> partials;                // by result
  llvm::DenseMap<Value, Value> uniformMemory; // addresses of matrices and biases
  llvm::DenseMap<Value, Elements::Home> maskedHomes;
  llvm::SmallPtrSet<void *, 8> transposedAlready;

  //===- Before the blocks -------------------------------------------------------------------------------------------===//

  Value allocate(int64_t count) {
    auto pointer = LLVM::LLVMPointerType::get(l.builder.getContext());
    return l.builder.create<LLVM::AllocaOp>(l.loc, pointer, l.element, l.index(count), 64);
  }

  void prepare() {
    constexpr int64_t kMostScratch = 4 << 20; // bytes; a thread's stack has 8 MiB
    int64_t count = blocks.scratchRows * plan.blockPoints();
    if (count * l.elementBytes() > kMostScratch) {
      auto region = plan.region;
      region->emitError("one block of this region takes ") << count * l.elementBytes() << " bytes: too many channels";
      elements.failed = true;
      count = 1; // the code is thrown away
    }
    if (count)
      scratch = allocate(count);
    for (auto &event : blocks.events)
      if (event.step && !plan.domain.isUniform())
        for (Value operand : event.step->getOperands())
          if (fieldType(operand).isUniform())
            uniformMemory[operand] = placeUniform(operand);
    for (auto [i, result] : llvm::enumerate(plan.results)) {
      partials.push_back(result.partial ? zeroedPartials(elements, i, chunk) : Value());
      if (result.kind == PointsPlan::Kind::SpaceSum) {
        Value count = l.imul(elements.slot(PointsSlot::PaddedSamples), result.elements);
        Value memory = elements.resultHome(i).base;
        l.loop(l.index(0), count, l.width, [&](Value j) { l.store(l.zero(), l.at(memory, j)); });
      }
    }
  }

  /// A matrix as an operand of the region, or copied where it is put together inside.
  Value placeUniform(Value v) {
    if (auto argument = dyn_cast<BlockArgument>(stripReshapes(v)))
      return elements.operandHome(argument).base;
    int64_t count = fieldType(v).getNumChannels();
    Value memory = allocate(count);
    auto levels = elements.levelsOf;
    elements.levelsOf = {.channel = 1, .row = 0, .lanes = 0, .term = 0};
    l.loop(count, [&](Value i) {
      Elements::Level level(elements, 1);
      elements.channelValue = i;
      l.store(elements.get(v, elements.channel()), l.at(memory, i));
    });
    elements.levelsOf = levels;
    return memory;
  }

  //===- One block ---------------------------------------------------------------------------------------------------===//

  void block(Value start, int64_t count) {
    Elements::Level level(elements, 1);
    blockStart = start;
    vectors = count;
    elements.homes.clear();
    maskedHomes.clear();
    transposedAlready.clear();
    for (auto [number, event] : llvm::enumerate(blocks.events)) {
      if (!event.step)
        group(event);
      else if (auto outer = dyn_cast<OuterOp>(event.step))
        accumulateOuter(outer);
      else if (isa<LinearOp, LinearTransposedOp>(event.step))
        multiply(event.step);
      else
        fold(event.step);
      for (auto &[v, place] : blocks.places)
        if (place.event == int64_t(number))
          elements.homes[v] = homeOf(place);
      for (auto &[v, place] : blocks.maskedCopies)
        if (place.event == int64_t(number))
          maskedHomes[v] = homeOf(place);
    }
    elements.homes.clear();
  }

  Elements::Home homeOf(const BlockPlan::Place &place) {
    if (place.result >= 0)
      return elements.resultHome(place.result);
    Value stride = elements.atFunction([&] { return l.index(plan.blockPoints()); });
    return {rowAddress(place), stride, /*scratch=*/true};
  }
  Value rowAddress(const BlockPlan::Place &place) {
    return elements.atFunction([&] { return l.at(scratch, l.index(place.offset * plan.blockPoints())); });
  }

  /// Runs `body` for every vector of the block, with the place of its lanes known.
  void eachVector(llvm::function_ref<void()> body) {
    l.loop(l.index(0), l.index(vectors * l.width), l.width, [&](Value offset) {
      Elements::Level level(elements, 2);
      placeVector(offset);
      body();
    });
  }
  void placeVector(Value offset) {
    auto &points = elements.points;
    points.block = offset;
    points.flat = l.iadd(blockStart, offset);
    points.lane = points.flat;
    if (plan.hasRows()) {
      Value padded = elements.slot(PointsSlot::PaddedSamples);
      points.row = l.idiv(points.flat, padded);
      points.lane = l.irem(points.flat, padded);
    }
  }

  void eachChannel(int64_t count, llvm::function_ref<void(AffineExpr)> body) {
    if (count == 1) {
      Elements::Level level(elements, 3);
      return body(elements.constant(0));
    }
    l.loop(count, [&](Value c) {
      Elements::Level level(elements, 3);
      elements.channelValue = c;
      body(elements.channel());
    });
  }

  void group(const BlockPlan::Event &event) {
    auto tasks = [&](AffineExpr c) {
      for (const auto &task : event.tasks)
        run(task, c);
    };
    if (!goesByChannels(event))
      return eachVector([&] { eachChannel(event.channels, tasks); });
    // Each channel is far from the next in memory, its points are neighbours: what comes next is foreseen.
    auto levels = elements.levelsOf;
    elements.levelsOf = {.channel = 2, .row = 3, .lanes = 3, .term = 4};
    l.loop(event.channels, [&](Value channel) {
      Elements::Level level(elements, 2);
      elements.channelValue = channel;
      l.loop(l.index(0), l.index(vectors * l.width), l.width, [&](Value offset) {
        Elements::Level level(elements, 3);
        placeVector(offset);
        tasks(elements.channel());
      });
    });
    elements.levelsOf = levels;
  }

  /// Whether nothing is lost if the group's loop over channels is the outer one: what all channels have in common is
  /// computed again for each.
  bool goesByChannels(const BlockPlan::Event &event) {
    constexpr int64_t kCheap = 2;
    if (!plan.hasRows() || event.channels == 1)
      return false;
    SmallVector<Value> pending = llvm::map_to_vector(event.tasks, [](auto &task) { return task.value; });
    llvm::DenseSet<Value> seen;
    while (!pending.empty()) {
      Value v = pending.pop_back_val();
      Operation *op = v.getDefiningOp();
      if (!op || elements.homes.contains(v) || !seen.insert(v).second || fieldType(v).isUniform())
        continue;
      if (fieldType(v).getNumChannels() < event.channels && costPerElement(op) > kCheap)
        return false;
      for (Value operand : op->getOperands())
        if (isa<FieldType>(operand.getType()))
          pending.push_back(operand);
    }
    return true;
  }

  void run(const BlockPlan::Task &task, AffineExpr c) {
    Value v = l.spread(elements.get(task.value, c));
    if (task.kind == BlockPlan::Task::MaskedCopy) {
      l.store(elements.masked(v), elements.address(homeOf(blocks.maskedCopies.find(task.value)->second), c));
    } else if (task.kind == BlockPlan::Task::Store) {
      const BlockPlan::Place &place = blocks.places.find(task.value)->second;
      l.store(place.masked ? elements.masked(v) : v, elements.address(homeOf(place), c));
    } else if (plan.results[task.result].kind == PointsPlan::Kind::Field) {
      l.store(v, elements.address(elements.resultHome(task.result), c));
    } else {
      bool whole = plan.results[task.result].kind == PointsPlan::Kind::Sum;
      Elements::Home home = elements.resultHome(task.result);
      Value total = whole ? l.at(partials[task.result], l.imul(elements.expand(c), l.width))
                          : l.at(home.base, l.iadd(l.imul(elements.expand(c), home.stride), elements.points.lane));
      l.store(l.add(l.loadLanes(total), elements.masked(v)), total);
    }
  }

  //===- Steps -------------------------------------------------------------------------------------------------------===//

  struct View {
    Value base, stride; // address of the block's first lane in channel 0, elements to the next channel
    bool streamed;      // in memory that other blocks have not touched
  };
  View view(Elements::Home home) {
    return {home.scratch ? home.base : l.at(home.base, blockStart), home.stride, !home.scratch && !plan.domain.isUniform()};
  }
  View view(Value operand, bool masked = false) {
    Value v = stripReshapes(operand);
    if (auto it = maskedHomes.find(v); masked && it != maskedHomes.end())
      return view(it->second);
    if (auto it = elements.homes.find(v); it != elements.homes.end())
      return view(it->second);
    return view(elements.operandHome(cast<BlockArgument>(v)));
  }
  /// Address of a matrix or bias.
  Value matrix(Value v) { return plan.domain.isUniform() ? view(v).base : uniformMemory.lookup(v); }

  void multiply(Operation *op) {
    auto linear = dyn_cast<LinearOp>(op);
    Value weight = op->getOperand(0), input = op->getOperand(1);
    int64_t columns = fieldType(weight).getShape()[1], rows = fieldType(op->getResult(0)).getNumChannels();
    Value bias = linear && linear.getBias() ? matrix(linear.getBias()) : Value();
    Value scale = linear && linear.getScale() ? view(linear.getScale()).base : Value();
    View in = view(input), out = view(homeOf(blocks.places.find(op->getResult(0))->second));
    auto start = [&](Value row, Value column) -> Value {
      if (!bias)
        return l.zero();
      Value b = l.spread(l.loadScalar(l.at(bias, row)));
      return scale ? l.mul(b, l.loadLanes(l.at(scale, column))) : b;
    };
    auto finish = [&](Value sum, Value row, Value column) {
      l.store(sum, l.at(out.base, l.iadd(l.imul(row, out.stride), column)));
    };
    emitProduct(l, {rows, vectors, l.index(fieldType(input).getNumChannels()), matrix(weight),
                    l.index(linear ? columns : 1), l.index(linear ? 1 : columns), in.base, in.stride,
                    in.streamed, start, finish});
  }

  /// Sum or maximum over many channels.
  void fold(Operation *op) {
    Value operand = op->getOperand(0), result = op->getResult(0);
    int64_t kept = fieldType(result).getNumChannels(), terms = fieldType(operand).getNumChannels() / kept;
    Elements::Home home = homeOf(blocks.places.find(result)->second);
    eachVector([&] {
      eachChannel(kept, [&](AffineExpr c) {
        Value first = l.spread(elements.get(operand, elements.termOf(op, c, elements.constant(0))));
        auto carried = elements.accumulate(op, {}, first, l.index(0));
        carried = l.loop(l.index(1), l.index(terms), 1, carried, [&](Value i, ValueRange values) {
          Elements::Level level(elements, 4);
          elements.termValue = i;
          Value v = elements.get(operand, elements.termOf(op, c, elements.term()));
          return elements.accumulate(op, values, v, i);
        });
        l.store(carried.back(), elements.address(home, c));
      });
    });
  }

  void accumulateOuter(OuterOp op) {
    unsigned result = llvm::find_if(plan.results, [&](auto &r) { return r.outer == op; }) - plan.results.begin();
    int64_t rows = fieldType(op.getGradient()).getNumChannels(), columns = fieldType(op.getInput()).getNumChannels();
    View g = view(op.getGradient(), true), x = view(op.getInput(), true);
    Value memory = partials[result];
    if (plan.sumsOverPoints(op))
      return accumulateOverPoints(g, rows, x, columns, memory);
    int64_t padded = plan.paddedColumns(op);
    Value input = stripReshapes(op.getInput());
    Value turned = rowAddress(blocks.transposed.find(input)->second);
    if (transposedAlready.insert(input.getAsOpaquePointer()).second)
      emitTransposed(l, x.base, x.stride, columns, vectors * l.width, turned);
    // Padding at the end of a space is left out; padding among samples is zero.
    Value depth = l.index(vectors * l.width);
    if (!plan.domain.getSamples() && plan.domain.getSpace())
      depth = l.imin(depth, l.isub(elements.slot(PointsSlot::Points), blockStart));
    auto at = [&](Value row, Value column) { return l.at(memory, l.iadd(l.imul(row, padded), column)); };
    auto start = [&](Value, Value) { return l.zero(); };
    // Each block's sum is added as a whole: short sums round less.
    auto finish = [&](Value sum, Value row, Value column) {
      Value total = at(row, column);
      l.store(l.add(l.loadLanes(total), sum), total);
    };
    emitProduct(l, {rows, padded / l.width, depth, g.base, g.stride, l.index(1), turned, l.index(padded),
                    /*streamed=*/false, start, finish});
  }

  /// Few columns: a vector of partial sums over points for each entry.
  void accumulateOverPoints(View g, int64_t rows, View x, int64_t columns, Value memory) {
    SmallVector<Value> inside, entries; // by vector; by column and vector
    for (int64_t v = 0; v < vectors; ++v) {
      Elements::Level level(elements, 2);
      placeVector(l.index(v * l.width));
      inside.push_back(elements.inside());
      for (int64_t i = 0; i < columns; ++i)
        entries.push_back(elements.masked(l.loadLanes(l.at(x.base, l.iadd(l.imul(x.stride, i), v * l.width)))));
    }
    l.loop(rows, [&](Value row) {
      Value from = l.at(g.base, l.imul(row, g.stride));
      SmallVector<Value> sums(columns);
      for (int64_t v = 0; v < vectors; ++v) {
        Value gradient = l.select(inside[v], l.loadLanes(l.at(from, l.index(v * l.width))), l.zero());
        for (int64_t i = 0; i < columns; ++i) {
          Value entry = entries[v * columns + i];
          sums[i] = v ? l.fma(gradient, entry, sums[i]) : l.mul(gradient, entry);
        }
      }
      for (int64_t i = 0; i < columns; ++i) {
        Value total = l.at(memory, l.imul(l.iadd(l.imul(row, columns), i), l.width));
        l.store(l.add(l.loadLanes(total), sums[i]), total);
      }
    });
  }
};
} // namespace

void flex::emitBlocks(Elements &elements, Value chunk) { BlockEmitter(elements, chunk).run(); }
