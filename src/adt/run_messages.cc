#include "adt/run_messages.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "adt/names.h"
#include "adt/run.h"
#include "base/text.h"
#include "codec/json.h"

namespace sluice::adt {
namespace {

using base::ErrorKind;
using base::fail;
using base::Result;

constexpr std::size_t kTextMax = 200;  // of a requester or identifier; no honest one comes near
constexpr std::int64_t kDurationMax = std::int64_t{366} * 24 * 3600;

codec::Value or_null(const std::string& text, std::string_view end) {
  if (text.empty()) return nullptr;
  return text + std::string(end);
}

std::string own_container(std::string_view release) {
  return "autopkgtest-" + std::string(release);
}

bool is_plain(std::string_view text) {
  return text.size() <= kTextMax && !base::has_controls(text);
}

// Texts may be null or missing; files of the peers end in a newline.
Result<std::string> text_at(const codec::Value& map, std::string_view key) {
  const auto* value = map.find(key);
  if (value == nullptr || std::holds_alternative<std::nullptr_t>(*value)) return "";
  const auto* text = value->string();
  if (text == nullptr || !is_plain(base::trim(*text)))
    return fail(ErrorKind::invalid, std::string(key) + ": expected one short line");
  return std::string(base::trim(*text));
}

Result<std::string> checked_at(const codec::Value& map, std::string_view key,
                               Result<void> (*check)(std::string_view)) {
  auto text = text_at(map, key);
  if (!text) return text;
  if (auto good = check(*text); !good) return base::fail_with(std::move(good.error()), key);
  return text;
}

// As a number, or as the text of a file; parts of seconds are cut off.
Result<std::int64_t> number_at(const codec::Value& map, std::string_view key, std::int64_t max) {
  const auto* value = map.find(key);
  if (value == nullptr || std::holds_alternative<std::nullptr_t>(*value)) return 0;
  std::optional<std::int64_t> number;
  if (const auto* part = std::get_if<double>(value); part != nullptr && std::abs(*part) < 1e9)
    number = static_cast<std::int64_t>(*part);
  if (const auto* whole = std::get_if<std::int64_t>(value)) number = *whole;
  if (const auto* text = value->string()) {
    const auto word = base::trim(*text);
    number = base::parse_int(word.substr(0, word.find('.')));
  }
  if (!number || *number > max || *number < -max)
    return fail(ErrorKind::invalid, std::string(key) + ": expected a number");
  return *number;
}

Result<std::vector<std::string>> triggers_at(const codec::Value& map) {
  const auto* value = map.find("triggers");
  std::vector<std::string> triggers;
  if (value == nullptr || std::holds_alternative<std::nullptr_t>(*value)) return triggers;
  const auto* text = value->string();
  if (text == nullptr) return fail(ErrorKind::invalid, "triggers: expected a text");
  for (const auto word : base::split_words(*text)) {
    if (auto good = check_trigger(word); !good)
      return base::fail_with(std::move(good.error()), "triggers");
    triggers.emplace_back(word);
  }
  return triggers;
}

// RELEASE/ARCH/PREFIX/PACKAGE/RUN_ID, and the same as the other fields say.
Result<void> check_directory(const CompleteMessage& message) {
  const auto& directory = message.place.directory;
  const auto start = message.release + "/" + message.arch + "/" + pool_prefix(message.package) +
                     "/" + message.package + "/";
  const auto run_id = std::string_view(directory).substr(
      directory.starts_with(start) ? start.size() : directory.size());
  if (is_run_id(run_id)) return {};
  return fail(ErrorKind::invalid,
              "swift_dir: expected a run of " + message.package + " at " + start);
}

std::string version_of(std::string_view text) {
  const auto words = base::split_words(text);
  return words.empty() ? "unknown" : std::string(words.back());
}

}  // namespace

std::string status_body(const StatusMessage& status) {
  const bool hidden = status.request.is_private();
  codec::Map map{{"release", status.queue.release},
                 {"architecture", status.queue.arch},
                 {"package", hidden ? "private-test" : status.request.package},
                 {"running", status.state == RunState::running},
                 {"params", hidden ? codec::Map{} : params_of(status.request)},
                 {"duration", static_cast<std::int64_t>(status.duration.count())},
                 {"logtail", hidden ? "The log of this test is not public." : status.log_tail}};
  if (!hidden && !status.request.uuid.empty()) map.emplace("uuid", status.request.uuid);
  return codec::to_json(map, codec::JsonStyle::compact);
}

std::string complete_body(const CompleteMessage& c) {
  codec::Map map{{"architecture", c.arch},
                 {"container", c.place.container},
                 {"duration", std::to_string(c.duration.count()) + "\n"},
                 {"exitcode", c.exit_code},
                 {"package", c.package},
                 {"testpkg_version", c.version},
                 {"release", c.release},
                 {"requester", or_null(c.requester, "\n")},
                 {"swift_dir", c.place.directory},
                 {"triggers", or_null(base::join(c.triggers, " "), "")},
                 {"env", c.env}};
  if (!c.uuid.empty()) map.emplace("uuid", c.uuid);
  return codec::to_json(map, codec::JsonStyle::compact);
}

Result<CompleteMessage> parse_complete(std::string_view body) {
  const auto json = codec::parse_json(body);
  if (!json) return fail(ErrorKind::invalid, json.error().text());
  if (json->map() == nullptr) return fail(ErrorKind::invalid, "expected a JSON object");
  const auto release = checked_at(*json, "release", check_release);
  const auto arch = checked_at(*json, "architecture", check_arch);
  const auto package = checked_at(*json, "package", check_package);
  for (const auto* text : {&release, &arch, &package})
    if (!*text) return std::unexpected(text->error());
  CompleteMessage message;
  message.release = *release;
  message.arch = *arch;
  message.package = *package;
  std::string version;
  const std::pair<const char*, std::string*> texts[] = {{"container", &message.place.container},
                                                        {"swift_dir", &message.place.directory},
                                                        {"testpkg_version", &version},
                                                        {"requester", &message.requester},
                                                        {"env", &message.env},
                                                        {"uuid", &message.uuid}};
  for (const auto& [key, into] : texts) {
    auto text = text_at(*json, key);
    if (!text) return std::unexpected(std::move(text.error()));
    *into = std::move(*text);
  }
  message.version = version_of(version);
  if (auto good = check_version(message.version); !good)
    return base::fail_with(std::move(good.error()), "testpkg_version");
  if (auto good = check_directory(message); !good) return std::unexpected(std::move(good.error()));
  auto triggers = triggers_at(*json);
  if (!triggers) return std::unexpected(std::move(triggers.error()));
  message.triggers = std::move(*triggers);
  const auto duration = number_at(*json, "duration", kDurationMax);
  if (!duration) return std::unexpected(duration.error());
  message.duration = std::chrono::seconds(std::max<std::int64_t>(*duration, 0));
  if (json->find("exitcode") == nullptr) return fail(ErrorKind::invalid, "exitcode is missing");
  const auto exit_code = number_at(*json, "exitcode", std::numeric_limits<std::int16_t>::max());
  if (!exit_code) return std::unexpected(exit_code.error());
  message.exit_code = static_cast<int>(*exit_code);
  return message;
}

CompleteMessage complete_of(const RequestMessage& request, const QueueName& queue,
                            const AttemptEnd& end) {
  return {.release = queue.release,
          .arch = queue.arch,
          .package = request.package,
          .place = end.place,
          .version = version_of(end.version),
          .triggers = request.triggers,
          .env = env_of(request),
          .requester = request.requester,
          .uuid = request.uuid,
          .exit_code = end.exit_code,
          .duration = end.duration};
}

bool is_announced(const QueueName& queue, const AttemptEnd& end) {
  return stands(end) && end.place.container == own_container(queue.release);
}

bool counts(const CompleteMessage& complete) {
  return complete.place.container == own_container(complete.release) && !complete.triggers.empty();
}

std::string env_of(const RequestMessage& request) {
  std::vector<std::string> env;
  if (request.all_proposed) env.emplace_back("all-proposed=1");
  if (!request.testname.empty()) env.push_back("testname=" + request.testname);
  return base::join(env, ",");
}

}  // namespace sluice::adt
