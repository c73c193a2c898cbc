// The records of the journal of test requests: one a line, each with a checksum of its own, so that
// a torn or damaged one costs itself only. Format: docs/formats/pending.md.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "adt/request.h"
#include "britney/message.h"
#include "britney/pending.h"

namespace sluice::britney {

struct IntentRecord {
  IntentId id = 0;
  std::int64_t at = 0;  // seconds since the epoch
  adt::TestRequest request;
  bool kept = false;          // written by a checkpoint: the JSON file has it
  std::int64_t position = 0;  // RequestQueue::position() before it was sent

  friend bool operator==(const IntentRecord&, const IntentRecord&) = default;
};
struct SettledRecord {
  Settled how = Settled::sent;
  std::vector<IntentId> ids;

  friend bool operator==(const SettledRecord&, const SettledRecord&) = default;
};
// The JSON file with this SHA-256 comes next, and says all that stands before here.
struct CheckpointRecord {
  std::string digest;

  friend bool operator==(const CheckpointRecord&, const CheckpointRecord&) = default;
};
using JournalRecord = std::variant<IntentRecord, SettledRecord, CheckpointRecord>;

// A line with its newline.
std::string record_text(const JournalRecord& record);

// Gives every whole record to `on_record`, in order; the others are noted.
void read_journal(std::string_view text, LineNotes& notes,
                  const std::function<void(JournalRecord)>& on_record);

}  // namespace sluice::britney
