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
#include "flow/ingest_requests.h"
#include "queue/amqp_ingress.h"
#include "queue/amqp_sink.h"
#include "store/event_rows.h"
#include "store/job_rows.h"

namespace sluice::probe {
namespace {

using Words = std::vector<std::string>;

void print(const codec::Map& object) {
  fmt::print("{}\n", codec::to_json(object, codec::JsonStyle::compact));
}

class StderrLog final : public base::Log {
 public:
  void write(base::Level level, std::string_view line) override {
    if (level >= base::Level::info) fmt::print(stderr, "{}\n", line);
  }
};

queue::AmqpBrokers brokers_of(const std::string& urls) {
  queue::AmqpBrokers brokers;
  const auto words = base::split_words(urls);
  for (const auto url : words) brokers.push_back(queue::parse_amqp_url(url).value());
  return brokers;
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
  for (const auto& [state, why] : outcomes) print({{"state", text_of(state)}, {"why", why}});
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
  StderrLog log;
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
    print({{"pause_ms", static_cast<std::int64_t>(pause.count())}});
    (void)std::fflush(stdout);
    if (turns > 1) ::usleep(static_cast<useconds_t>(pause.count() * 1'000));
  }
  return 0;
}

int jobs(const Words& words) {
  auto db = store::StateDb::open(words[0]).value();
  const auto all = store::list_jobs(db, {}).value();
  for (const auto& job : all)
    print({{"package", job.request.package},
           {"queue", job.queue.text()},
           {"class", adt::text_of(job.job_class)},
           {"state", adt::text_of(job.state)}});
  const auto refused = store::list_rejected(db, 1'000).value();
  for (const auto& rejected : refused)
    print({{"rejected", rejected.reason}, {"queue", rejected.queue}});
  return 0;
}

}  // namespace

std::optional<int> run_grid(const std::string& command, const Words& words) {
  if (command == "publish" && words.size() >= 3) return publish(words);
  if (command == "ingest" && words.size() >= 4) return ingest(words);
  if (command == "jobs" && words.size() == 1) return jobs(words);
  return std::nullopt;
}

}  // namespace sluice::probe
