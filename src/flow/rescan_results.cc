#include "flow/rescan_results.h"

#include <fmt/format.h>

#include "base/text.h"
#include "results/stored_run.h"

namespace sluice::flow {
namespace {

using base::ErrorKind;
using base::Result;

// Triggers of a run that does not say, as the peers' pages show them: none.
std::string triggers_of(const results::RunReport& report) {
  return report.triggers ? base::join(*report.triggers, " ") : "";
}

std::string env_of(const results::StoredRun& run) {
  std::vector<std::string> env;
  if (run.all_proposed) env.emplace_back("all-proposed=1");
  if (!run.testname.empty()) env.push_back("testname=" + run.testname);
  return base::join(env, ",");
}

}  // namespace

Result<std::vector<std::string>> result_containers(results::ResultStore& store) {
  auto names = store.containers();
  if (names)
    std::erase_if(*names, [](const std::string& name) {
      const bool is_ours =
          name.starts_with("autopkgtest-") || name.starts_with("private-autopkgtest-");
      return !is_ours || name.ends_with("-infra");
    });
  return names;
}

void Rescan::pass_over(const std::string& directory, std::string_view why) {
  messages_.push_back(fmt::format("{}/{}: {}, ignoring", ask_.container, directory, why));
}

// The directories whose result.tar is to be read.
Result<std::vector<std::string>> Rescan::wanted(const std::vector<results::ListEntry>& page) {
  std::vector<std::string> directories;
  for (const auto& entry : page) {
    if (!entry.directory) continue;  // not of a run
    const auto place = results::parse_run_directory(entry.name);
    if (!place)
      pass_over(entry.name, place.error().text());
    else if (ask_.after.empty() || place->run_id.substr(0, ask_.after.size()) > ask_.after)
      directories.push_back(entry.name);
  }
  if (!ask_.unknown || directories.empty()) return directories;
  return ask_.unknown(directories);
}

Result<void> Rescan::read_run(const std::string& directory, std::vector<store::RunRow>& rows) {
  const auto place = results::parse_run_directory(directory);
  if (!place) return std::unexpected(place.error());
  const auto object = store_.get(ask_.container, directory + "/result.tar");
  if (!object && object.error().kind == ErrorKind::not_found) {
    pass_over(directory, "result.tar is missing");  // or not there yet: the next re-scan sees it
    return {};
  }
  if (!object && object.error().kind != ErrorKind::corrupt) return std::unexpected(object.error());
  const auto run = object ? results::parse_stored_run(object->bytes, place->source)
                          : std::unexpected(object.error());
  if (!run) {
    pass_over(directory, "result.tar is damaged: " + run.error().text());
    return {};
  }
  if (run->is_ours && ask_.whose == RescanAsk::Whose::not_ours) return {};
  rows.push_back({.place = {.container = ask_.container, .directory = directory},
                  .release = place->release,
                  .arch = place->arch,
                  .package = place->source,
                  .run_id = place->run_id,
                  .version = run->report.version,
                  .triggers = triggers_of(run->report),
                  .env = env_of(*run),
                  .requester = run->requester,
                  .exit_code = run->report.exit_code,
                  .duration = run->duration,
                  .outcome = run->outcome,
                  .suspicion = run->suspicion,
                  .uuid = run->uuid});
  return {};
}

Result<std::vector<store::RunRow>> Rescan::next() {
  std::vector<store::RunRow> rows;
  // One entry a run, whatever it uploaded.
  const auto page =
      store_.list(ask_.container, {.delimiter = '@', .marker = marker_, .limit = ask_.page});
  if (!page) return std::unexpected(page.error());
  const auto messages_before = messages_.size();
  const auto directories = wanted(*page);
  auto read = directories ? Result<void>() : std::unexpected(directories.error());
  for (std::size_t i = 0; read && i < directories->size(); ++i)
    read = read_run((*directories)[i], rows);
  if (!read) {
    messages_.resize(messages_before);
    return std::unexpected(std::move(read.error()));
  }
  over_ = page->size() < ask_.page;
  if (!page->empty()) marker_ = page->back().name;
  return rows;
}

}  // namespace sluice::flow
