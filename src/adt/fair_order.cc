#include "adt/fair_order.h"

#include <algorithm>

namespace sluice::adt {
namespace {

// Old service is forgotten, or a class that was idle for a month could take the next month.
constexpr std::chrono::hours kMemory{24};
// Ages are looked at this often; a step is a day.
constexpr std::chrono::minutes kAgePeriod{10};

}  // namespace

void FairOrder::add(const Waiting& job) {
  remove(job.id);
  auto& lane = queues_[job.queue][static_cast<std::size_t>(job.job_class)];
  const Entry entry{job.id, ++tickets_, job.submitted, job.predicted};
  where_[job.id] = {entry.ticket, &lane};
  put(lane, job.flow, entry);
}

// By age: a job that comes back keeps its place.
void FairOrder::put(Lane& lane, const FlowName& name, const Entry& entry) {
  auto& flow = lane.flows[name];
  if (!flow.in_turn) {
    flow.start = std::max(flow.start, lane.now);
    flow.in_turn = true;
    lane.turn.emplace(flow.start, name);
  }
  const auto at = std::ranges::upper_bound(flow.jobs, entry.submitted, {}, &Entry::submitted);
  flow.jobs.insert(at, entry);
  ++lane.size;
}

// The entry itself stays where it is until its flow is looked at: cancelling a storm must not cost
// a search for each job.
void FairOrder::remove(std::int64_t id) {
  const auto at = where_.find(id);
  if (at == where_.end()) return;
  --at->second.lane->size;
  where_.erase(at);
}

bool FairOrder::stands(const Entry& entry) const {
  const auto at = where_.find(entry.id);
  return at != where_.end() && at->second.ticket == entry.ticket;
}

std::size_t FairOrder::size(const QueueName& queue) const {
  const auto at = queues_.find(queue);
  std::size_t total = 0;
  if (at != queues_.end())
    for (const auto& lane : at->second) total += lane.size;
  return total;
}

std::optional<std::int64_t> FairOrder::take(std::span<const QueueName> queues, base::Instant now,
                                            const May& may) {
  age(now);
  std::vector<Lanes*> asked;
  for (const auto& queue : queues)
    if (const auto at = queues_.find(queue); at != queues_.end()) asked.push_back(&at->second);
  for (const auto which : by_claim(asked)) {
    std::vector<Lane*> lanes;
    for (auto* queue : asked) lanes.push_back(&(*queue)[which]);
    std::ranges::stable_sort(lanes, {}, &Lane::served);
    for (auto* lane : lanes)
      if (const auto id = take_from(*lane, now, may)) return id;
  }
  return std::nullopt;
}

// Classes that got less than their least share first, then all by urgency.
std::vector<std::size_t> FairOrder::by_claim(std::span<Lanes* const> queues) const {
  std::array<Seconds, kJobClasses> served{};
  Seconds total{0};
  for (const auto* queue : queues)
    for (std::size_t i = 0; i < kJobClasses; ++i) {
      served[i] += (*queue)[i].served;
      total += (*queue)[i].served;
    }
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < kJobClasses; ++i)
    if (served[i] * 100 < total * shares_.percent_min[i]) order.push_back(i);
  for (std::size_t i = 0; i < kJobClasses; ++i) order.push_back(i);
  return order;
}

// A flow that has no jobs left keeps its start while that is ahead: who asks for one test at a time
// would be new at each, and served before everybody who has waiting ones.
std::optional<std::int64_t> FairOrder::take_from(Lane& lane, base::Instant now, const May& may) {
  if (lane.size == 0) return std::nullopt;
  for (auto turn = lane.turn.begin(); turn != lane.turn.end();) {
    const auto [start, name] = *turn;
    auto& flow = lane.flows[name];
    const auto job = take_of(flow, may);
    if (!job && !flow.jobs.empty()) {
      ++turn;
      continue;
    }
    turn = lane.turn.erase(turn);
    if (job) {
      lane.now = start;
      flow.start = start + job->predicted;
      lane.served += job->predicted;
      if (lane.served > kMemory) lane.served /= 2;
      remove(job->id);
    }
    flow.in_turn = !flow.jobs.empty();
    if (flow.in_turn)
      lane.turn.emplace(flow.start, name);
    else if (flow.start <= lane.now)
      lane.flows.erase(name);
    else if (job)
      flow.left = now;
    if (job) return job->id;
  }
  return std::nullopt;
}

std::optional<FairOrder::Entry> FairOrder::take_of(Flow& flow, const May& may) {
  std::size_t looks = 0;
  for (auto at = flow.jobs.begin(); at != flow.jobs.end() && looks < kLooks;) {
    if (!stands(*at)) {
      at = flow.jobs.erase(at);
      continue;
    }
    ++looks;
    if (!may(at->id)) {
      ++at;
      continue;
    }
    const auto entry = *at;
    flow.jobs.erase(at);
    return entry;
  }
  return std::nullopt;
}

void FairOrder::age(base::Instant now) {
  if (now < aged_ + kAgePeriod && now >= aged_) return;
  aged_ = now;
  for (auto& [name, lanes] : queues_) {
    age(lanes, now);
    for (auto& lane : lanes) forget(lane, now);
  }
}

// Where every flow is new, as those of small uploads are, the virtual time stands still: such flows
// are forgotten by the clock.
void FairOrder::forget(Lane& lane, base::Instant now) {
  std::erase_if(lane.flows, [&](const auto& named) {
    const auto& flow = named.second;
    return !flow.in_turn && (flow.start <= lane.now || now - flow.left >= kMemory);
  });
}

// Flows are sorted by age, so only their first jobs can have come of age. From the least urgent
// class on, so that a very old job moves several classes at once.
void FairOrder::age(Lanes& lanes, base::Instant now) {
  for (std::size_t i = kJobClasses - 1; i > 0; --i) {
    auto& lane = lanes[i];
    for (auto& [name, flow] : lane.flows) {
      while (!flow.jobs.empty() && now - flow.jobs.front().submitted >= shares_.age_step) {
        auto entry = flow.jobs.front();
        flow.jobs.pop_front();
        if (!stands(entry)) continue;
        --lane.size;
        entry.submitted += shares_.age_step;  // the next step is another day away
        where_[entry.id].lane = &lanes[i - 1];
        put(lanes[i - 1], name, entry);
      }
    }
  }
}

}  // namespace sluice::adt
