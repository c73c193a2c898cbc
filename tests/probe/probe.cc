// sluice_probe: the doors of the autopkgtest part as small commands, for tests that start real
// services or kill processes. Prints one JSON object a line.
//
//   storm STATE_DIR URL COUNT [RESEND_AFTER]   requests COUNT tests through the journal
//   declare URL QUEUE     drain URL QUEUE      the worker's side of a broker
//   declare-odd URL QUEUE                      the same in debci's form
//   publish, ingest, …                         the test grid's: see probe_grid.h
//   swift URL SERIES SOURCE ARCH LATEST PAGE   news of a Swift store
//   mail SERVER RECIPIENT...                   tells them that "grün 2-1" is stuck
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/text.h"
#include "codec/json.h"
#include "flow/send_requests.h"
#include "notify/compose_mail.h"
#include "notify/smtp_mailer.h"
#include "probe/probe_amqp.h"
#include "probe/probe_grid.h"
#include "queue/amqp_request_queue.h"
#include "queue/file_request_queue.h"
#include "results/swift_results.h"

namespace sluice::probe {
namespace {

using Words = std::vector<std::string>;

constexpr std::string_view kTrigger = "perl/5.36.0-7";

void print(const codec::Map& object) {
  fmt::print("{}\n", codec::to_json(object, codec::JsonStyle::compact));
}

int failed(const base::Error& error) {
  fmt::print(stderr, "{}\n", error.text());
  return 1;
}

class WarningLog final : public base::Log {
 public:
  void write(base::Level level, std::string_view line) override {
    if (level >= base::Level::warning) fmt::print(stderr, "{}\n", line);
  }
};

// What a large upload asks for: one test of every source that depends on it.
std::vector<adt::TestRequest> reverse_dependencies(std::int64_t count, const std::string& time) {
  std::vector<adt::TestRequest> all;
  for (std::int64_t i = 0; i < count; ++i)
    all.push_back({.queue = "debci-testing-amd64",
                   .source = fmt::format("libsource{:06}-perl", i),
                   .arch = "amd64",
                   .triggers = {std::string(kTrigger), "libperl-extra/1-1"},
                   .ppas = {},
                   .submit_time = time});
  return all;
}

std::unique_ptr<queue::RequestQueue> queue_of(sys::FileSystem& files, const std::string& url) {
  constexpr std::string_view kFile = "file://";
  if (url.starts_with(kFile))
    return std::make_unique<queue::FileRequestQueue>(files, url.substr(kFile.size()));
  auto amqp = queue::parse_amqp_url(url);
  if (!amqp) return nullptr;
  return queue::amqp_request_queue(std::move(*amqp), adt::TriggerStyle::list, {});
}

double milliseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

// A run as the gate makes it: recover, request what is not pending, save.
int storm(const Words& words) {
  const auto start = std::chrono::steady_clock::now();
  const auto files = sys::posix_file_system();
  const auto clock = sys::system_clock();
  WarningLog log;
  const auto lock = britney::lock_state_directory(*files, words[0]);
  if (!lock) return failed(lock.error());
  auto journal = britney::PendingJournal::load(*files, words[0]);
  if (!journal) return failed(journal.error());
  const auto queue = queue_of(*files, words[1]);
  if (!queue) return 2;
  const flow::SendParties parties{*journal, *queue, *clock, log};
  const auto uncertain = journal->uncertain().size();
  auto pending = flow::recover_requests(parties);
  if (!pending) return failed(pending.error());
  const auto recovered = milliseconds_since(start);
  const auto resend =
      words.size() > 3 ? std::chrono::seconds(*base::parse_int(words[3])) : flow::kResendAfter;
  if (auto sent = flow::resend_requests(parties, resend, *pending); !sent)
    return failed(sent.error());
  std::vector<adt::TestRequest> wanted;
  const auto time = base::yaml_time_of(
      base::instant_of_seconds(static_cast<std::int64_t>(base::seconds_of(clock->now()))));
  for (auto& request : reverse_dependencies(*base::parse_int(words[2]), time))
    if (!pending->has(kTrigger, request.source, request.arch)) wanted.push_back(std::move(request));
  if (auto sent = flow::send_requests(parties, wanted, *pending); !sent)
    return failed(sent.error());
  if (auto saved = journal->checkpoint(*pending); !saved) return failed(saved.error());
  print({{"uncertain_before", uncertain},
         {"uncertain_after", journal->uncertain().size()},
         {"requested", wanted.size()},
         {"recover_ms", recovered},
         {"all_ms", milliseconds_since(start)}});
  return 0;
}

int declare(const Words& words) {
  const auto url = queue::parse_amqp_url(words[0]);
  if (!url) return failed(url.error());
  const auto declared = declare_queue(*url, words[1]);
  return declared ? 0 : failed(declared.error());
}

int declare_odd(const Words& words) {
  const auto url = queue::parse_amqp_url(words[0]);
  if (!url) return failed(url.error());
  const auto declared = declare_priority_queue(*url, words[1]);
  return declared ? 0 : failed(declared.error());
}

int drain(const Words& words) {
  const auto url = queue::parse_amqp_url(words[0]);
  if (!url) return failed(url.error());
  const auto bodies = drain_queue(*url, words[1]);
  if (!bodies) return failed(bodies.error());
  for (const auto& body : *bodies) print({{"body", body}});
  return 0;
}

int swift(const Words& words) {
  const auto http = sys::curl_http_client();
  results::SwiftResults store(*http,
                              {.url = words[0],
                               .series = words[1],
                               .full_page = static_cast<std::size_t>(*base::parse_int(words[5]))});
  const auto news = store.news_of(words[2], words[3], words[4]);
  if (!news) return failed(news.error());
  for (const auto& each : *news)
    print({{"run", each.result.run_id},
           {"code", adt::text_of(each.result.code)},
           {"version", each.result.version},
           {"triggers", base::join(each.triggers, " ")}});
  for (const auto& message : store.take_messages()) print({{"message", message}});
  return 0;
}

int mail(const Words& words) {
  const auto transport = sys::curl_mail_transport();
  const auto clock = sys::system_clock();
  notify::SmtpMailer mailer(*transport, *clock, words[0]);
  const auto sent = mailer.send(
      notify::stuck_mail({"grün", "2-1", "noble", 3, {}, ""}, {words.begin() + 1, words.end()}));
  return sent ? 0 : failed(sent.error());
}

int run(const std::string& command, const Words& words) {
  if (command == "storm" && words.size() >= 3) return storm(words);
  if (command == "declare" && words.size() == 2) return declare(words);
  if (command == "drain" && words.size() == 2) return drain(words);
  if (command == "swift" && words.size() == 6) return swift(words);
  if (command == "mail" && words.size() >= 2) return mail(words);
  if (command == "declare-odd" && words.size() == 2) return declare_odd(words);
  if (const auto code = run_grid(command, words)) return *code;
  fmt::print(stderr, "usage: see the head of probe.cc\n");
  return 2;
}

}  // namespace
}  // namespace sluice::probe

int main(int count, char** words) {
  if (count < 2) return 2;
  return sluice::probe::run(words[1], {words + 2, words + count});
}
