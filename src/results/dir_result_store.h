// DirResultStore: containers are directories, objects are files of their names, so that any tool
// reads them; beside each lies a hidden file with its head. An object is there when both are.
// Stores of several processes may work in one directory, but no two at the same name: the ids of
// runs see to that. One thread at a time. Format: docs/formats/result-directory.md; docs/adr/0015.
// Source: autopkgtest 3.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "results/result_store.h"
#include "sys/files.h"

namespace sluice::results {

class Listing;

class DirResultStore final : public ResultStore {
 public:
  DirResultStore(sys::FileSystem& files, std::string root);

  base::Result<void> ensure_container(const std::string& container,
                                      const Readers& readers) override;
  // Errors also: invalid (a part of the name is an object, or the name is a directory of others).
  base::Result<void> put(const std::string& container, const std::string& name,
                         const Object& object) override;
  // Errors also: corrupt (not the bytes that were put).
  base::Result<Object> get(const std::string& container, const std::string& name) override;
  base::Result<ObjectHead> head(const std::string& container, const std::string& name) override;
  base::Result<void> remove(const std::string& container, const std::string& name) override;
  // Cost: the directories and heads from the prefix to the last entry of the page.
  base::Result<std::vector<ListEntry>> list(const std::string& container,
                                            const ListAsk& ask) override;
  base::Result<std::vector<std::string>> containers() override;
  base::Result<Readers> readers_of(const std::string& container) override;

 private:
  // What a call needs first: the names may be used, and the container is there.
  base::Result<void> check_object(const std::string& container, std::string_view name);
  base::Result<void> check_place(const std::string& container, const std::string& name);
  base::Result<ObjectHead> read_head(const std::string& container, const std::string& name);
  base::Result<void> list_below(const std::string& container, const std::string& directory,
                                Listing& listing);
  std::string path_of(const std::string& container, std::string_view name) const;
  std::string head_path_of(const std::string& container, std::string_view name) const;
  std::string container_path_of(const std::string& container) const;

  sys::FileSystem& files_;
  std::string root_;
};

}  // namespace sluice::results
