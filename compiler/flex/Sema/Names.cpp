#include "flex/Sema/Names.h"
namespace flex::sema {
bool checkNames(elab::Modules &, Diagnostics &diagnostics) { return !diagnostics.hasErrors(); }
}
