#include "adt/run_uuid.h"

#include <doctest/doctest.h>

namespace sluice::adt {

// autopkgtest 4
TEST_CASE("run uuid: made of the place, the same each time, another for another place") {
  const RunPlace place{"autopkgtest-noble", "noble/amd64/b/bash/20260101_000000_aaaaa@"};
  auto other = place;
  other.directory.back() = 'b';
  // From Python: uuid.UUID(hashlib.sha256(place).hexdigest()[:32]), then version 8 by hand.
  CHECK(run_uuid(place) == "363c4375-8501-8a44-95c7-2e3a030dc55e");
  CHECK(run_uuid(place) == run_uuid(place));
  CHECK(run_uuid(place) != run_uuid(other));
}

// autopkgtest 1.6
TEST_CASE("run uuid: of a lease what the submitter said, else another for each attempt") {
  const QueueName queue{"", "noble", "amd64"};
  auto request = *parse_message("bash\n{\"triggers\": [\"a/1\"]}");
  const auto uuid = lease_uuid(request, queue, {7, 1});

  CHECK(uuid.size() == 36);
  CHECK(uuid[14] == '8');
  CHECK(uuid == lease_uuid(*parse_message(message_body(request)), queue, {7, 1}));
  CHECK(uuid != lease_uuid(request, queue, {7, 2}));
  CHECK(uuid != lease_uuid(request, queue, {8, 1}));
  CHECK(uuid != lease_uuid(request, {"", "noble", "arm64"}, {7, 1}));
  request.submit_time = "2026-01-02 03:04:05";
  CHECK(uuid != lease_uuid(request, queue, {7, 1}));

  request.uuid = "0a-1";
  CHECK(lease_uuid(request, queue, {7, 1}) == "0a-1");
}

}  // namespace sluice::adt
