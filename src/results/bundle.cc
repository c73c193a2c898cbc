#include "results/bundle.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "adt/names.h"
#include "base/text.h"
#include "codec/compress.h"
#include "codec/digest.h"
#include "codec/json.h"
#include "results/result_tar.h"

namespace sluice::results {
namespace {

using codec::TarFiles;

constexpr std::array<std::string_view, 7> kMembers = {
    "duration",         "exitcode",      "requester",      "summary",
    "testbed-packages", "testinfo.json", "testpkg-version"};

// The tool takes it from the package's changelog: two words, or it is as if it were missing. So is
// that of another source: readers pass over a result of another name, and wait for this one for
// ever. Source: autopkgtest 3.
std::string version_in(const TarFiles& files, const adt::RequestMessage& request) {
  const auto file = files.find("testpkg-version");
  const auto words =
      file == files.end() ? std::vector<std::string_view>() : base::split_words(file->second);
  if (words.size() != 2 || !adt::check_package(words[0]) || !request.is_of_source(words[0]))
    return request.package + " unknown";
  return fmt::format("{} {}", words[0], words[1]);
}

codec::List custom_environment(const adt::RequestMessage& request) {
  codec::List list;
  for (const auto& variable : request.env) list.emplace_back(variable);
  if (!request.triggers.empty())
    list.emplace_back(std::string(kTriggersVariable) + base::join(request.triggers, " "));
  return list;
}

// The tool's testinfo.json with what it cannot know; readers want the triggers in it.
std::string testinfo(const TarFiles& files, const RunFacts& facts) {
  const auto file = files.find("testinfo.json");
  const auto parsed =
      file == files.end() ? codec::Value() : codec::parse_json(file->second).value_or(nullptr);
  auto info = parsed.map() == nullptr ? codec::Map() : *parsed.map();
  const auto& request = facts.request;
  if (!info.contains("custom_environment"))
    if (auto environment = custom_environment(request); !environment.empty())
      info["custom_environment"] = std::move(environment);
  if (request.all_proposed) info["all-proposed"] = "1";
  if (!request.testname.empty()) info["testname"] = request.testname;
  if (!request.uuid.empty()) info["uuid"] = request.uuid;
  info["worker-unit"] = facts.worker;
  if (!facts.lease.empty()) info["lease"] = facts.lease;
  info["outcome"] = adt::text_of(facts.outcome);
  info["outcome-blame"] = adt::text_of(facts.blame);
  info["outcome-detail"] = facts.detail;
  if (!facts.suspicion.empty()) info["outcome-suspicion"] = facts.suspicion;
  codec::Map proof;
  adt::add_to(proof, facts.proof);
  for (auto& [key, value] : proof) info["outcome-" + key] = std::move(value);
  return codec::to_json(info, codec::JsonStyle::indented) + "\n";
}

Object object_of(std::string bytes, std::string_view type, std::string_view encoding) {
  Object object;
  object.head.size = bytes.size();
  object.head.content_type = type;
  object.head.content_encoding = encoding;
  object.bytes = std::move(bytes);
  return object;
}

TarFiles result_members(const TarFiles& files) {
  TarFiles members;
  for (const auto name : kMembers)
    if (const auto file = files.find(name); file != files.end()) members.insert(*file);
  return members;
}

}  // namespace

std::string lease_name(std::int64_t job, std::int64_t epoch) {
  return fmt::format("j-{}/{}", job, epoch);
}

Bundle make_bundle(TarFiles files, const RunFacts& facts) {
  Bundle bundle;
  bundle.version = version_in(files, facts.request);
  files["exitcode"] = fmt::format("{}\n", facts.exit_code);
  files["duration"] = fmt::format("{}\n", facts.duration.count());
  files["testpkg-version"] = bundle.version + "\n";
  files["testinfo.json"] = testinfo(files, facts);
  if (!facts.request.requester.empty()) files["requester"] = facts.request.requester + "\n";

  const auto log = std::move(files["log"]);
  files.erase("log");
  const auto modified =
      std::chrono::duration_cast<std::chrono::seconds>(facts.end.time_since_epoch()).count();
  auto& objects = bundle.objects;
  objects.push_back({"log.gz", object_of(codec::compress(log, codec::Compression::gzip),
                                         "text/plain; charset=UTF-8", "gzip")});
  objects.push_back(
      {"artifacts.tar.gz",
       object_of(codec::compress(codec::write_tar(files, modified), codec::Compression::gzip),
                 "application/gzip", "")});
  if (!facts.request.readable_by.empty())
    objects.push_back({"readable-by", object_of(base::join(facts.request.readable_by, "\n") + "\n",
                                                "text/plain", "")});
  auto result = codec::write_tar(result_members(files), modified);
  bundle.digest = codec::sha256_hex(result);
  objects.push_back({"result.tar", object_of(std::move(result), "application/x-tar", "")});
  return bundle;
}

}  // namespace sluice::results
