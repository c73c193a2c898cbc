// Reading a JSON document that is one long list without building it in memory.
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"
#include "codec/value.h"

namespace sluice::codec {

// The document is an object; every element of its list `key` is given to `on_item`, in order, and
// lives only for the call. Elements before a damaged place were given already. Errors: corrupt (no
// object, no such list, an element that is no JSON, cut off).
base::Result<void> read_json_list(std::string_view text, std::string_view key,
                                  const std::function<void(const Value&)>& on_item);

}  // namespace sluice::codec
