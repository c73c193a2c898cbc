#include "sys/files.h"

#include <algorithm>

namespace sluice::sys {

base::Result<std::vector<std::string>> FileSystem::tree(const std::string& directory,
                                                        std::size_t files_max) {
  std::vector<std::string> found;
  std::vector<std::string> below{""};  // directories still to be read, each with its "/"
  while (!below.empty()) {
    const auto prefix = std::move(below.back());
    below.pop_back();
    const auto names =
        list(prefix.empty() ? directory : directory + "/" + prefix.substr(0, prefix.size() - 1));
    if (!names) return std::unexpected(names.error());
    for (const auto& name : *names) {
      const auto what = status(directory + "/" + prefix + name);
      if (!what) return std::unexpected(what.error());
      auto& to = what->directory ? below : found;
      to.push_back(prefix + name + (what->directory ? "/" : ""));
      if (found.size() > files_max)
        return base::fail(base::ErrorKind::invalid, directory + " has too many files");
    }
  }
  std::ranges::sort(found);
  return found;
}

base::Result<void> FileSystem::remove_tree(const std::string& directory) {
  const auto found = tree(directory, static_cast<std::size_t>(-1));
  if (!found && found.error().kind == base::ErrorKind::not_found) return {};
  if (!found) return std::unexpected(found.error());
  for (const auto& path : *found)
    if (auto removed = remove(directory + "/" + path); !removed) return removed;
  return {};
}

base::Result<std::string> FileSystem::read(const std::string& path) {
  const auto view = open(path);
  if (!view) return std::unexpected(view.error());
  return std::string((*view)->bytes());
}

}  // namespace sluice::sys
