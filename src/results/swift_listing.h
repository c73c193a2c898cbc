// Listings of Swift as JSON. Source: autopkgtest 3.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/result_store.h"

namespace sluice::results {

// Objects and directories of a container, in the order of the text. Errors: corrupt.
base::Result<std::vector<ListEntry>> parse_object_listing(std::string_view json);

// Names of an account's containers. Errors: corrupt.
base::Result<std::vector<std::string>> parse_container_listing(std::string_view json);

std::string render_object_listing(const std::vector<ListEntry>& entries);
std::string render_container_listing(const std::vector<std::string>& names);

// "2026-01-02T03:04:05.123456" as seconds since the epoch; nothing if it is no time.
std::optional<std::int64_t> parse_swift_time(std::string_view text);
std::string swift_time_of(std::int64_t seconds);

}  // namespace sluice::results
