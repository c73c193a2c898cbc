// The summary at the end of `sluice archive-run`, for people and for programs. Format of the JSON:
// docs/manual/reference.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codec/value.h"
#include "flow/gate_batch.h"

namespace sluice::cli {

// What was decided, besides how.
struct RunContext {
  std::string archive;  // its URI; "" for the archive that comes with the program
  std::string date;     // of the source suite; "" unknown
  std::string target = "testing", source = "unstable";
  std::vector<std::string> architectures;
  std::vector<std::string> notes;  // shown first
  std::string directory;           // configuration, log and outputs
  std::int64_t log_warnings = 0, log_errors = 0;
};

std::string summary_text(const flow::BatchSummary& summary, const RunContext& context);
codec::Value summary_value(const flow::BatchSummary& summary, const RunContext& context);

// The largest groups of more than one item: by size, then by the name of the first item; items
// sorted.
inline constexpr std::size_t kGroupsShown = 10;
std::vector<std::vector<std::string>> largest_groups(const flow::BatchSummary& summary);

// What a reason key means ("depends"); "" for one that has no sentence.
std::string_view meaning_of_reason(std::string_view key);

}  // namespace sluice::cli
