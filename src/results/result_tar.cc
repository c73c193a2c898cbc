#include "results/result_tar.h"

#include <fmt/format.h>

#include "adt/names.h"
#include "adt/run.h"
#include "base/text.h"
#include "codec/json.h"
#include "codec/tar.h"

namespace sluice::results {
namespace {

using base::ErrorKind;
using base::fail;
using base::Result;

Result<void> read_version(const codec::TarFiles& files, std::string_view source,
                          EarlyEnds early_ends, RunReport& report) {
  const auto file = files.find("testpkg-version");
  const bool may_lack =
      early_ends == EarlyEnds::may_lack_version && adt::may_lack_version(report.exit_code);
  if (file == files.end() && may_lack) {
    report.source = source;
    report.version = "unknown";
    return {};
  }
  if (file == files.end()) return fail(ErrorKind::corrupt, "testpkg-version is missing");
  const auto words = base::split_words(file->second);
  if (words.size() != 2)
    return fail(ErrorKind::corrupt, "testpkg-version: expected \"source version\"");
  if (auto good = adt::check_version(words[1]); !good)
    return fail(ErrorKind::corrupt, "testpkg-version: " + good.error().text());
  report.source = words[0];
  report.version = words[1];
  return {};
}

}  // namespace

// Triggers that are said twice, and not alike: one may be forged by who asked for the run, or by
// the run, and which of them counts would depend on who reads. Nobody is to guess.
Result<std::optional<std::vector<std::string>>> parse_testinfo(std::string_view text) {
  const auto json = codec::parse_json(text);
  if (!json) return base::fail_with(json.error(), "testinfo.json");
  const auto* environment = json->find("custom_environment");
  if (environment == nullptr || environment->list() == nullptr) return std::nullopt;
  std::optional<std::vector<std::string>> found;
  for (const auto& each : *environment->list()) {
    if (each.string() == nullptr || !each.string()->starts_with(kTriggersVariable)) continue;
    auto triggers =
        adt::triggers_of(std::string_view(*each.string()).substr(kTriggersVariable.size()));
    if (found && *found != triggers)
      return fail(ErrorKind::corrupt, "testinfo.json: ADT_TEST_TRIGGERS is there twice");
    found = std::move(triggers);
  }
  return found;
}

Result<RunReport> parse_result_tar(std::string_view bytes, std::string_view source,
                                   EarlyEnds early_ends) {
  const auto files = codec::read_tar(bytes, kResultTarBytesMax);
  if (!files) return std::unexpected(files.error());
  RunReport report;
  const auto exit_code = files->find("exitcode");
  const auto number =
      exit_code == files->end() ? std::nullopt : base::parse_int(base::trim(exit_code->second));
  if (!number) return fail(ErrorKind::corrupt, "exitcode: expected a number");
  report.exit_code = *number;
  if (auto read = read_version(*files, source, early_ends, report); !read)
    return std::unexpected(std::move(read.error()));
  const auto testinfo = files->find("testinfo.json");
  if (testinfo == files->end()) return report;
  auto triggers = parse_testinfo(testinfo->second);
  if (!triggers) return std::unexpected(std::move(triggers.error()));
  report.triggers = std::move(*triggers);
  return report;
}

}  // namespace sluice::results
