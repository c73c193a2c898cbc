#include "probe/probe_grid.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "codec/json.h"
#include "flow/announce_runs.h"
#include "flow/commit.h"
#include "flow/ingest_requests.h"
#include "flow/learn_ends.h"
#include "flow/publish_requests.h"
#include "probe/probe_amqp.h"
#include "queue/amqp_fanout.h"
#include "queue/amqp_ingress.h"
#include "queue/amqp_sink.h"
#include "queue/amqp_test_queue.h"
#include "store/event_rows.h"
#include "store/job_rows.h"
#include "store/run_rows.h"

namespace sluice::probe {
namespace {

using Words = std::vector<std::string>;

void print_line(const codec::Map& object) {
  fmt::print("{}\n", codec::to_json(object, codec::JsonStyle::compact));
}

class GridLog final : public base::Log {
 public:
  void write(base::Level level, std::string_view line) override {
    if (level >= base::Level::info) fmt::print(stderr, "{}\n", line);
  }
};

queue::AmqpBrokers brokers_of(const std::string& urls) {
  return queue::parse_amqp_brokers(urls).value();
}

std::string_view text_of(queue::SendState state) {
  switch (state) {
    case queue::SendState::confirmed: return "confirmed";
    case queue::SendState::unconfirmed: return "unconfirmed";
    case queue::SendState::returned: return "returned";
    case queue::SendState::not_sent: return "not_sent";
  }
  return "";
}

int publish(const Words& words) {
  queue::AmqpSink sink(brokers_of(words[0]), {}, {});
  std::vector<queue::AmqpMessage> messages;
  for (std::size_t i = 2; i < words.size(); ++i)
    messages.push_back({"", words[1], words[i], queue::AmqpRouting::may_vanish});
  const auto outcomes = sink.publish(messages);
  for (const auto& [state, why] : outcomes) print_line({{"state", text_of(state)}, {"why", why}});
  return 0;
}

// Killed when the rows are there and the broker does not know it.
class DyingSource final : public queue::MessageSource {
 public:
  explicit DyingSource(queue::MessageSource& source) : source_(source) {}
  base::Result<std::vector<queue::AmqpDelivery>> receive(std::chrono::milliseconds wait) override {
    return source_.receive(wait);
  }
  base::Result<void> settle(std::span<const queue::Settle>) override {
    (void)::kill(::getpid(), SIGKILL);
    return {};
  }
  void drop() override { source_.drop(); }

 private:
  queue::MessageSource& source_;
};

int ingest(const Words& words) {
  const auto clock = sys::system_clock();
  GridLog log;
  const auto keeper = flow::Keeper::open(words[1], {}, *clock, log).value();
  keeper->start();
  const std::vector<std::string> names{words[2]};
  const auto table =
      flow::queue_table(names, {{"noble-amd64-laptop", {"", "noble", "amd64"}}}).value();
  queue::AmqpIngress source(brokers_of(words[0]), flow::request_topology(table),
                            queue::ingress_limits(flow::kRequestBytesMax));
  DyingSource dying(source);
  const bool die = words.size() > 4;
  queue::MessageSource& used = die ? static_cast<queue::MessageSource&>(dying) : source;
  flow::IngestRequests requests(used, table, *keeper, log);
  for (auto turns = *base::parse_int(words[3]); turns > 0; --turns) {
    const auto pause = requests.turn();
    print_line({{"pause_ms", static_cast<std::int64_t>(pause.count())}});
    (void)std::fflush(stdout);
    if (turns > 1) ::usleep(static_cast<useconds_t>(pause.count() * 1'000));
  }
  return 0;
}

flow::Submission submission_of(const std::string& package) {
  flow::Submission submission;
  submission.queue = {"", "noble", "amd64"};
  submission.request.package = package;
  submission.request.triggers = {"glibc/2.40-1"};
  submission.producer = "gate";
  return submission;
}

int egress(const Words& words) {
  const auto clock = sys::system_clock();
  GridLog log;
  const auto keeper = flow::Keeper::open(words[1], {}, *clock, log).value();
  keeper->start();
  for (std::size_t i = 4; i < words.size(); ++i) {
    const auto done =
        flow::commit(*keeper, [&](flow::JobDesk& desk, base::Instant now) -> base::Result<void> {
          auto submitted = desk.submit(submission_of(words[i]), now);
          if (!submitted) return std::unexpected(submitted.error());
          return {};
        });
    if (!done) return 1;
  }
  const flow::QueueTable table{{words[2], {"", "noble", "amd64"}}};
  queue::AmqpSink sink(brokers_of(words[0]), flow::request_topology(table), {});
  flow::PublishRequests requests(sink, table, *keeper, log);
  for (auto turns = *base::parse_int(words[3]); turns > 0; --turns)
    print_line({{"pause_ms", static_cast<std::int64_t>(requests.turn().count())}});
  auto db = store::StateDb::open(words[1]).value();
  const auto due =
      store::due_effects(db, flow::kPublishEffect, clock->now() + std::chrono::hours(1), 1'000)
          .value();
  for (const auto& effect : due) print_line({{"error", effect.error}});
  return 0;
}

int learn(const Words& words) {
  const auto clock = sys::system_clock();
  GridLog log;
  const auto keeper = flow::Keeper::open(words[1], {}, *clock, log).value();
  keeper->start();
  queue::AmqpIngress source(brokers_of(words[0]), queue::completion_listener("probe"),
                            queue::ingress_limits(flow::kCompleteBytesMax));
  flow::LearnEnds ends(source, *keeper, log);
  for (auto turns = *base::parse_int(words[2]); turns > 0; --turns)
    print_line({{"pause_ms", static_cast<std::int64_t>(ends.turn().count())}});
  auto db = store::StateDb::open(words[1]).value();
  const auto runs = store::list_runs(db, {}).value();
  for (const auto& run : runs)
    print_line({{"run", run.package}, {"outcome", adt::text_of(run.outcome)}});
  return 0;
}

// As its worker says it of a test that passed.
adt::AttemptEnd passed(const queue::Lease& lease, base::Instant now) {
  adt::AttemptEnd end;
  end.outcome = adt::Outcome::pass;
  end.version = lease.request.package + " 1-1";
  end.place = adt::place_of(lease.request, lease.queue,
                            adt::make_run_id(now, lease.request.package, lease.epoch),
                            adt::RunKind::result);
  end.digest = "d";
  return end;
}

int work(const Words& words) {
  const auto clock = sys::system_clock();
  GridLog log;
  queue::AmqpTestQueue requests(brokers_of(words[0]), queue::standalone_limits(), *clock, 1, log);
  const queue::LeaseAsk ask{
      "host-1", {adt::parse_queue_name(words[1]).value()}, std::chrono::seconds(3)};
  const auto lease = requests.lease(ask);
  if (!lease) return fmt::print(stderr, "{}\n", lease.error().text()), 1;
  if (!*lease) return print_line({{"package", nullptr}}), 0;
  print_line({{"package", (*lease)->request.package}});
  (void)std::fflush(stdout);
  if (words.size() > 3) (void)::kill(::getpid(), SIGKILL);
  const auto seconds = *base::parse_int(words[2]);
  for (std::int64_t i = 0; i < seconds; ++i) {
    ::usleep(1'000'000);
    const auto beat = requests.heartbeat(**lease, {});
    if (!beat) print_line({{"heartbeat", beat.error().text()}});
  }
  const auto done = requests.finish(**lease, passed(**lease, clock->now()));
  print_line({{"finished", done ? "" : done.error().text()}});
  const auto next = requests.lease({ask.worker, ask.queues, std::chrono::seconds(1)});
  print_line({{"next", next && *next ? (*next)->request.package : ""}});
  return 0;
}

int announce(const Words& words) {
  const auto clock = sys::system_clock();
  GridLog log;
  const auto keeper = flow::Keeper::open(words[1], {}, *clock, log).value();
  keeper->start();
  queue::AmqpSink sink(brokers_of(words[0]), queue::fanout_topology(), {});
  flow::AnnounceRuns runs(sink, *keeper, log);
  runs.turn();
  const auto done =
      flow::commit(*keeper, [&](flow::JobDesk& desk, base::Instant now) -> base::Result<void> {
        const auto submitted = desk.submit(submission_of(words[2]), now);
        if (!submitted) return std::unexpected(submitted.error());
        const auto lease = desk.lease({"host-1", {{"", "noble", "amd64"}}, {}}, now);
        if (!lease) return std::unexpected(lease.error());
        return desk.finish({(*lease)->job, (*lease)->epoch, "host-1"}, passed(**lease, now), now);
      });
  print_line({{"pause_ms", static_cast<std::int64_t>(runs.turn().count())}});
  return done ? 0 : 1;
}

int peer_fanout(const Words& words) {
  const auto durability =
      words[2] == "durable" ? queue::AmqpDurability::durable : queue::AmqpDurability::transient;
  const auto declared = declare_fanout(brokers_of(words[0]).front(), {words[1], durability});
  return declared ? 0 : 1;
}

int jobs(const Words& words) {
  auto db = store::StateDb::open(words[0]).value();
  const auto all = store::list_jobs(db, {}).value();
  for (const auto& job : all)
    print_line({{"package", job.request.package},
                {"queue", job.queue.text()},
                {"class", adt::text_of(job.job_class)},
                {"state", adt::text_of(job.state)},
                {"outcome", job.outcome ? adt::text_of(*job.outcome) : ""}});
  const auto refused = store::list_rejected(db, 1'000).value();
  for (const auto& rejected : refused)
    print_line({{"rejected", rejected.reason}, {"queue", rejected.queue}});
  return 0;
}

}  // namespace

std::optional<int> run_grid(const std::string& command, const Words& words) {
  if (command == "publish" && words.size() >= 3) return publish(words);
  if (command == "ingest" && words.size() >= 4) return ingest(words);
  if (command == "egress" && words.size() >= 4) return egress(words);
  if (command == "learn" && words.size() == 3) return learn(words);
  if (command == "work" && words.size() >= 3) return work(words);
  if (command == "announce" && words.size() == 3) return announce(words);
  if (command == "declare-fanout" && words.size() == 3) return peer_fanout(words);
  if (command == "jobs" && words.size() == 1) return jobs(words);
  return std::nullopt;
}

}  // namespace sluice::probe
