// The field type: its text, its rules of broadcasting.
#include "flex/Dialect/Flex.h"

#include "mlir/IR/DialectImplementation.h"

using namespace mlir;
using namespace flex;

/// `<24x3xf32, samples, @image, channels_last>`
Type FieldType::parse(AsmParser &parser) {
  SmallVector<int64_t> shape;
  FloatType element;
  bool samples = false;
  StringAttr space;
  Layout layout = Layout::Lanes;
  if (parser.parseLess() || parser.parseDimensionList(shape, /*allowDynamic=*/false) || parser.parseType(element))
    return {};
  while (succeeded(parser.parseOptionalComma())) {
    if (succeeded(parser.parseOptionalKeyword("samples"))) {
      samples = true;
    } else if (succeeded(parser.parseOptionalKeyword(stringifyLayout(Layout::ChannelsLast)))) {
      layout = Layout::ChannelsLast;
    } else if (succeeded(parser.parseOptionalKeyword(stringifyLayout(Layout::Plain)))) {
      layout = Layout::Plain;
    } else if (parser.parseSymbolName(space)) {
      return {};
    }
  }
  if (parser.parseGreater())
    return {};
  return parser.getChecked<FieldType>(parser.getContext(), ArrayRef<int64_t>(shape), element, samples, space,
                                      layout);
}

void FieldType::print(AsmPrinter &printer) const {
  printer << '<';
  for (int64_t size : getShape())
    printer << size << 'x';
  printer << getElementType();
  if (getSamples())
    printer << ", samples";
  if (getSpace()) {
    printer << ", ";
    printer.printSymbolName(getSpace());
  }
  if (getLayout() != Layout::Lanes)
    printer << ", " << stringifyLayout(getLayout());
  printer << '>';
}

LogicalResult FieldType::verify(function_ref<InFlightDiagnostic()> error, ArrayRef<int64_t> shape, FloatType element,
                                bool samples, StringAttr space, Layout layout) {
  if (!element.isF32() && !element.isF64())
    return error() << "a field holds f32 or f64, not " << element;
  for (int64_t size : shape)
    if (size < 1)
      return error() << "a channel axis of a field must be at least 1, got " << size;
  if (layout == Layout::ChannelsLast && (!samples || !space))
    return error() << "channels_last is a layout of samples over a space";
  if (layout == Layout::Plain && !samples && !space)
    return error() << "a value without a domain has no layout";
  return success();
}

int64_t FieldType::getNumChannels() const {
  int64_t count = 1;
  for (int64_t size : getShape())
    count *= size;
  return count;
}

FieldType FieldType::broadcast(FieldType a, FieldType b) {
  if (a.getElementType() != b.getElementType() || a.getLayout() != Layout::Lanes || b.getLayout() != Layout::Lanes)
    return {};
  if (a.getSpace() && b.getSpace() && a.getSpace() != b.getSpace())
    return {};
  ArrayRef<int64_t> x = a.getShape(), y = b.getShape();
  size_t rank = std::max(x.size(), y.size());
  SmallVector<int64_t> shape(rank);
  for (size_t i = 1; i <= rank; ++i) {
    int64_t p = i <= x.size() ? x[x.size() - i] : 1, q = i <= y.size() ? y[y.size() - i] : 1;
    if (p != q && p != 1 && q != 1)
      return {};
    shape[rank - i] = std::max(p, q);
  }
  return get(shape, a.getElementType(), a.getSamples() || b.getSamples(), a.getSpace() ? a.getSpace() : b.getSpace());
}

bool FieldType::broadcastsTo(FieldType wide) const { return broadcast(*this, wide) == wide; }

int64_t flex::broadcastSource(int64_t channel, ArrayRef<int64_t> wide, ArrayRef<int64_t> narrow) {
  int64_t source = 0, stride = 1;
  for (size_t i = 1; i <= narrow.size(); ++i) {
    int64_t size = wide[wide.size() - i], position = channel % size;
    channel /= size;
    if (narrow[narrow.size() - i] != 1)
      source += position * stride;
    stride *= narrow[narrow.size() - i];
  }
  return source;
}

int64_t flex::tapsPerAxis(FieldType flat, int64_t rank) {
  int64_t entries = flat.getShape().back();
  for (int64_t size = 1; size <= entries; ++size) {
    int64_t points = 1;
    for (int64_t axis = 0; axis < rank && points <= entries; ++axis)
      points *= size;
    if (points >= entries)
      return points == entries ? size : 0;
  }
  return 0;
}
