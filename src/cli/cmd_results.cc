#include "cli/cmd_results.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.h"
#include "codec/json.h"
#include "flow/rebuild_results.h"
#include "results/temp_url.h"
#include "sys/secret.h"

namespace sluice::cli {
namespace {

using base::ErrorKind;
using base::Result;
using codec::Map;

constexpr std::size_t kPage = 1'000;
constexpr int kDenied = 6;  // as of the grid's other commands

int results_failure(const ResultsParties& parties, const base::Error& error) {
  parties.progress("");
  parties.complain(error.text());
  return error.kind == ErrorKind::denied ? kDenied : 1;
}

void print_map(const ResultsParties& parties, const Map& map) {
  parties.print(codec::to_json(map, codec::JsonStyle::compact) + "\n");
}

struct Place {
  std::string container, name;  // name may be ""
};

Place place_in(const std::string& text) {
  const auto slash = text.find('/');
  if (slash == std::string::npos) return {text, ""};
  return {text.substr(0, slash), text.substr(slash + 1)};
}

Result<Place> object_in(const std::string& text) {
  auto place = place_in(text);
  if (!place.container.empty() && !place.name.empty()) return place;
  return base::fail(ErrorKind::invalid, "\"" + text + "\": expected CONTAINER/NAME");
}

Map view_of(const results::ListEntry& entry) {
  if (entry.directory) return {{"subdir", entry.name}};
  return {{"name", entry.name},
          {"bytes", static_cast<std::int64_t>(entry.head.size)},
          {"hash", entry.head.etag},
          {"content_type", entry.head.content_type},
          {"modified", entry.head.modified_seconds}};
}

int list_containers(const ResultsArguments& arguments, const ResultsParties& parties) {
  const auto names = parties.store.containers();
  if (!names) return results_failure(parties, names.error());
  for (const auto& name : *names) {
    if (arguments.json)
      print_map(parties, {{"container", name}});
    else
      parties.print(name + "\n");
  }
  return 0;
}

// The kinds of objects that a run has; docs/formats/results.md.
results::Object object_of(const std::string& name, std::string_view bytes) {
  results::Object object;
  object.bytes = bytes;
  if (name == "log.gz" || name.ends_with("/log.gz")) {
    object.head.content_type = "text/plain; charset=UTF-8";
    object.head.content_encoding = "gzip";
  } else if (name.ends_with(".gz")) {
    object.head.content_type = "application/gzip";
  } else if (name.ends_with(".tar")) {
    object.head.content_type = "application/x-tar";
  }
  return object;
}

struct Source {
  std::string path, name;  // of the file; of the object
};

// Every file below a directory, or the one file. A run is found by its result.tar, so that comes
// last.
Result<std::vector<Source>> files_to_put(sys::FileSystem& files, const std::string& path,
                                         const std::string& name) {
  constexpr int kDepthMax = 20;
  const auto status = files.status(path);
  if (!status) return std::unexpected(status.error());
  if (!status->directory) return std::vector<Source>{{path, name}};
  std::vector<Source> found;
  std::vector<std::pair<Source, int>> todo{{{path, name}, 0}};
  while (!todo.empty()) {
    const auto [at, depth] = std::move(todo.back());
    todo.pop_back();
    if (depth > kDepthMax)
      return base::fail(ErrorKind::invalid, at.path + ": too many directories in each other");
    const auto entries = files.list(at.path);
    if (!entries) return std::unexpected(entries.error());
    for (const auto& entry : *entries) {
      Source next{at.path + "/" + entry, at.name.empty() ? entry : at.name + "/" + entry};
      const auto kind = files.status(next.path);
      if (!kind) return std::unexpected(kind.error());
      if (kind->directory)
        todo.emplace_back(std::move(next), depth + 1);
      else
        found.push_back(std::move(next));
    }
  }
  std::ranges::sort(found, {}, [](const Source& source) {
    return std::pair(source.name.ends_with("result.tar"), source.name);
  });
  return found;
}

// One that is there keeps its readers.
Result<void> make_container(results::ResultStore& store, const std::string& container,
                            const std::string& reader) {
  const auto readers = store.readers_of(container);
  if (readers || readers.error().kind != ErrorKind::not_found)
    return readers ? Result<void>() : std::unexpected(readers.error());
  const bool is_private = !reader.empty() || container.starts_with("private-");
  return store.ensure_container(container, {.everybody = !is_private, .user = reader});
}

}  // namespace

int results_rescan(const ResultsArguments& arguments, const ResultsParties& parties) {
  const flow::RebuildParties rebuild{
      parties.files, parties.store, parties.clock,
      [&](const flow::RebuildReport& so_far, const std::string& container) {
        parties.progress(container + ": " + std::to_string(so_far.runs) + " runs, " +
                         std::to_string(so_far.entered) + " new");
      },
      [&](const std::string& line) {
        parties.progress("");
        parties.complain(line);
      }};
  const auto report = flow::rebuild_results(rebuild, {.state = arguments.state,
                                                      .source = arguments.results,
                                                      .containers = arguments.names,
                                                      .after = arguments.after,
                                                      .from_the_beginning = arguments.restart});
  if (!report) return results_failure(parties, report.error());
  parties.progress("");
  const auto count = [](std::size_t number) { return static_cast<std::int64_t>(number); };
  if (arguments.json)
    print_map(parties, {{"containers", count(report->containers)},
                        {"runs", count(report->runs)},
                        {"new", count(report->entered)},
                        {"passed_over", count(report->passed_over)},
                        {"resumed", report->resumed}});
  else
    parties.print(std::to_string(report->containers) + " containers, " +
                  std::to_string(report->runs) + " runs, " + std::to_string(report->entered) +
                  " new, " + std::to_string(report->passed_over) + " passed over" +
                  (report->resumed ? "; went on where the last try ended\n" : "\n"));
  return 0;
}

int results_list(const ResultsArguments& arguments, const ResultsParties& parties) {
  if (arguments.names.empty()) return list_containers(arguments, parties);
  for (const auto& text : arguments.names) {
    const auto place = place_in(text);
    results::ListAsk ask{.prefix = place.name, .limit = kPage};
    if (!arguments.delimiter.empty()) ask.delimiter = arguments.delimiter.front();
    for (;;) {
      const auto page = parties.store.list(place.container, ask);
      if (!page) return results_failure(parties, page.error());
      for (const auto& entry : *page) {
        if (arguments.json)
          print_map(parties, view_of(entry));
        else
          parties.print(entry.name + "\n");
      }
      // A store may cut pages where it likes: the end is where nothing comes.
      if (page->empty()) break;
      ask.marker = page->back().name;
    }
  }
  return 0;
}

int results_get(const ResultsArguments& arguments, const ResultsParties& parties) {
  if (arguments.names.empty() || arguments.names.size() > 2)
    return parties.complain("results get: expected CONTAINER/NAME [FILE]"), 2;
  const auto place = object_in(arguments.names[0]);
  if (!place) return results_failure(parties, place.error());
  const auto object = parties.store.get(place->container, place->name);
  if (!object)
    return results_failure(parties, base::fail_with(object.error(), arguments.names[0]).error());
  if (arguments.names.size() == 1 || arguments.names[1] == "-") {
    parties.print(object->bytes);
    return 0;
  }
  const auto written = parties.files.replace(arguments.names[1], object->bytes);
  return written ? 0 : results_failure(parties, written.error());
}

int results_put(const ResultsArguments& arguments, const ResultsParties& parties) {
  if (arguments.names.size() != 2)
    return parties.complain("results put: expected PATH CONTAINER[/NAME]"), 2;
  auto place = place_in(arguments.names[1]);
  if (place.name.ends_with('/')) place.name.pop_back();
  const auto sources = files_to_put(parties.files, arguments.names[0], place.name);
  if (!sources) return results_failure(parties, sources.error());
  if (auto made = make_container(parties.store, place.container, arguments.reader); !made)
    return results_failure(parties, made.error());
  for (const auto& source : *sources) {
    const auto view = parties.files.open(source.path);
    if (!view) return results_failure(parties, view.error());
    const auto put =
        parties.store.put(place.container, source.name, object_of(source.name, (*view)->bytes()));
    if (!put)
      return results_failure(
          parties, base::fail_with(put.error(), place.container + "/" + source.name).error());
    if (arguments.json)
      print_map(parties, {{"container", place.container}, {"name", source.name}});
    else
      parties.print(place.container + "/" + source.name + "\n");
  }
  return 0;
}

int results_url(const ResultsArguments& arguments, const ResultsParties& parties) {
  if (arguments.names.size() != 1 || arguments.key.empty())
    return parties.complain("results url: expected CONTAINER/NAME and --key FILE"), 2;
  const auto place = object_in(arguments.names[0]);
  if (!place) return results_failure(parties, place.error());
  const auto key = sys::read_key(parties.files, arguments.key);
  if (!key) return results_failure(parties, key.error());
  auto address =
      arguments.address.empty() ? parties.address() : Result<std::string>(arguments.address);
  if (!address) return results_failure(parties, address.error());
  while (address->ends_with('/')) address->pop_back();
  const auto expires = parties.clock.now() + std::chrono::hours(arguments.hours);
  parties.print(results::temp_url(*address, *key, arguments.names[0], expires) + "\n");
  return 0;
}

int results_key(const ResultsArguments& arguments, const ResultsParties& parties) {
  if (arguments.names.size() != 1) return parties.complain("results key: expected FILE"), 2;
  const auto& path = arguments.names[0];
  constexpr std::size_t kKeyBytes = 32;
  if (auto made = sys::write_secret(path, sys::random_hex(kKeyBytes) + "\n");
      !made && made.error().kind != ErrorKind::conflict)
    return results_failure(parties, made.error());
  // One that is there is made known again.
  const auto key = sys::read_key(parties.files, path);
  if (!key) return results_failure(parties, key.error());
  const auto told = parties.announce_key(*key);
  return told ? 0 : results_failure(parties, told.error());
}

}  // namespace sluice::cli
