#include "adt/job.h"

#include <algorithm>
#include <utility>

namespace sluice::adt {
namespace {

constexpr std::array<std::string_view, 12> kStates = {
    "accepted",   "queued", "held",     "preparing", "running",    "collecting",
    "cancelling", "done",   "excluded", "cancelled", "superseded", "aborted_infra"};

constexpr std::array<std::string_view, kJobClasses> kClasses = {
    "security",   "manual",    "own_tests",    "rdeps_small",
    "rdeps_huge", "reference", "canary_extra", "speculative"};

constexpr std::array<std::string_view, 9> kHolds = {
    "scope_paused",   "service_down", "no_capable_worker", "all_quarantined", "archive_skew",
    "repeated_infra", "poison",       "wait_for",          "parked"};

// In the order of the variant.
constexpr std::array<std::string_view, std::variant_size_v<JobEvent>> kEvents = {
    "resolved",     "excluded",      "held",          "hold_dropped",   "leased",
    "test_began",   "collect_began", "attempt_ended", "lease_expired",  "given_back",
    "cancel_asked", "superseded",    "hold_deadline", "deadline_moved", "retry_asked",
    "revived",      "class_raised"};

template <class Enum, std::size_t N>
std::optional<Enum> find_enumerator(const std::array<std::string_view, N>& texts,
                                    std::string_view text) {
  const auto at = std::ranges::find(texts, text);
  if (at == texts.end()) return std::nullopt;
  return static_cast<Enum>(at - texts.begin());
}

}  // namespace

std::string_view text_of(JobState state) { return kStates.at(static_cast<std::size_t>(state)); }

std::optional<JobState> parse_job_state(std::string_view text) {
  return find_enumerator<JobState>(kStates, text);
}

bool is_final(JobState state) { return state >= JobState::done; }

bool is_leased(JobState state) {
  return state >= JobState::preparing && state <= JobState::cancelling;
}

std::string_view text_of(JobClass job_class) {
  return kClasses.at(static_cast<std::size_t>(job_class));
}

std::optional<JobClass> parse_job_class(std::string_view text) {
  return find_enumerator<JobClass>(kClasses, text);
}

std::string_view text_of(HoldKind kind) { return kHolds.at(static_cast<std::size_t>(kind)); }

std::optional<HoldKind> parse_hold_kind(std::string_view text) {
  return find_enumerator<HoldKind>(kHolds, text);
}

std::string end_text(const Job& job) {
  // Details come from workers; what comes after their first line is for the page of the job.
  const auto note = job.end_note.substr(0, job.end_note.find_first_of("\r\n"));
  constexpr std::string_view kRejected = "rejected: ";
  switch (job.state) {
    case JobState::cancelled: return note.empty() ? "was cancelled" : "was cancelled " + note;
    case JobState::superseded: return "was superseded by " + note;
    case JobState::aborted_infra: return "was given up: " + note;
    case JobState::excluded:
      return "was refused: " + note.substr(note.starts_with(kRejected) ? kRejected.size() : 0);
    case JobState::accepted:
    case JobState::queued:
    case JobState::held:
    case JobState::preparing:
    case JobState::running:
    case JobState::collecting:
    case JobState::cancelling:
    case JobState::done: break;
  }
  return "";
}

std::string_view text_of(const JobEvent& event) { return kEvents.at(event.index()); }

}  // namespace sluice::adt
