#include "flow/send_requests.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "queue/file_request_queue.h"
#include "support/memory_files.h"
#include "support/recording_log.h"

namespace sluice::flow {
namespace {

using adt::Pending;
using adt::TestRequest;
using queue::SendOutcome;
using queue::SendState;

class StandingClock final : public sys::Clock {
 public:
  base::Instant now() override { return at; }
  base::Instant at{std::chrono::seconds(1'700'000'000)};
};

// A broker: answers what it is told to, by source; otherwise confirms.
class ScriptedQueue final : public queue::RequestQueue {
 public:
  std::vector<SendOutcome> publish(std::span<const TestRequest> requests) override {
    std::vector<SendOutcome> outcomes;
    largest_batch = std::max(largest_batch, requests.size());
    for (const auto& request : requests) {
      published.push_back(request.source);
      const auto at = answers.find(request.source);
      outcomes.push_back(at == answers.end() ? SendOutcome{SendState::confirmed, ""}
                                             : SendOutcome{at->second, "told so"});
    }
    return outcomes;
  }
  base::Result<std::vector<SendState>> look_for(std::span<const TestRequest> requests,
                                                std::span<const std::int64_t>) override {
    return std::vector<SendState>(requests.size(), SendState::unconfirmed);
  }

  std::map<std::string, SendState> answers;
  std::vector<std::string> published;
  std::size_t largest_batch = 0;
};

TestRequest request(const std::string& source) {
  return {.queue = "debci-testing-amd64",
          .source = source,
          .arch = "amd64",
          .triggers = {"green/2"},
          .ppas = {},
          .submit_time = ""};
}

Pending pending_of(const std::vector<std::string>& sources) {
  Pending pending;
  for (const auto& source : sources) pending.add("green/2", source, "amd64");
  return pending;
}

struct Desk {
  SendParties parties(britney::PendingJournal& journal) { return {journal, queue, clock, log}; }
  britney::PendingJournal load() {
    auto journal = britney::PendingJournal::load(files, "state");
    REQUIRE(journal);
    return std::move(*journal);
  }
  Pending in_json() {
    return adt::parse_pending(files.read("state/autopkgtest-pending.json").value())->pending;
  }

  test::MemoryFileSystem files;
  ScriptedQueue queue;
  StandingClock clock;
  test::RecordingLog log;
};

}  // namespace

// migration 4.6.1
TEST_CASE("sending: what is confirmed or of unknown fate is pending, the rest is not") {
  Desk desk;
  desk.queue.answers = {{"b", SendState::unconfirmed},
                        {"c", SendState::returned},
                        {"d", SendState::not_sent},
                        {"e", SendState::not_sent}};
  auto journal = desk.load();
  Pending pending;

  REQUIRE(send_requests(
      desk.parties(journal),
      std::vector{request("a"), request("b"), request("c"), request("d"), request("e")}, pending));

  CHECK(pending == pending_of({"a", "b"}));
  CHECK(desk.log.lines ==
        std::vector<std::string>{
            "E: 1 test requests may or may not have been sent, and stay pending: told so",
            "E: 1 test requests came back: told so", "E: 2 test requests were not sent: told so"});
}

// migration 4.6.1
TEST_CASE("sending: a run that dies before its checkpoint is made good by the next") {
  Desk desk;
  desk.queue.answers = {{"b", SendState::unconfirmed}};
  {
    auto journal = desk.load();
    Pending pending;
    REQUIRE(send_requests(desk.parties(journal), std::vector{request("a"), request("b")}, pending));
  }
  desk.files.crash();

  auto journal = desk.load();
  const auto pending = recover_requests(desk.parties(journal));

  CHECK(pending.value() == pending_of({"a", "b"}));
  CHECK(desk.in_json() == pending_of({"a", "b"}));
  CHECK(
      desk.log.has("W: An earlier run left 1 test requests open: 0 were sent, 0 were not, of 1 "
                   "nobody knows"));
}

// migration 4.6.1
TEST_CASE("sending: a file tells whether a request of unknown fate was sent") {
  Desk desk;
  queue::FileRequestQueue file(desk.files, "requests");
  {
    auto journal = desk.load();
    REQUIRE(journal.intend(std::vector{request("a"), request("b")}, desk.clock.at));
    file.publish(std::vector{request("a")});  // and here the run died
  }

  auto journal = desk.load();
  const auto pending = recover_requests({journal, file, desk.clock, desk.log});

  CHECK(pending.value() == pending_of({"a"}));
  CHECK(journal.uncertain().empty());
}

// migration 4.6.1
TEST_CASE("sending: what nobody knows is sent again after the time, once") {
  Desk desk;
  desk.queue.answers = {{"a", SendState::unconfirmed}, {"b", SendState::unconfirmed}};
  auto journal = desk.load();
  Pending pending;
  REQUIRE(send_requests(desk.parties(journal), std::vector{request("a"), request("b")}, pending));
  pending.remove("green/2", "b", "amd64");  // its result came
  desk.queue.published.clear();
  desk.queue.answers.clear();

  REQUIRE(resend_requests(desk.parties(journal), kResendAfter, pending));
  CHECK(desk.queue.published.empty());

  desk.clock.at += kResendAfter;
  REQUIRE(resend_requests(desk.parties(journal), kResendAfter, pending));
  REQUIRE(resend_requests(desk.parties(journal), kResendAfter, pending));
  CHECK(desk.queue.published == std::vector<std::string>{"a"});
}

// migration 4.6.1
TEST_CASE("sending: at most a hundred at a time") {
  Desk desk;
  auto journal = desk.load();
  Pending pending;
  std::vector<TestRequest> many;
  for (int i = 0; i < 250; ++i) many.push_back(request("src" + std::to_string(i)));

  REQUIRE(send_requests(desk.parties(journal), many, pending));

  CHECK(desk.queue.published.size() == 250);
  CHECK(desk.queue.largest_batch == 100);
}

// migration 4.6.1: a peer that starts where we died repeats at most what its file lacks
TEST_CASE("sending: the peers' file follows what is sent, and never runs ahead") {
  // Compares the peers' file with what it was sent, before and after every batch.
  class PeersEyes final : public queue::RequestQueue {
   public:
    PeersEyes(Desk& desk, std::size_t batch) : desk_(desk), batch_(batch) {}
    std::vector<SendOutcome> publish(std::span<const TestRequest> requests) override {
      look();
      for (const auto& each : requests) sent.add("green/2", each.source, each.arch);
      count += requests.size();
      ++batches;
      look();
      return std::vector<SendOutcome>(requests.size(), {SendState::confirmed, ""});
    }
    std::size_t batch_max() const override { return batch_; }
    base::Result<std::vector<SendState>> look_for(std::span<const TestRequest> requests,
                                                  std::span<const std::int64_t>) override {
      return std::vector<SendState>(requests.size(), SendState::unconfirmed);
    }
    void look() {
      if (!desk_.files.exists("state/autopkgtest-pending.json")) {
        CHECK(count <= kFirstCheckpoint);
        return;
      }
      const auto told = desk_.in_json();
      std::size_t of_these = 0;
      for (const auto& [trigger, sources] : told.by_trigger())
        for (const auto& [source, archs] : sources) {
          CHECK((source == "old" || sent.has(trigger, source, *archs.begin())));
          of_these += source == "old" ? 0 : 1;
        }
      CHECK(told.has("green/2", "old", "amd64"));
      CHECK(count - of_these <= std::max(kFirstCheckpoint, of_these));
    }
    Pending sent;
    std::size_t count = 0, batches = 0;

   private:
    Desk& desk_;
    std::size_t batch_;
  };
  for (const auto batch : {std::size_t{100}, std::size_t{5000}}) {
    CAPTURE(batch);
    Desk desk;
    PeersEyes queue(desk, batch);
    auto journal = desk.load();
    auto pending = pending_of({"old"});
    REQUIRE(journal.checkpoint(pending));
    std::vector<TestRequest> many;
    for (int i = 0; i < 3000; ++i) many.push_back(request("src" + std::to_string(i)));

    REQUIRE(send_requests({journal, queue, desk.clock, desk.log}, many, pending));

    CHECK(queue.count == 3000);
    CHECK(queue.batches == (batch == 100 ? 33 : 5));
  }
}

// migration 4.6.1
TEST_CASE("sending: without a journal nothing is sent") {
  Desk desk;
  auto journal = desk.load();
  Pending pending;
  desk.files.fill_up_at(1);

  CHECK_FALSE(send_requests(desk.parties(journal), std::vector{request("a")}, pending));

  CHECK(desk.queue.published.empty());
  CHECK(pending == Pending{});
}

}  // namespace sluice::flow
