#include "results/stored_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "adt/exit_code.h"
#include "adt/names.h"
#include "adt/run.h"
#include "adt/run_path.h"
#include "base/text.h"
#include "codec/json.h"
#include "codec/tar.h"

namespace sluice::results {
namespace {

using base::ErrorKind;
using base::Result;

constexpr std::size_t kLineMax = 200;  // as in messages; no honest one comes near

std::string member_text(const codec::TarFiles& files, std::string_view name) {
  const auto file = files.find(name);
  return file == files.end() ? std::string() : std::string(base::trim(file->second));
}

// The peers write "1"; lenient, because a run of all-proposed must not pass for another.
bool is_set(const codec::Value& value, std::string_view key) {
  const auto* found = value.find(key);
  if (found == nullptr) return false;
  if (const auto* text = found->string())
    return !text->empty() && *text != "0" && base::to_lower(*text) != "false";
  return *found == codec::Value(true) || *found == codec::Value(1);
}

std::unexpected<base::Error> fail_as_corrupt(const base::Error& error, std::string_view where) {
  return base::fail(ErrorKind::corrupt, fmt::format("{}: {}", where, error.what));
}

// It becomes part of rows and pages; whoever tests can write anything there.
bool is_short_line(std::string_view text) {
  return text.size() <= kLineMax && !base::has_controls(text);
}

// As of messages at the end of a run: what becomes rows, and the published database.
Result<void> check_plain(const RunReport& report) {
  auto good = adt::check_version(report.version);
  if (!good) return fail_as_corrupt(good.error(), "testpkg-version");
  for (const auto& trigger : report.triggers.value_or(std::vector<std::string>()))
    if (good = adt::check_trigger(trigger); !good)
      return fail_as_corrupt(good.error(), "testinfo.json");
  return {};
}

}  // namespace

Result<RunDirectory> parse_run_directory(std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);
  const auto parts = base::split(path, '/');
  const bool fits = parts.size() == 5 && adt::check_release(parts[0]) &&
                    adt::check_arch(parts[1]) && adt::check_package(parts[3]) &&
                    parts[2] == adt::pool_prefix(parts[3]) && parts[4].ends_with('@') &&
                    adt::seen_of_run(parts[4]);
  if (!fits)
    return base::fail(ErrorKind::invalid,
                      fmt::format("\"{}\" is no directory of a run: expected "
                                  "RELEASE/ARCH/PREFIX/SOURCE/YYYYMMDD_HHMMSS_…@",
                                  path));
  return RunDirectory{std::string(parts[0]), std::string(parts[1]), std::string(parts[3]),
                      std::string(parts[4])};
}

Result<StoredRun> parse_stored_run(std::string_view tar, std::string_view source) {
  auto report = parse_result_tar(tar, source);
  if (!report) return std::unexpected(std::move(report.error()));
  if (auto plain = check_plain(*report); !plain) return std::unexpected(std::move(plain.error()));
  if (report->source != source)
    return base::fail(ErrorKind::corrupt,
                      fmt::format("a result of {} and not of {}", report->source, source));
  const auto files = codec::read_tar(tar, kResultTarBytesMax);
  if (!files) return std::unexpected(files.error());
  auto info = codec::parse_json(member_text(*files, "testinfo.json")).value_or(codec::Value());
  StoredRun run;
  run.report = std::move(*report);
  const auto seconds = base::parse_int(member_text(*files, "duration")).value_or(0);
  run.duration = std::chrono::seconds(std::max<std::int64_t>(seconds, 0));
  if (auto requester = member_text(*files, "requester"); is_short_line(requester))
    run.requester = std::move(requester);
  run.all_proposed = is_set(info, "all-proposed");
  run.testname = info.text("testname");
  if (const auto uuid = info.text("uuid"); is_short_line(uuid)) run.uuid = uuid;
  const auto outcome = adt::parse_outcome(info.text("outcome"));
  run.suspicion = info.text("outcome-suspicion");
  run.is_ours = outcome.has_value();
  run.outcome = outcome.value_or(adt::outcome_of_exit(run.report.exit_code));
  run.info = std::move(info);
  return run;
}

}  // namespace sluice::results
