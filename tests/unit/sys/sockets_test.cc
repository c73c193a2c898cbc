#include "sys/sockets.h"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sluice::sys {

TEST_CASE("sockets: the kernel knows the limit; what is no socket is left alone") {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  limit_stuck_writes(socket, std::chrono::milliseconds(1500));
  limit_stuck_writes(-1, std::chrono::milliseconds(1500));

  unsigned limit = 0;
  socklen_t size = sizeof limit;
  REQUIRE(::getsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit, &size) == 0);
  CHECK(limit == 1500);
  ::close(socket);
}

}  // namespace sluice::sys
