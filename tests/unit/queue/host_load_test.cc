#include "queue/host_load.h"

#include <doctest/doctest.h>

#include <string>

#include "codec/json.h"

namespace sluice::queue {
namespace {

std::string json_of_load(const HostLoad& load) {
  codec::Map map;
  add_to(map, load);
  return codec::to_json(map, codec::JsonStyle::compact);
}

base::Result<HostLoad> load_in(const std::string& json) {
  return parse_host_load(codec::parse_json(json).value());
}

}  // namespace

// testgrid 1.4
TEST_CASE("host load: what is known is written and read back") {
  const HostLoad all{std::uint64_t{3} << 30, 0, {.cpu = 0, .memory = 12.25, .io = 100}};
  CHECK(json_of_load(all) ==
        R"({"disk_free_bytes": 0, "pressure": {"cpu": 0.0, "io": 100.0, "memory": 12.25}, )"
        R"("rss_bytes": 3221225472})");
  CHECK(load_in(json_of_load(all)).value() == all);
  CHECK(load_in(R"({"pressure": {"cpu": 7}})").value().pressure.cpu == 7.0);
}

// testgrid 1.4: older workers say nothing, and kernels may not
TEST_CASE("host load: what is not known is left out") {
  CHECK(json_of_load({}) == "{}");
  CHECK(load_in("{}").value() == HostLoad{});
  const HostLoad some{.disk_free_bytes = 7, .pressure = {.io = 1}};
  CHECK(json_of_load(some) == R"({"disk_free_bytes": 7, "pressure": {"io": 1.0}})");
  CHECK(load_in(R"({"pressure": {}, "swap": "x"})").value() == HostLoad{});
}

// testgrid 1.4, 7: what a worker says is shown to others
TEST_CASE("host load: what cannot be is refused, and named") {
  const auto error = [](const std::string& json) {
    const auto load = load_in(json);
    return load ? "" : load.error().text();
  };
  for (const auto* wrong : {"-1", "1.5", "\"7\"", "null", "9007199254740993", "1e300", "{}"}) {
    CHECK(error(std::string("{\"rss_bytes\": ") + wrong + "}").starts_with("\"rss_bytes\": "));
    CHECK(error(std::string("{\"disk_free_bytes\": ") + wrong + "}")
              .starts_with("\"disk_free_bytes\": "));
  }
  for (const auto* wrong : {"-0.01", "100.01", "\"7\"", "null", "[]", "101", "-1"})
    CHECK(error(std::string(R"({"pressure": {"memory": )") + wrong + "}}") ==
          "\"pressure\" \"memory\": expected a number from 0 to 100");
  CHECK(error(R"({"pressure": [1]})") == "\"pressure\": expected an object");
}

// testgrid 1.4
TEST_CASE("host load: in words, sizes are rounded down") {
  const HostLoad all{
      1023, (std::uint64_t{4} << 30) - 1, {.cpu = 1.5, .memory = 0, .io = std::nullopt}};
  CHECK(text_of(all) ==
        "memory 1023 bytes, disk 3.9 GiB free, waiting for cpu 1.50 %, memory 0.00 %");
  CHECK(text_of(HostLoad{.rss_bytes = 1024}) == "memory 1.0 KiB");
  CHECK(text_of(HostLoad{.rss_bytes = std::uint64_t{1} << 53}) == "memory 8192.0 TiB");
  CHECK(text_of(HostLoad{}).empty());
}

}  // namespace sluice::queue
