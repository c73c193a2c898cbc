#include "sys/sockets.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace sluice::sys {

void limit_stuck_writes(int socket, std::chrono::milliseconds limit) {
  const auto time = static_cast<unsigned>(limit.count());
  (void)::setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &time, sizeof time);
}

}  // namespace sluice::sys
