#include "adt/results.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "codec/json.h"
#include "deb/version.h"

namespace sluice::adt {
namespace {

// A run of the tested source's own trigger that tested something older says nothing about it.
bool is_for_older_version(std::string_view trigger, std::string_view source,
                          std::string_view version) {
  const auto slash = trigger.find('/');
  if (trigger.substr(0, slash) != source) return false;
  return deb::compare_versions(version, trigger.substr(slash + 1)) < 0;
}

// "PASS" or, in files of old, true.
std::optional<ResultCode> code_of(const codec::Value& value) {
  if (const auto* flag = std::get_if<bool>(&value))
    return *flag ? ResultCode::pass : ResultCode::fail;
  const auto* word = value.string();
  const auto code = word == nullptr ? std::nullopt : parse_result_code(*word);
  return code == ResultCode::none ? std::nullopt : code;  // an answer, never a result
}

std::optional<std::int64_t> seconds_of(const codec::Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  const auto* real = std::get_if<double>(&value);
  constexpr double kSecondsMax = 1e15;  // far beyond any date, well inside the type
  if (real == nullptr || !(std::abs(*real) < kSecondsMax)) return std::nullopt;
  return static_cast<std::int64_t>(*real);
}

// [result, tested version, run id, seen seconds]
std::optional<TestResult> result_of(const codec::Value& value, std::int64_t now) {
  const auto* list = value.list();
  if (list == nullptr || list->size() < 3) return std::nullopt;
  const auto code = code_of((*list)[0]);
  const auto* version = (*list)[1].string();
  const auto* run_id = (*list)[2].string();
  const auto seen = list->size() > 3 ? seconds_of((*list)[3]) : now;
  if (!code || version == nullptr || run_id == nullptr || !seen) return std::nullopt;
  return TestResult{*code, *version, *run_id, *seen};
}

class CacheReader {
 public:
  explicit CacheReader(std::int64_t now) : now_(now) {}

  void read_trigger(const std::string& trigger, const codec::Value& sources) {
    const auto* map = sources.map();
    if (map == nullptr) return tell("{}: expected an object of sources", trigger);
    for (const auto& [source, archs] : *map) read_source(trigger, source, archs);
  }

  ReadResults take() { return std::move(read_); }

 private:
  void read_source(const std::string& trigger, const std::string& source,
                   const codec::Value& archs) {
    const auto* map = archs.map();
    if (map == nullptr) return tell("{}, {}: expected an object of architectures", trigger, source);
    for (const auto& [arch, entry] : *map) {
      if (auto result = result_of(entry, now_))
        read_.results.put(trigger, source, arch, std::move(*result));
      else
        tell("{}, {}, {}: expected [result, version, run id, seconds]", trigger, source, arch);
    }
  }

  template <class... Args>
  void tell(fmt::format_string<Args...> format, Args&&... args) {
    read_.problems.push_back(fmt::format(format, std::forward<Args>(args)...));
  }

  std::int64_t now_;
  ReadResults read_;
};

}  // namespace

const TestResult* Results::find(std::string_view trigger, std::string_view source,
                                std::string_view arch) const {
  const auto sources = by_trigger_.find(trigger);
  if (sources == by_trigger_.end()) return nullptr;
  const auto archs = sources->second.find(source);
  if (archs == sources->second.end()) return nullptr;
  const auto at = archs->second.find(arch);
  return at == archs->second.end() ? nullptr : &at->second;
}

Recorded Results::record(std::string_view trigger, std::string_view source, std::string_view arch,
                         const TestResult& result, bool reference_replaces) {
  if (!trigger.contains('/')) return Recorded::ignored;
  if (is_for_older_version(trigger, source, result.version)) return Recorded::ignored;
  const auto* stored = find(trigger, source, arch);
  const bool protects = stored != nullptr && stored->code == ResultCode::pass &&
                        result.code != ResultCode::pass &&
                        !(reference_replaces && trigger == kReferenceTrigger);
  if (protects) return Recorded::kept_pass;
  put(trigger, source, arch, result);
  return Recorded::stored;
}

void Results::put(std::string_view trigger, std::string_view source, std::string_view arch,
                  TestResult result) {
  by_tested_[std::string(source)][std::string(arch)][std::string(trigger)] = result;
  by_trigger_[std::string(trigger)][std::string(source)][std::string(arch)] = std::move(result);
}

bool Results::remove(std::string_view trigger, std::string_view source, std::string_view arch) {
  if (find(trigger, source, arch) == nullptr) return false;
  const auto take = [](auto& outer, std::string_view a, std::string_view b, std::string_view c) {
    const auto first = outer.find(a);
    const auto second = first->second.find(b);
    second->second.erase(second->second.find(c));
    if (second->second.empty()) first->second.erase(second);
    if (first->second.empty()) outer.erase(first);
  };
  take(by_trigger_, trigger, source, arch);
  take(by_tested_, source, arch, trigger);
  return true;
}

const Results::OneSource& Results::of(std::string_view source, std::string_view arch) const {
  const auto archs = by_tested_.find(source);
  if (archs == by_tested_.end()) return none_;
  const auto at = archs->second.find(arch);
  return at == archs->second.end() ? none_ : at->second;
}

std::string_view Results::latest_run(std::string_view source, std::string_view arch) const {
  std::string_view latest;
  for (const auto& [trigger, result] : of(source, arch))
    latest = std::max(latest, std::string_view(result.run_id));
  return latest;
}

base::Result<ReadResults> parse_results(std::string_view json, base::Instant now) {
  const auto value = codec::parse_json(json);
  if (!value) return base::fail_with(value.error(), "test results");
  const auto* triggers = value->map();
  if (triggers == nullptr)
    return base::fail(base::ErrorKind::corrupt, "test results: expected a JSON object");
  CacheReader reader(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
  for (const auto& [trigger, sources] : *triggers) reader.read_trigger(trigger, sources);
  return reader.take();
}

std::string render_results(const Results& results) {
  codec::Map triggers;
  for (const auto& [trigger, sources] : results.by_trigger()) {
    codec::Map by_source;
    for (const auto& [source, archs] : sources) {
      codec::Map by_arch;
      for (const auto& [arch, result] : archs)
        by_arch.emplace(arch, codec::List{std::string(text_of(result.code)), result.version,
                                          result.run_id, result.seen});
      by_source.emplace(source, std::move(by_arch));
    }
    triggers.emplace(trigger, std::move(by_source));
  }
  return codec::to_json(triggers, codec::JsonStyle::indented);
}

}  // namespace sluice::adt
