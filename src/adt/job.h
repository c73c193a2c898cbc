// Job: one requested test from its acceptance to its end, and what can happen to it. Values; the
// table of what may follow what is job_state.cc. Source: testgrid 1.5.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "adt/attempt.h"
#include "adt/message.h"
#include "base/time.h"

namespace sluice::adt {

// Stored by their texts.
enum class JobState : std::uint8_t {
  accepted,
  queued,
  held,
  preparing,
  running,
  collecting,
  cancelling,
  // final
  done,
  excluded,
  cancelled,
  superseded,
  aborted_infra
};

std::string_view text_of(JobState state);
std::optional<JobState> parse_job_state(std::string_view text);
bool is_final(JobState state);
bool is_leased(JobState state);  // a worker has it: preparing to cancelling

// The order of service, first the most urgent. Source: testgrid 6.5 (item 3).
enum class JobClass : std::uint8_t {
  security,
  manual,
  own_tests,
  rdeps_small,
  rdeps_huge,
  reference,
  canary_extra,
  speculative
};
inline constexpr std::size_t kJobClasses = 8;

std::string_view text_of(JobClass job_class);
std::optional<JobClass> parse_job_class(std::string_view text);

enum class HoldKind : std::uint8_t {
  scope_paused,
  service_down,
  no_capable_worker,
  all_quarantined,
  archive_skew,
  repeated_infra,
  poison,
  wait_for,
  parked
};

std::string_view text_of(HoldKind kind);
std::optional<HoldKind> parse_hold_kind(std::string_view text);

// Why a job must wait; it goes on when it has none left.
struct HoldReason {
  HoldKind kind = HoldKind::scope_paused;
  std::string ref;  // the pause, service, package or job that it waits for
  base::Instant since{};
  std::optional<base::Instant> ends;  // by itself; else somebody takes it away
  std::string text;                   // for people

  friend bool operator==(const HoldReason&, const HoldReason&) = default;
};

struct Job {
  std::int64_t id = 0;
  std::string key;  // request_key()
  QueueName queue;
  RequestMessage request;
  JobClass job_class = JobClass::manual;
  std::string producer;  // who asked: "gate", "amqp", a user
  base::Instant submitted{};
  std::chrono::seconds predicted{600};  // how long the test will take
  JobState state = JobState::accepted;
  std::int64_t epoch = 0;  // of the last lease; 0: there was none
  int attempt = 0;         // how many leases ended in a verdict or are on their way to one
  int infra_attempts = 0;  // since the last verdict
  int suspect_reruns = 0;  // failures that were put aside for a suspicion
  std::string worker;      // who has the lease, "" nobody
  base::Instant not_before{};
  std::vector<HoldReason> holds;  // sorted by (kind, ref)
  std::optional<base::Instant> first_held, hold_deadline;
  std::vector<std::string> excluded_hosts;  // where infrastructure failed it, or may have; sorted
  std::optional<Outcome> outcome;           // of the last verdict; set iff done
  std::string end_note;                     // why it ended without one

  friend bool operator==(const Job&, const Job&) = default;
};

// What became of a job that ended without a run, on one line: "was cancelled by ada", "was refused:
// unknown package"; "" of one that is open or has a verdict. For people: escape it.
std::string end_text(const Job& job);

// What can happen. Those of workers name the lease they speak for.
struct Resolved {};  // its requirements are known: it may be served
struct ExcludedBy {
  std::string rule;
};
struct HoldAdded {
  HoldReason reason;
};
struct HoldDropped {
  HoldKind kind;
  std::string ref;
};
struct Leased {
  std::string worker;
};
struct TestBegan {
  std::int64_t epoch;
};
struct CollectBegan {
  std::int64_t epoch;
};
struct AttemptEnded {
  std::int64_t epoch;
  AttemptEnd end;
};
struct LeaseExpired {
  std::int64_t epoch = 0;  // 0, or no phase: of before they were told
  std::optional<RunPhase> phase = std::nullopt;
};
struct GivenBack {
  std::int64_t epoch;
  std::string why;
  std::optional<RunPhase> phase = std::nullopt;
};
struct CancelAsked {
  std::string by;
};
struct SupersededBy {
  std::string by;
};
struct HoldDeadline {};
struct DeadlineMoved {
  base::Instant to;
};
struct RetryAsked {
  std::string by;
};
struct Revived {
  std::string by;
};
struct ClassRaised {  // somebody else wants it sooner
  JobClass to;
};

using JobEvent =
    std::variant<Resolved, ExcludedBy, HoldAdded, HoldDropped, Leased, TestBegan, CollectBegan,
                 AttemptEnded, LeaseExpired, GivenBack, CancelAsked, SupersededBy, HoldDeadline,
                 DeadlineMoved, RetryAsked, Revived, ClassRaised>;

// "leased"; the event table and the history page have these words.
std::string_view text_of(const JobEvent& event);

struct JobLimits {
  // Waits before the next attempt after the first, second and third attempt without verdict.
  std::array<std::chrono::minutes, 3> backoff{std::chrono::minutes(1), std::chrono::minutes(5),
                                              std::chrono::minutes(25)};
  int suspect_reruns_max = kSuspectRerunsMax;
  int infra_attempts_max = 3;  // then it is held, and probed after these:
  std::array<std::chrono::hours, 3> probe{std::chrono::hours(1), std::chrono::hours(6),
                                          std::chrono::hours(24)};
  // How long work is held in all (decision 6).
  std::chrono::hours hold_gate{14 * 24}, hold_manual{3 * 24}, hold_upstream{24};
};

}  // namespace sluice::adt
