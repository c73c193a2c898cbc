// What libraries that open their own sockets do not limit themselves.
#pragma once

#include <chrono>

namespace sluice::sys {

// Lets writes to a TCP socket fail once nothing got through for this long; without it a peer that
// stops reading stops us. Does nothing to what is no TCP socket.
void limit_stuck_writes(int socket, std::chrono::milliseconds limit);

}  // namespace sluice::sys
