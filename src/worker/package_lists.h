// The lists of packages that are tested differently: big_packages, long_tests, never_run,
// vm_packages. Source: autopkgtest 2.2.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sys/files.h"

namespace sluice::worker {

struct PackageList {
  std::vector<std::string> globs;     // over PACKAGE/ARCH/RELEASE
  std::vector<std::string> problems;  // lines that can match nothing
};

// `PKG[/ARCH[/RELEASE]]` a line, "#" begins a comment, `all` stands for every one.
PackageList parse_package_list(std::string_view text);

struct PackagePlace {
  std::string package, arch, release;
};

bool lists(const PackageList& list, const PackagePlace& place);

struct PackageTraits {
  bool big = false, long_tests = false, never_run = false, vm = false;
  std::vector<std::string> problems{};

  friend bool operator==(const PackageTraits&, const PackageTraits&) = default;
};

// From the files of a directory ("": no lists), which are read anew: a list that is missing is
// empty. Errors: unavailable, denied (a list that cannot be read must not run what it forbids).
base::Result<PackageTraits> read_traits(sys::FileSystem& files, const std::string& directory,
                                        const PackagePlace& place);

}  // namespace sluice::worker
