// YAML: our own emitter (block style, keys sorted) and libyaml's parser behind one function.
// Format: docs/formats/excuses.md. Whatever to_yaml writes, a YAML 1.1 safe loader reads back
// equal.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/value.h"

namespace sluice::codec {

// Block style document that ends in a newline. Unicode is kept; invalid UTF-8 is written as U+FFFD.
std::string to_yaml(const Value& value);

// Appends one list item ("- ...") at indentation 0: for documents too large to build as one Value.
void append_yaml_item(std::string& out, const Value& value);

// YAML 1.1 scalars (null, bool, int, float, timestamps stay Timestamp). Anchors and aliases are
// refused (untrusted input). Errors: corrupt, with line and column.
base::Result<Value> parse_yaml(std::string_view text);

}  // namespace sluice::codec
