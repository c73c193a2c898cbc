#include "sim/coverage.h"

#include <fmt/format.h>

#include <array>

namespace sluice::sim {
namespace {

constexpr std::array<std::string_view, 66> kExpected = {
    // Transitions of jobs, testgrid 1.5.
    "T1 accepted", "T3 queued", "T4 held", "T5 released", "T6 leased", "T7 test began",
    "T8 verdict", "T8 collecting", "T9 requeued", "T10 repeated infra", "T11 aborted",
    "T12 cancelling", "T12 cancelled", "T13 superseded", "T14 retried", "T15 revived",
    // What ends the server, and what it comes back to.
    "crash: kill between steps", "crash: power cut between steps", "crash: kill in a disk call",
    "crash: power cut in a disk call", "crash: before a message is sent",
    "crash: after a message was sent", "crash: during start-up", "disk: a write vanished",
    "disk: a write was torn", "disk: a later write outlived an earlier one",
    "disk: a name was not synced",
    // What the disk answers.
    "disk: read error", "disk: write error", "disk: sync error", "disk: full",
    // Time.
    "clock: set forward", "clock: set back",
    // Doors.
    "broker: down", "broker: not sent", "broker: unconfirmed", "broker: returned",
    "broker: cut before settling", "broker: message twice", "broker: damaged message",
    "store: down", "store: not listed yet", "store: what a lost worker left counts",
    "rpc: request lost", "rpc: answer lost",
    // Workers.
    "worker: ok", "worker: slow, late result", "worker: gone for ever", "worker: dies preparing",
    "worker: dies running", "worker: dies collecting", "worker: infra", "worker: gives back",
    "worker: told to stop", "worker: says the end again", "worker: lies: stale epoch",
    "worker: lies: another job's files", "worker: lies: verdict without files",
    "worker: lies: outcome against exit code", "worker: lies: another worker's lease",
    "worker: suspect, runs again", "worker: suspect, stands",
    // What readers see.
    "readers: fresh autopkgtest.db", "readers: run announced", "foreign: run twice",
    "rescan: run found"};

}  // namespace

std::int64_t Coverage::count(std::string_view tag) const {
  const auto at = counts_.find(std::string(tag));
  return at == counts_.end() ? 0 : at->second;
}

void Coverage::add(const Coverage& other) {
  for (const auto& [tag, count] : other.counts_) counts_[tag] += count;
}

std::vector<std::string> Coverage::missing(std::span<const std::string_view> tags) const {
  std::vector<std::string> none;
  for (const auto tag : tags)
    if (count(tag) == 0) none.emplace_back(tag);
  return none;
}

std::string Coverage::text() const {
  std::string lines;
  for (const auto& [tag, count] : counts_) lines += fmt::format("{:>9}  {}\n", count, tag);
  return lines;
}

std::span<const std::string_view> expected_tags() { return kExpected; }

}  // namespace sluice::sim
