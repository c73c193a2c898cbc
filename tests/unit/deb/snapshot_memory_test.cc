// covers: byte_rows.h
#include "deb/snapshot_memory.h"

#include <doctest/doctest.h>

using namespace sluice::deb;

namespace {

std::string sealed(BuildRelations build_relations, std::uint64_t seed, const char* body) {
  auto bytes = std::string(memory_head_bytes(), '\0') + body;
  seal_memory(build_relations, seed, bytes);
  return bytes;
}

}  // namespace

TEST_CASE("snapshot memory: what was sealed is opened, with the same options alone") {
  const auto bytes = sealed(BuildRelations::keep, 7, "body");
  const auto head = open_memory(BuildRelations::keep, bytes);
  REQUIRE(head);
  CHECK(head->seed == 7);
  CHECK(head->body == "body");
  CHECK_FALSE(open_memory(BuildRelations::skip, bytes));
}

TEST_CASE("snapshot memory: nothing damaged is believed") {
  const auto bytes = sealed(BuildRelations::skip, 9, "some body");
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    auto bad = bytes;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    CHECK_FALSE(open_memory(BuildRelations::skip, bad));
    CHECK_FALSE(open_memory(BuildRelations::skip, bytes.substr(0, at)));
  }
}
