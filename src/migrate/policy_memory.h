// What policies remember between the items of one run: one block per policy that needs it, and only
// that policy's file touches it. Lives as long as the PolicyRun; one thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "migrate/policies.h"

namespace sluice::migrate {

class TestDesk;
struct TestsOfArchive;

struct PolicyRun::Memory {
  // Every source item judged so far: whether it is rejected. Kept by run_policies, and by the
  // policies that invalidate from outside.
  std::map<std::string, bool, std::less<>> rejected;

  // depends: who may use what the target has of a set of alternatives, by architecture and set. The
  // same sets are asked for again and again.
  enum class Met : std::uint8_t { unknown, by_nobody, for_some, for_all };
  std::vector<std::vector<Met>> met;

  // source-ppa: members of each group in the order of judging, uvname (a source's own name).
  std::map<std::string, std::vector<std::string>, std::less<>> members_of_ppa;

  // linux: kernels that wait for the verdict on their meta package.
  std::map<std::string, std::vector<std::string>, std::less<>> kernels_of_meta;

  // autopkgtest: made before the first item; null where that policy is off. Of these the first is
  // used if it is there.
  std::shared_ptr<TestsOfArchive> tests_of_archive;
  std::shared_ptr<TestDesk> tests;
};

PolicyRun::Memory& memory_of(PolicyRun& run);

}  // namespace sluice::migrate
