#include "archive/mirror_sets.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "archive/signed_release.h"
#include "base/text.h"
#include "codec/json.h"

namespace sluice::archive {
namespace {

using base::ErrorKind;
using codec::Value;

constexpr std::int64_t kNumberMax = 2'000'000'000;  // a set a second for sixty years
constexpr const char* kSetFile = "/set.json";

std::int64_t seconds_of(base::Instant instant) {
  return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

std::optional<std::int64_t> number_at(const Value& value, std::string_view key) {
  const auto* found = value.find(key);
  const auto* number = found == nullptr ? nullptr : std::get_if<std::int64_t>(found);
  return number == nullptr ? std::nullopt : std::optional(*number);
}

// What may be a file in objects/.
bool is_object_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '-';
  });
}

std::optional<SuiteSet> suite_of(const Value& value) {
  SuiteSet suite;
  suite.suite = value.text("suite");
  const auto date = number_at(value, "date");
  const auto* files = value.find("files");
  if (!is_path_name(suite.suite) || !date || files == nullptr || !files->map()) return std::nullopt;
  suite.date = base::instant_of_seconds(*date);
  if (const auto until = number_at(value, "valid_until"))
    suite.valid_until = base::instant_of_seconds(*until);
  suite.validators = {value.text("etag"), value.text("last_modified")};
  suite.signed_by = value.text("signed_by");
  for (const auto& [path, object] : *files->map()) {
    if (!is_path_name(path) || !object.string() || !is_object_name(*object.string()))
      return std::nullopt;
    suite.files.emplace(path, *object.string());
  }
  return suite;
}

}  // namespace

const SuiteSet* MirrorSet::find(std::string_view suite) const {
  const auto at = std::ranges::find(suites, suite, &SuiteSet::suite);
  return at == suites.end() ? nullptr : &*at;
}

std::string text_of(const MirrorSet& set) {
  codec::List suites;
  for (const auto& suite : set.suites) {
    codec::Map files;
    for (const auto& [path, object] : suite.files) files.emplace(path, object);
    codec::Map entry{{"suite", suite.suite},
                     {"date", seconds_of(suite.date)},
                     {"signed_by", suite.signed_by},
                     {"etag", suite.validators.etag},
                     {"last_modified", suite.validators.last_modified},
                     {"files", std::move(files)}};
    if (suite.valid_until) entry.emplace("valid_until", seconds_of(*suite.valid_until));
    suites.emplace_back(std::move(entry));
  }
  const codec::Map all{{"number", set.number},
                       {"before", set.before},
                       {"request", set.request},
                       {"suites", std::move(suites)}};
  return codec::to_json(all, codec::JsonStyle::indented) + "\n";
}

base::Result<MirrorSet> parse_mirror_set(std::string_view text) {
  const auto value = codec::parse_json(text);
  if (!value) return std::unexpected(value.error());
  const auto* suites = value->find("suites");
  const auto number = number_at(*value, "number");
  if (suites == nullptr || !suites->list() || !number || *number < 1 || *number > kNumberMax)
    return base::fail(ErrorKind::corrupt, "a number and a list of suites expected");
  const auto before = number_at(*value, "before").value_or(0);
  if (before < 0 || before >= *number)
    return base::fail(ErrorKind::corrupt, "an earlier number in the key before expected");
  MirrorSet set{static_cast<int>(*number), static_cast<int>(before), value->text("request"), {}};
  for (const auto& entry : *suites->list()) {
    auto suite = suite_of(entry);
    if (!suite) return base::fail(ErrorKind::corrupt, "suite, date and files expected");
    set.suites.push_back(std::move(*suite));
  }
  return set;
}

base::Result<MirrorSets> MirrorSets::open(sys::FileSystem& files, std::string directory) {
  auto lock = files.lock(directory + "/lock");
  if (!lock) return std::unexpected(lock.error());
  return MirrorSets(files, std::move(directory), std::move(*lock));
}

std::optional<MirrorSet> MirrorSets::read_current(sys::FileSystem& files,
                                                  const std::string& directory) {
  const auto text = files.read(directory + "/current" + kSetFile);
  if (!text) return std::nullopt;
  auto set = parse_mirror_set(*text);
  if (!set) return std::nullopt;
  return std::move(*set);
}

bool MirrorSets::is_whole(const MirrorSet& set) const {
  for (const auto& suite : set.suites)
    for (const auto& [path, object] : suite.files)
      if (!has_object(object) ||
          !files_.exists(directory_ + "/current/" + suite.suite + "/" + path))
        return false;
  return true;
}

bool MirrorSets::has_object(const std::string& name) const { return files_.exists(object(name)); }

base::Result<std::string> MirrorSets::read_object(const std::string& name) const {
  return files_.read(object(name));
}

base::Result<void> MirrorSets::put_object(const std::string& name, std::string_view bytes) {
  return files_.replace(object(name), bytes);
}

std::vector<int> MirrorSets::numbers() const {
  std::vector<int> found;
  const auto names = files_.list(directory_ + "/sets");
  if (!names) return found;
  for (const auto& name : *names)
    if (const auto number = base::parse_int(name); number && *number > 0 && *number <= kNumberMax)
      found.push_back(static_cast<int>(*number));
  std::ranges::sort(found);
  return found;
}

base::Result<void> MirrorSets::link_suite(const SuiteSet& suite, const std::string& directory) {
  for (const auto& [path, name] : suite.files)
    if (auto done = files_.link(object(name), directory + "/" + suite.suite + "/" + path); !done)
      return done;
  return {};
}

// Made before the switch, so that a reader finds all that the new Release names.
base::Result<void> MirrorSets::show_suite(const SuiteSet& suite) {
  std::set<std::string> tops;
  for (const auto& [path, name] : suite.files) tops.insert(path.substr(0, path.find('/')));
  for (const auto& top : tops) {
    const auto below = suite.suite + "/" + top;
    if (auto done = files_.link(directory_ + "/current/" + below, directory_ + "/dists/" + below);
        !done)
      return done;
  }
  return {};
}

base::Result<int> MirrorSets::stage(MirrorSet set) {
  const auto used = numbers();
  const auto in_use = current();
  set.before = in_use ? in_use->number : 0;
  const int number = set.number = std::max(set.before, used.empty() ? 0 : used.back()) + 1;
  for (const auto& suite : set.suites)
    if (auto done = link_suite(suite, set_directory(number)); !done)
      return std::unexpected(done.error());
  // Last: a set without it is not whole.
  if (auto done = files_.replace(set_directory(number) + kSetFile, text_of(set)); !done)
    return std::unexpected(done.error());
  return number;
}

base::Result<void> MirrorSets::use(int number) {
  const auto text = files_.read(set_directory(number) + kSetFile);
  if (!text) return std::unexpected(text.error());
  const auto set = parse_mirror_set(*text);
  if (!set) return std::unexpected(set.error());
  for (const auto& suite : set->suites)
    if (auto done = show_suite(suite); !done) return done;
  return files_.link(set_directory(number), directory_ + "/current");
}

// Links of components that the archive does not have any more lead nowhere.
base::Result<void> MirrorSets::clean_shown(const MirrorSet& set) {
  for (const auto& suite : set.suites) {
    const auto shown = directory_ + "/dists/" + suite.suite;
    const auto names = files_.list(shown);
    if (!names) continue;
    for (const auto& name : *names)
      if (!files_.exists(shown + "/" + name))
        if (auto done = files_.remove(shown + "/" + name); !done) return done;
  }
  return {};
}

base::Result<void> MirrorSets::clean(std::optional<int> staged) {
  const auto in_use = current();
  if (!in_use) return {};
  if (auto done = clean_shown(*in_use); !done) return done;
  std::set<std::string> needed;
  for (const auto number : numbers()) {
    const bool kept =
        number == in_use->number || number == in_use->before || (staged && number >= *staged);
    const auto text = files_.read(set_directory(number) + kSetFile);
    const auto set =
        text ? parse_mirror_set(*text) : base::Result<MirrorSet>(std::unexpected(text.error()));
    if (kept && set) {
      for (const auto& suite : set->suites)
        for (const auto& [path, object] : suite.files) needed.insert(object);
    } else if (auto done = files_.remove_tree(set_directory(number)); !done) {
      return done;
    }
  }
  const auto objects = files_.list(directory_ + "/objects");
  if (!objects) return {};
  for (const auto& name : *objects)
    if (!needed.contains(name))
      if (auto done = files_.remove(object(name)); !done) return done;
  return {};
}

}  // namespace sluice::archive
