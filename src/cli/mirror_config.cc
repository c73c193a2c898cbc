#include "cli/mirror_config.h"

#include <array>

#include "cli/yaml_keys.h"
#include "codec/yaml.h"
#include "sys/self.h"

namespace sluice::cli {
namespace {

using codec::Value;
using MirrorKey = Key<MirrorPlace>;

base::Result<void> valid_until_to(MirrorPlace& to, const Value& value) {
  const auto* text = value.string();
  if (text == nullptr || (*text != "check" && *text != "ignore"))
    return expected("check or ignore");
  to.request.valid_until =
      *text == "check" ? archive::ValidUntil::check : archive::ValidUntil::ignore;
  return {};
}

constexpr std::array kMirrorKeys = {
    MirrorKey{"url",
              [](MirrorPlace& to, const Value& v) { return text_to(to.request.address, v); }},
    MirrorKey{"suites",
              [](MirrorPlace& to, const Value& v) { return texts_to(to.request.suites, v); }},
    MirrorKey{"components",
              [](MirrorPlace& to, const Value& v) { return texts_to(to.request.components, v); }},
    MirrorKey{
        "architectures",
        [](MirrorPlace& to, const Value& v) { return texts_to(to.request.architectures, v); }},
    MirrorKey{"keyrings",
              [](MirrorPlace& to, const Value& v) { return texts_to(to.request.keyrings, v); }},
    MirrorKey{"directory",
              [](MirrorPlace& to, const Value& v) { return text_to(to.directory, v); }},
    MirrorKey{"interval",
              [](MirrorPlace& to, const Value& v) {
                return number_to(to.interval_minutes, v, 1, 10'080);
              }},
    MirrorKey{"valid_until", &valid_until_to},
};

// Links are made to absolute places.
std::string absolute(const std::string& path) {
  return path.starts_with('/') ? path : sys::working_directory() + "/" + path;
}

}  // namespace

base::Result<void> read_mirrors(const Value& value, std::vector<MirrorPlace>& to) {
  const auto* map = value.map();
  if (map == nullptr) return expected("names of mirrors");
  for (const auto& [name, entry] : *map) {
    MirrorPlace place;
    place.name = name;
    if (!archive::is_path_name(name) || name.contains('/'))
      return expected("a name of letters and digits, not \"" + name + "\"");
    if (auto read = read_keys(kMirrorKeys, place, entry); !read)
      return base::fail_with(read.error(), name);
    if (place.request.address.empty()) return expected("the key url for the mirror " + name);
    if (auto fits = archive::check_request(place.request); !fits)
      return base::fail_with(fits.error(), name);
    to.push_back(std::move(place));
  }
  return {};
}

base::Result<std::vector<flow::MirrorOptions>> mirror_options(const ServeArguments& arguments,
                                                              sys::FileSystem& files) {
  auto places = arguments.mirrors;
  if (!arguments.mirrors_file.empty()) {
    const auto text = files.read(arguments.mirrors_file);
    if (!text) return std::unexpected(text.error());
    const auto value = codec::parse_yaml(*text);
    if (!value) return base::fail_with(value.error(), arguments.mirrors_file);
    if (auto read = read_mirrors(*value, places); !read)
      return base::fail_with(read.error(), arguments.mirrors_file);
  }
  std::vector<flow::MirrorOptions> all;
  for (auto& place : places) {
    const auto directory = absolute(
        place.directory.empty() ? arguments.state + "/mirrors/" + place.name : place.directory);
    for (const auto& other : all)
      if (other.name == place.name || other.directory == directory)
        return base::fail(base::ErrorKind::conflict,
                          "there are two mirrors " + place.name + ", or two in " + directory);
    all.push_back({place.name, std::move(place.request), directory,
                   std::chrono::minutes(place.interval_minutes)});
  }
  return all;
}

}  // namespace sluice::cli
