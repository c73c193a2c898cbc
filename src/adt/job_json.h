// JSON forms of what happens to jobs, for the event table and the queue's HTTP interface.
// Source: testgrid 1.5 (P7); docs/formats/state-db.md.
#pragma once

#include <string_view>

#include "adt/job.h"
#include "codec/value.h"

namespace sluice::adt {

codec::Value value_of(const AttemptEnd& end);
// Errors: invalid (names the key).
base::Result<AttemptEnd> parse_attempt_end(const codec::Value& value);

// What the event carries, without its name.
codec::Value value_of(const JobEvent& event);
// Errors: invalid.
base::Result<JobEvent> parse_job_event(std::string_view what, const codec::Value& data);

}  // namespace sluice::adt
