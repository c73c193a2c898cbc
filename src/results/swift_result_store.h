// SwiftResultStore: containers and objects of one account of Swift, or of what speaks like it.
// In listings objects have no content encoding: Swift does not tell it there. One thread at a time.
// Source: autopkgtest 2.7, 3.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "results/result_store.h"
#include "results/swift_account.h"

namespace sluice::results {

struct SwiftLimits {
  // A page of so many entries may not be the last. Servers cut at 10,000 and more; Ceph's at 1,000.
  std::size_t full_page = 1000;
  // Objects are read into memory; artifacts of a run are rarely above 100 MB.
  std::size_t object_max = std::size_t{1} << 30;
  // How often a new container is looked for before it counts as unusable, and how far apart.
  int container_looks = 11;
  std::chrono::milliseconds between_looks{5'000};
};

class SwiftResultStore final : public ResultStore {
 public:
  // The account must live longer. Nothing is asked before the first call.
  explicit SwiftResultStore(SwiftAccount& account, SwiftLimits limits = {});

  base::Result<void> ensure_container(const std::string& container,
                                      const Readers& readers) override;
  base::Result<void> put(const std::string& container, const std::string& name,
                         const Object& object) override;
  // Errors also: corrupt (the bytes have not the MD5 that the store tells).
  base::Result<Object> get(const std::string& container, const std::string& name) override;
  base::Result<ObjectHead> head(const std::string& container, const std::string& name) override;
  base::Result<void> remove(const std::string& container, const std::string& name) override;
  base::Result<std::vector<ListEntry>> list(const std::string& container,
                                            const ListAsk& ask) override;
  base::Result<std::vector<std::string>> containers() override;
  base::Result<Readers> readers_of(const std::string& container) override;
  void ask_while_waiting(GoOn go_on) override { account_.ask_while_waiting(std::move(go_on)); }

  // Makes `key` the one that signs temporary URLs of the account (temp_url.h).
  base::Result<void> set_temp_url_key(const std::string& key);

 private:
  base::Result<sys::HttpResponse> ask_object(sys::HttpMethod method, const std::string& container,
                                             const std::string& name);
  base::Result<std::vector<ListEntry>> list_page(const std::string& container, const ListAsk& ask);

  SwiftAccount& account_;
  SwiftLimits limits_;
};

}  // namespace sluice::results
