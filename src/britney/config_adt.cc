#include "britney/config_adt.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"

namespace sluice::britney {
namespace {

using migrate::ResultSource;
using migrate::RuleSet;
using migrate::Switch;

// Nobody waits longer; in seconds it is far from an overflow.
constexpr std::int64_t kNumberMax = 1'000'000;
// No tests ran there when the fork was written: the machines are emulated and too slow.
constexpr std::string_view kExcludedUbuntu = "riscv64";

class AdtReader {
 public:
  AdtReader(const ConfigText& text, const std::string& file, RuleSet rules)
      : text_(text), file_(file), ubuntu_(rules == RuleSet::ubuntu) {}

  AdtRead read() {
    to().ppas = words("ADT_PPAS");
    to().enabled = enabled();
    if (to().enabled == Switch::off) return std::move(read_);
    if (text_.value("STATE_DIR").empty())
      reject("STATE_DIR", "the directory of the policies' state");
    to().archs = words("ADT_ARCHES");
    to().excluded_archs = excluded();
    to().shared_results = text_.value("ADT_SHARED_RESULTS_CACHE");
    read_sink();
    read_source();
    read_ci_url();
    read_numbers();
    to().baseline_by_reference = is_word("ADT_BASELINE", "reference");
    to().retry_by_run_id = is_word("ADT_RETRY_URL_MECH", "run_id");
    return std::move(read_);
  }

 private:
  migrate::AdtSettings& to() { return read_.settings; }

  void reject(std::string_view key, std::string_view expectation) {
    if (const auto found = text_.find(key))
      read_.problems.push_back(fmt::format("{}, line {}: {} is \"{}\", expected {}", file_,
                                           found->line, key, found->value, expectation));
    else
      read_.problems.push_back(
          fmt::format("{}: {} is missing, expected {}", file_, key, expectation));
  }

  std::vector<std::string> words(std::string_view key) const {
    const auto value = text_.value(key);
    const auto parts = base::split_words(value);
    return {parts.begin(), parts.end()};
  }

  Switch enabled() const {
    const auto value = text_.value("ADT_ENABLE");
    if (value == "yes") return Switch::on;
    return value == "dry-run" && ubuntu_ ? Switch::dry_run : Switch::off;
  }

  // An empty value excludes nothing.
  std::vector<std::string> excluded() const {
    if (text_.defines("ADT_EXCLUDED_ARCHES")) return words("ADT_EXCLUDED_ARCHES");
    return ubuntu_ ? std::vector{std::string(kExcludedUbuntu)} : std::vector<std::string>();
  }

  bool is_word(std::string_view key, std::string_view word) {
    const auto value = text_.value(key);
    if (!value.empty() && value != word) reject(key, fmt::format("\"{}\" or nothing", word));
    return value == word;
  }

  // A dry run sends nothing and needs no sink.
  void read_sink() {
    to().request_url = text_.value("ADT_AMQP");
    const std::string_view url = to().request_url;
    if (url.empty() && to().enabled == Switch::dry_run) return;
    if (!url.starts_with("amqp://") && !url.starts_with("file://"))
      reject("ADT_AMQP", "amqp://user:password@queue.example or file:///path");
  }

  void read_source() {
    to().swift_url = text_.value("ADT_SWIFT_URL");
    const auto database = ubuntu_ ? text_.value("ADT_DB_URL") : "";
    if (!database.empty()) {
      to().source = ResultSource::sqlite;
      to().result_url = database;
      return;
    }
    to().result_url = to().swift_url;
    const bool is_file = to().swift_url.starts_with("file://");
    to().source = is_file ? ResultSource::debci_file : ResultSource::swift;
    const bool is_web =
        to().swift_url.starts_with("http://") || to().swift_url.starts_with("https://");
    if (!is_file && !is_web) reject("ADT_SWIFT_URL", "http://store.example/path or file:///path");
  }

  void read_ci_url() {
    to().ci_url = text_.value("ADT_CI_URL");
    if (to().ci_url.empty()) return reject("ADT_CI_URL", "the base of links, ending in /");
    if (to().ci_url.ends_with('/')) return;
    to().ci_url += '/';
    read_.messages.push_back(
        {base::Level::warning, fmt::format("{}: ADT_CI_URL should end in /, added", file_)});
  }

  std::optional<std::int64_t> number(std::string_view key, std::string_view expectation) {
    const auto value = text_.value(key);
    if (value.empty()) return std::nullopt;
    const auto parsed = base::parse_int(value);
    if (parsed && *parsed >= 0 && *parsed <= kNumberMax) return parsed;
    reject(key, expectation);
    return std::nullopt;
  }

  void read_numbers() {
    constexpr std::string_view kDays = "a number of days";
    to().huge = number("ADT_HUGE", "a number of tests");
    to().success_bounty = number("ADT_SUCCESS_BOUNTY", kDays);
    to().regression_penalty = number("ADT_REGRESSION_PENALTY", kDays);
    to().retry_older_than_days = number("ADT_RETRY_OLDER_THAN", kDays);
    to().resend_after_seconds = number("ADT_RESEND_AFTER", "a number of seconds");
    if (ubuntu_) to().reference_max_age_days = number("ADT_REFERENCE_MAX_AGE", kDays);
  }

  const ConfigText& text_;
  const std::string& file_;
  bool ubuntu_;
  AdtRead read_;
};

}  // namespace

AdtRead read_adt(const ConfigText& text, const std::string& file, RuleSet rules) {
  return AdtReader(text, file, rules).read();
}

}  // namespace sluice::britney
