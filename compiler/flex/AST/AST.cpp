#include "flex/AST/AST.h"

namespace flex::ast {

const char *name(Role role) {
  switch (role) {
  case Role::Fn: return "fn";
  case Role::Kernel: return "kernel";
  case Role::Mask: return "mask";
  case Role::Block: return "block";
  case Role::Network: return "network";
  case Role::Recipe: return "recipe";
  case Role::Experiment: return "experiment";
  }
  return "";
}

const char *spelling(BinaryOp op) {
  switch (op) {
  case BinaryOp::Add: return "+";
  case BinaryOp::Sub: return "-";
  case BinaryOp::Mul: return "*";
  case BinaryOp::Div: return "/";
  case BinaryOp::Mod: return "%";
  case BinaryOp::Pow: return "^";
  case BinaryOp::Eq: return "==";
  case BinaryOp::Ne: return "!=";
  case BinaryOp::Lt: return "<";
  case BinaryOp::Le: return "<=";
  case BinaryOp::Gt: return ">";
  case BinaryOp::Ge: return ">=";
  case BinaryOp::And: return "and";
  case BinaryOp::Or: return "or";
  }
  return "";
}

} // namespace flex::ast
