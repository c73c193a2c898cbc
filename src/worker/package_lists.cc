#include "worker/package_lists.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "adt/glob.h"
#include "base/text.h"

namespace sluice::worker {
namespace {

// Where virtual machines can be started. Source: autopkgtest 2.2.
constexpr std::array<std::string_view, 3> kMachineArches = {"amd64", "amd64v3", "s390x"};

constexpr std::array kFiles = {
    std::pair{std::string_view("big_packages"), &PackageTraits::big},
    std::pair{std::string_view("long_tests"), &PackageTraits::long_tests},
    std::pair{std::string_view("never_run"), &PackageTraits::never_run},
    std::pair{std::string_view("vm_packages"), &PackageTraits::vm},
};

}  // namespace

PackageList parse_package_list(std::string_view text) {
  PackageList list;
  int number = 0;
  for (auto line : base::split(text, '\n')) {
    ++number;
    line = base::trim(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    const auto fields = base::split(line, '/').size();
    if (fields > 3) {
      list.problems.push_back(fmt::format("line {}: expected PKG[/ARCH[/RELEASE]]", number));
      continue;
    }
    list.globs.push_back(std::string(line) + (fields == 1   ? "/all/all"
                                              : fields == 2 ? "/all"
                                                            : ""));
  }
  return list;
}

bool lists(const PackageList& list, const PackagePlace& place) {
  const std::array names = {
      fmt::format("{}/{}/{}", place.package, place.arch, place.release),
      fmt::format("{}/all/{}", place.package, place.release),
      fmt::format("{}/{}/all", place.package, place.arch),
      fmt::format("{}/all/all", place.package),
  };
  return std::ranges::any_of(list.globs, [&](const auto& glob) {
    return std::ranges::any_of(names,
                               [&](const auto& name) { return adt::matches_glob(glob, name); });
  });
}

base::Result<PackageTraits> read_traits(sys::FileSystem& files, const std::string& directory,
                                        const PackagePlace& place) {
  PackageTraits traits;
  if (directory.empty()) return traits;
  for (const auto& [name, member] : kFiles) {
    const auto path = fmt::format("{}/{}", directory, name);
    const auto text = files.read(path);
    if (!text && text.error().kind == base::ErrorKind::not_found) continue;
    if (!text) return std::unexpected(text.error());
    const auto list = parse_package_list(*text);
    traits.*member = lists(list, place);
    for (const auto& problem : list.problems) traits.problems.push_back(path + ": " + problem);
  }
  if (std::ranges::find(kMachineArches, place.arch) == kMachineArches.end()) traits.vm = false;
  return traits;
}

}  // namespace sluice::worker
