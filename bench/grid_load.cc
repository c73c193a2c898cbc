// bench_grid_load PORT REQUESTS WORKERS MEAN_MS: load on a running `sluice serve` (loopback):
// REQUESTS are submitted in batches, then leased and finished by WORKERS simulated workers, each of
// which works MEAN_MS milliseconds on a test (0: none, the queue at its limit). Prints rates and
// latencies.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

// One connection that is kept; one question at a time.
class Client {
 public:
  explicit Client(int port) {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      std::perror("connect");
      std::exit(1);
    }
    const int yes = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { ::close(socket_); }

  struct Answer {
    int status = 0;
    std::string body;
  };

  Answer post(const std::string& path, const std::string& body) {
    const auto text = "POST " + path +
                      " HTTP/1.1\r\nHost: x\r\n"
                      "Content-Type: application/json\r\nContent-Length: " +
                      std::to_string(body.size()) + "\r\n\r\n" + body;
    std::size_t sent = 0;
    while (sent < text.size()) {
      const auto count = ::send(socket_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) std::exit(1);
      sent += static_cast<std::size_t>(count);
    }
    return read();
  }

 private:
  Answer read() {
    std::string text;
    std::size_t head = std::string::npos;
    std::size_t length = 0;
    char buffer[16384];
    while (head == std::string::npos || text.size() < head + 4 + length) {
      const auto count = ::recv(socket_, buffer, sizeof buffer, 0);
      if (count <= 0) std::exit(1);
      text.append(buffer, static_cast<std::size_t>(count));
      if (head != std::string::npos) continue;
      head = text.find("\r\n\r\n");
      if (head == std::string::npos) continue;
      const auto at = text.find("Content-Length: ");
      if (at != std::string::npos && at < head) length = std::strtoul(&text[at + 16], nullptr, 10);
    }
    return {std::atoi(text.c_str() + 9), text.substr(head + 4)};
  }

  int socket_ = -1;
};

std::string package_of(int number) { return "pkg" + std::to_string(number); }

std::string batch_of(int from, int to) {
  std::string body = R"({"producer": "gate", "requests": [)";
  for (int n = from; n < to; ++n) {
    if (n > from) body += ',';
    // A storm in ten: as many uploads as keep below the cap of one.
    body += R"({"queue": "debci-noble-amd64", "class": "rdeps_small", "package": ")" +
            package_of(n) + R"(", "parameters": {"triggers": ["up)" + std::to_string(n % 10) +
            "/1\"]}}";
  }
  return body + "]}";
}

// Over two connections, as two producers would: while the jobs of one batch are written, the next
// is read.
void submit(int port, int requests) {
  constexpr int kBatch = 5000, kConnections = 2;
  std::atomic<int> next = 0;
  const auto begin = Clock::now();
  const auto send_batches = [&] {
    Client client(port);
    for (int from = next.fetch_add(kBatch); from < requests; from = next.fetch_add(kBatch))
      if (client.post("/api/v1/jobs:batch", batch_of(from, std::min(requests, from + kBatch)))
              .status != 200)
        std::exit(1);
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kConnections; ++i) threads.emplace_back(send_batches);
  }
  const auto took = milliseconds_since(begin);
  std::printf("submitted %d in %.0f ms: %.0f per second\n", requests, took,
              1000.0 * requests / took);
}

std::string number_after(const std::string& text, const std::string& key) {
  const auto at = text.find(key) + key.size();
  return text.substr(at, text.find_first_of(",}", at) - at);
}

std::string word_after(const std::string& text, const std::string& key) {
  const auto at = text.find(key) + key.size();
  return text.substr(at, text.find('"', at) - at);
}

struct Measured {
  std::mutex mutex;
  std::vector<double> lease, complete;  // milliseconds
};

void work(int port, int number, int mean_ms, Measured& measured) {
  Client client(port);
  std::mt19937 random(static_cast<unsigned>(number));
  std::exponential_distribution<double> time(mean_ms > 0 ? 1.0 / mean_ms : 1);
  const auto name = "host" + std::to_string(number) + "-1";
  std::vector<double> leases, completes;
  const auto pause = [&] {
    if (mean_ms > 0)
      std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(time(random)));
  };
  pause();
  while (true) {
    auto begin = Clock::now();
    const auto lease = client.post("/api/v1/workers/" + name + "/lease",
                                   R"({"queues": ["debci-noble-amd64"], "wait": 0})");
    if (lease.status != 200) break;
    leases.push_back(milliseconds_since(begin));
    pause();
    const auto job = number_after(lease.body, "\"job\": ");
    const auto epoch = number_after(lease.body, "\"epoch\": ");
    const auto package = word_after(lease.body, "\"package\": \"");
    const auto body = R"({"worker": ")" + name +
                      R"(", "outcome": "PASS", "blame": "unknown", "detail": "", "exit_code": 0,)"
                      R"( "version": ")" +
                      package +
                      R"( 1", "duration": 30, "container": "autopkgtest-noble", "directory": )"
                      R"("noble/amd64/p/)" +
                      package + "/20260101_000000_" + job + R"(@", "digest": "d"})";
    begin = Clock::now();
    const auto done = client.post("/api/v1/leases/j-" + job + "." + epoch + ":complete", body);
    if (done.status != 200) {
      std::fprintf(stderr, "complete: %d %s", done.status, done.body.c_str());
      std::exit(1);
    }
    completes.push_back(milliseconds_since(begin));
  }
  const std::lock_guard lock(measured.mutex);
  measured.lease.insert(measured.lease.end(), leases.begin(), leases.end());
  measured.complete.insert(measured.complete.end(), completes.begin(), completes.end());
}

void report(const char* what, std::vector<double>& times) {
  if (times.empty()) return;
  std::ranges::sort(times);
  const auto at = [&](double part) {
    return times[static_cast<std::size_t>(part * static_cast<double>(times.size() - 1))];
  };
  std::printf("%s: %zu, p50 %.2f ms, p99 %.2f ms, worst %.1f ms\n", what, times.size(), at(0.5),
              at(0.99), at(1.0));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: bench_grid_load PORT REQUESTS WORKERS MEAN_MS\n");
    return 2;
  }
  const int port = std::atoi(argv[1]), requests = std::atoi(argv[2]);
  const int workers = std::atoi(argv[3]), mean_ms = std::atoi(argv[4]);
  submit(port, requests);
  Measured measured;
  const auto begin = Clock::now();
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < workers; ++i)
      threads.emplace_back([&, i] { work(port, i, mean_ms, measured); });
  }
  const auto took = milliseconds_since(begin);
  std::printf("%d workers, %d ms a test: %.0f ms, %.0f tests per second\n", workers, mean_ms, took,
              1000.0 * static_cast<double>(measured.complete.size()) / took);
  report("lease", measured.lease);
  report("complete", measured.complete);
  return 0;
}
