#include "adt/job.h"

#include <doctest/doctest.h>

namespace sluice::adt {

// testgrid 1.5
TEST_CASE("job: texts of states, classes, holds are read back") {
  for (int i = 0; i <= int(JobState::aborted_infra); ++i)
    CHECK(parse_job_state(text_of(static_cast<JobState>(i))) == static_cast<JobState>(i));
  for (int i = 0; i < int(kJobClasses); ++i)
    CHECK(parse_job_class(text_of(static_cast<JobClass>(i))) == static_cast<JobClass>(i));
  for (int i = 0; i <= int(HoldKind::parked); ++i)
    CHECK(parse_hold_kind(text_of(static_cast<HoldKind>(i))) == static_cast<HoldKind>(i));
  CHECK_FALSE(parse_job_state("lost"));
}

// testgrid 1.5
TEST_CASE("job: which states are ends, and in which a worker has it") {
  CHECK(is_final(JobState::done));
  CHECK(is_final(JobState::aborted_infra));
  CHECK_FALSE(is_final(JobState::held));
  CHECK(is_leased(JobState::preparing));
  CHECK(is_leased(JobState::cancelling));
  CHECK_FALSE(is_leased(JobState::queued));
  CHECK_FALSE(is_leased(JobState::done));
}

// testgrid 1.5
TEST_CASE("job: what became of one that ended without a run, in a sentence's end") {
  const auto text = [](JobState state, std::string note) {
    Job job;
    job.state = state;
    job.end_note = std::move(note);
    return end_text(job);
  };
  CHECK(text(JobState::cancelled, "by ada") == "was cancelled by ada");
  CHECK(text(JobState::cancelled, "") == "was cancelled");
  CHECK(text(JobState::superseded, "glibc/2.40-2") == "was superseded by glibc/2.40-2");
  CHECK(text(JobState::aborted_infra, "the mirror is down") == "was given up: the mirror is down");
  CHECK(text(JobState::excluded, "rejected: no such\npackage") == "was refused: no such");
  CHECK(text(JobState::excluded, "rule 7") == "was refused: rule 7");
  CHECK(text(JobState::done, "") == "");
  CHECK(text(JobState::cancelling, "by ada") == "");
}

// testgrid 1.5
TEST_CASE("job: events have names") {
  CHECK(text_of(JobEvent(Resolved{})) == "resolved");
  CHECK(text_of(JobEvent(LeaseExpired{})) == "lease_expired");
  CHECK(text_of(JobEvent(Revived{"x"})) == "revived");
}

}  // namespace sluice::adt
