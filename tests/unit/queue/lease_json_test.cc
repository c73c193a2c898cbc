#include "queue/lease_json.h"

#include <doctest/doctest.h>

#include <string>

#include "codec/base64.h"
#include "codec/json.h"

namespace sluice::queue {

using namespace std::chrono_literals;

// testgrid 1.4
TEST_CASE("lease json: leases, asks, progress and orders are read back") {
  Lease lease{7, 3, 2, {"huge", "noble", "amd64"}, {}, 90s, 15s, 2};
  lease.request.package = "foo";
  lease.request.triggers = {"a/1"};
  const auto back = parse_lease(value_of(lease)).value();
  CHECK(back.job == 7);
  CHECK(back.epoch == 3);
  CHECK(back.attempt == 2);
  CHECK(back.queue == lease.queue);
  CHECK(back.request == lease.request);
  CHECK(back.ttl == 90s);
  CHECK(back.suspect_reruns_left == 2);
  auto older = value_of(lease);
  std::get<codec::Map>(older).erase("suspect_reruns_left");
  CHECK(parse_lease(older).value().suspect_reruns_left == 0);
  const LeaseAsk ask{"h-1", {{"", "noble", "amd64"}}, 20s};
  const auto asked = parse_lease_ask("h-1", value_of(ask)).value();
  CHECK(asked.queues == ask.queues);
  CHECK(asked.wait == 20s);
  CHECK(asked.instance.empty());
  Progress progress{Phase::running, 5s, 100, "tail", "smoke"};
  progress.load = {7, 8, {.cpu = 9}};
  const auto told = parse_progress(value_of(progress)).value();
  CHECK(told.phase == Phase::running);
  CHECK(told.log_tail == "tail");
  CHECK(told.load == progress.load);
  CHECK(parse_order(codec::Map{{"order", text_of(Order::stop)}}).value() == Order::stop);
}

// testgrid 1.4
TEST_CASE("lease json: a piece of the log is read back, whatever its bytes; none is none") {
  Progress progress{Phase::running, 5s, 1'000'003, "tail", "smoke"};
  progress.log_piece = {1'000'000, std::string("\x9b\0\xff", 3)};
  const auto told = parse_progress(value_of(progress)).value();
  CHECK(told.log_piece.from == 1'000'000);
  CHECK(told.log_piece.bytes == progress.log_piece.bytes);

  progress.log_piece = {};
  const auto value = value_of(progress);
  CHECK(value.find("log_piece") == nullptr);
  CHECK(parse_progress(value).value().log_piece.bytes.empty());

  progress.log_bytes = kLogPieceMax;
  progress.log_piece = {0, std::string(kLogPieceMax, 'x')};
  CHECK(parse_progress(value_of(progress)).value().log_piece.bytes.size() == kLogPieceMax);
}

// testgrid 1.4, 7
TEST_CASE("lease json: a piece of the log that cannot be is refused") {
  const auto error = [](codec::Value from, codec::Value piece, std::int64_t log_bytes) {
    auto value = value_of(Progress{});
    auto& map = std::get<codec::Map>(value);
    map.insert_or_assign("log_bytes", log_bytes);
    map.insert_or_assign("log_from", std::move(from));
    map.insert_or_assign("log_piece", std::move(piece));
    const auto progress = parse_progress(value);
    return progress ? "" : progress.error().text();
  };
  const auto text = codec::to_base64("abc");
  CHECK(error(std::int64_t{7}, text, 10) == "");
  CHECK(error(std::int64_t{8}, text, 10).contains("within \"log_bytes\""));
  CHECK(error(std::int64_t{1} << 53, text, 10).contains("within \"log_bytes\""));
  CHECK(error((std::int64_t{1} << 53) + 1, text, 10).contains("\"log_from\""));
  CHECK(error(std::int64_t{-1}, text, 10).contains("\"log_from\""));
  CHECK(error("7", text, 10).contains("\"log_from\""));
  CHECK(error(std::int64_t{0}, std::int64_t{7}, 10).contains("expected a text"));
  CHECK(error(std::int64_t{0}, "no base64", 10).contains("in Base64"));
  const auto large = codec::to_base64(std::string(kLogPieceMax + 1, 'x'));
  CHECK(error(std::int64_t{0}, large, 1'000'000).contains("at most 65536 bytes"));
  CHECK(error(std::int64_t{0}, std::string(1 << 20, 'A'), 10'000'000).contains("at most 65536"));
}

// testgrid 1.4, 7
TEST_CASE("lease json: which instance asks is read back, and is a short word") {
  const LeaseAsk ask{"h-1", {{"", "noble", "amd64"}}, 20s, "h.example~0a1b2c3d"};
  CHECK(parse_lease_ask("h-1", value_of(ask)).value().instance == ask.instance);
  for (const codec::Value& wrong : {codec::Value(7), codec::Value("a b"), codec::Value("<b>"),
                                    codec::Value(std::string(101, 'x'))})
    CHECK(parse_instance(codec::Map{{"instance", wrong}})
              .error()
              .text()
              .starts_with("\"instance\": expected "));
}

// testgrid 1.4, 7
TEST_CASE("lease json: no worker fills the memory with names and tails") {
  Progress progress{Phase::running, 5s, 0, std::string(kLogTailMax, 'x'), "a\nname"};
  CHECK(parse_progress(value_of(progress)).value().test == "a name");
  progress.test = std::string(1 << 20, 'x');
  CHECK(parse_progress(value_of(progress)).value().test.size() <= adt::kEvidenceBytesMax);
  progress.log_tail += "x";
  CHECK(parse_progress(value_of(progress)).error().text() ==
        "\"log_tail\": expected at most 131072 bytes");
}

// testgrid 7
TEST_CASE("lease json: what is wrong is named") {
  const auto ask = [](const char* json) {
    return parse_lease_ask("h-1", *codec::parse_json(json)).error().text();
  };
  CHECK(ask("{}") == "\"queues\": expected a list of queue names");
  CHECK(ask("{\"queues\": []}") == "\"queues\": expected a list of queue names");
  CHECK(ask("{\"queues\": [7]}").find("debci-[CONTEXT-]") != std::string::npos);
  CHECK(ask("{\"queues\": [\"debci-a-b\"], \"wait\": 301}").find("\"wait\"") == 0);
  CHECK(ask("{\"queues\": [\"debci-a-b\"], \"wait\": -1}").find("\"wait\"") == 0);
  CHECK_FALSE(parse_lease(codec::Map{}));
  CHECK_FALSE(parse_progress(codec::Map{{"phase", "x"}}));
  CHECK_FALSE(parse_order(codec::Map{{"order", "run"}}));
  auto loaded = value_of(Progress{});
  std::get<codec::Map>(loaded).insert_or_assign("rss_bytes", "much");
  CHECK(parse_progress(loaded).error().text().starts_with("\"rss_bytes\": expected"));
}

// testgrid 1.4
TEST_CASE("lease json: how far a run came is read back, and none is none") {
  Progress progress{Phase::preparing, 5s, 100, "tail", ""};
  CHECK_FALSE(parse_progress(value_of(progress)).value().reached);
  progress.reached = adt::RunPhase::boot;
  auto value = value_of(progress);
  CHECK(value.text("reached") == "boot");
  CHECK(parse_progress(value).value().reached == adt::RunPhase::boot);
  std::get<codec::Map>(value).insert_or_assign("reached", "orbit");
  CHECK(parse_progress(value).error().text().starts_with("\"reached\": expected prepare, boot"));
}

}  // namespace sluice::queue
