#include "flow/send_requests.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace sluice::flow {
namespace {

using britney::IntentId;
using britney::Settled;
using queue::SendState;

void add_to(adt::Pending& pending, const adt::TestRequest& request) {
  pending.add(request.triggers.front(), request.source, request.arch);
}

// One line for each reason, however many requests it hit.
class Failures {
 public:
  void add(const queue::SendOutcome& outcome) {
    if (outcome.state != SendState::confirmed) ++counts_[{outcome.state, outcome.why}];
  }
  void log(base::Log& log) const {
    for (const auto& [failure, count] : counts_)
      log.error(
          fmt::format("{} test requests {}: {}", count, text_of(failure.first), failure.second));
  }

 private:
  static std::string_view text_of(SendState state) {
    switch (state) {
      case SendState::unconfirmed: return "may or may not have been sent, and stay pending";
      case SendState::returned: return "came back";
      case SendState::not_sent: return "were not sent";
      case SendState::confirmed: break;
    }
    return "were sent";
  }

  std::map<std::pair<SendState, std::string>, std::size_t> counts_;
};

base::Result<void> send_batch(const SendParties& parties,
                              std::span<const adt::TestRequest> requests, adt::Pending& pending,
                              Failures& failures) {
  const auto ids = parties.journal.intend(requests, parties.clock.now(), parties.queue.position());
  if (!ids) return std::unexpected(ids.error());
  const auto outcomes = parties.queue.publish(requests);
  std::vector<IntentId> sent, unsent;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    failures.add(outcomes[i]);
    if (outcomes[i].state == SendState::confirmed) sent.push_back((*ids)[i]);
    if (outcomes[i].state == SendState::returned || outcomes[i].state == SendState::not_sent)
      unsent.push_back((*ids)[i]);
  }
  parties.journal.settle(sent, Settled::sent);
  parties.journal.settle(unsent, Settled::unsent);
  for (std::size_t i = 0; i < requests.size(); ++i)
    if (outcomes[i].state == SendState::confirmed || parties.journal.is_uncertain(requests[i]))
      add_to(pending, requests[i]);
  return {};
}

}  // namespace

base::Result<adt::Pending> recover_requests(const SendParties& parties) {
  auto& journal = parties.journal;
  auto pending = journal.loaded();
  const auto uncertain = journal.uncertain();
  if (!uncertain.empty()) {
    std::vector<adt::TestRequest> requests;
    std::vector<std::int64_t> behind;
    for (const auto& each : uncertain) {
      requests.push_back(each.request);
      behind.push_back(each.position);
    }
    const auto states = parties.queue.look_for(requests, behind);
    if (!states) return base::fail_with(states.error(), "looking for earlier test requests");
    std::vector<IntentId> sent, unsent;
    for (std::size_t i = 0; i < uncertain.size(); ++i) {
      if ((*states)[i] == SendState::confirmed) sent.push_back(uncertain[i].id);
      if ((*states)[i] == SendState::not_sent) unsent.push_back(uncertain[i].id);
    }
    journal.settle(sent, Settled::sent);
    journal.settle(unsent, Settled::unsent);
    for (std::size_t i = 0; i < uncertain.size(); ++i) {
      const auto& request = requests[i];
      if ((*states)[i] == SendState::not_sent && !journal.is_uncertain(request))
        pending.remove(request.triggers.front(), request.source, request.arch);
    }
    parties.log.warn(fmt::format(
        "An earlier run left {} test requests open: {} were sent, {} were not, of {} nobody knows",
        uncertain.size(), sent.size(), unsent.size(),
        uncertain.size() - sent.size() - unsent.size()));
  }
  if (auto saved = journal.checkpoint(pending); !saved)
    return std::unexpected(std::move(saved.error()));
  return pending;
}

base::Result<void> send_requests(const SendParties& parties,
                                 std::span<const adt::TestRequest> requests,
                                 adt::Pending& pending) {
  Failures failures;
  base::Result<void> sent;
  std::size_t next_checkpoint = kFirstCheckpoint;  // when so many of these are sent
  for (std::size_t from = 0; sent && from < requests.size();) {
    const auto size =
        std::min({parties.queue.batch_max(), requests.size() - from, next_checkpoint - from});
    sent = send_batch(parties, requests.subspan(from, size), pending, failures);
    from += size;
    if (!sent || from < next_checkpoint) continue;
    // After the sending, never before: a peer that is told of what was not sent would wait for it
    // for ever, and one that is not told of what was sent repeats it.
    next_checkpoint *= 2;
    if (from < requests.size()) sent = parties.journal.checkpoint(pending);
  }
  failures.log(parties.log);
  if (sent) sent = parties.journal.flush();
  return base::with_context(std::move(sent), "sending test requests");
}

base::Result<void> resend_requests(const SendParties& parties, std::chrono::seconds resend_after,
                                   adt::Pending& pending) {
  std::vector<adt::TestRequest> requests;
  for (auto& due : parties.journal.due_again(pending, parties.clock.now(), resend_after))
    requests.push_back(std::move(due.request));
  if (requests.empty()) return {};
  parties.log.warn(
      fmt::format("{} test requests of unknown fate have no result after {} s: they "
                  "are sent again",
                  requests.size(), resend_after.count()));
  return send_requests(parties, requests, pending);
}

}  // namespace sluice::flow
