// FairOrder: which waiting job is served next. Classes by urgency; within a class fair queueing
// over flows (who asked, or which upload), counted in predicted worker time, so that one test of
// five hours counts as much as 300 of a minute. In memory; rebuilt from rows at start. Source:
// testgrid 6.5 (items 3 and 4).
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "adt/job.h"

namespace sluice::adt {

struct Waiting {
  std::int64_t id = 0;
  QueueName queue;
  JobClass job_class = JobClass::manual;
  std::string flow;  // the requester, or the primary trigger
  base::Instant submitted{};
  std::chrono::seconds predicted{600};  // how long the test will take
};

struct FairShares {
  // A class gets at least this part of the time while it has work, in percent.
  std::array<int, kJobClasses> percent_min{0, 0, 0, 0, 15, 5, 0, 0};
  std::chrono::hours age_step{24};  // after each of them a job counts as one class more urgent
};

class FairOrder {
 public:
  explicit FairOrder(const FairShares& shares) : shares_(shares) {}

  void add(const Waiting& job);  // in place of one with the same id
  void remove(std::int64_t id);  // nothing if it is not there
  bool contains(std::int64_t id) const { return where_.contains(id); }
  std::size_t size() const { return where_.size(); }
  std::size_t size(const QueueName& queue) const;

  // The next job of these queues that `may` accepts; it is taken out. Cost: logarithmic in flows,
  // plus the jobs that are not accepted, at most kLooks of a flow.
  using May = std::function<bool(std::int64_t)>;
  std::optional<std::int64_t> take(std::span<const QueueName> queues, base::Instant now,
                                   const May& may);

  static constexpr std::size_t kLooks = 64;

 private:
  using Seconds = std::chrono::seconds;
  using FlowName = std::string;

  struct Entry {
    std::int64_t id = 0;
    std::uint64_t ticket = 0;  // tells it from a removed entry of the same job
    base::Instant submitted{};
    Seconds predicted{0};
  };
  struct Flow {
    std::deque<Entry> jobs;  // oldest first; may hold removed ones
    Seconds start{0};        // virtual time at which it may be served next
    bool in_turn = false;    // stands in Lane::turn
    base::Instant left{};    // when its last job was taken
  };
  // One class of one queue. Virtual time: that of the flow that was served last.
  struct Lane {
    std::map<FlowName, Flow> flows;  // also those without jobs that are ahead of the others
    std::set<std::pair<Seconds, FlowName>> turn;  // of the flows that have jobs
    Seconds now{0}, served{0};
    std::size_t size = 0;
  };
  using Lanes = std::array<Lane, kJobClasses>;
  struct Where {
    std::uint64_t ticket = 0;
    Lane* lane = nullptr;  // of queues_, whose nodes stay where they are
  };

  void put(Lane& lane, const FlowName& name, const Entry& entry);
  bool stands(const Entry& entry) const;
  std::optional<std::int64_t> take_from(Lane& lane, base::Instant now, const May& may);
  std::optional<Entry> take_of(Flow& flow, const May& may);
  void age(base::Instant now);
  void age(Lanes& lanes, base::Instant now);
  static void forget(Lane& lane, base::Instant now);
  std::vector<std::size_t> by_claim(std::span<Lanes* const> queues) const;

  FairShares shares_;
  std::map<QueueName, Lanes> queues_;
  std::unordered_map<std::int64_t, Where> where_;
  std::uint64_t tickets_ = 0;
  base::Instant aged_{};  // when age() last looked
};

}  // namespace sluice::adt
