// The upstream of the load comparison: answers every request with the same body, as cheaply as a server can.
// upstream PORT BODY_BYTES [HEADER]
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct connection {
  int fd;
  size_t have, owed, sent; // bytes of an unfinished head; answers still to send; bytes sent of the first of them
  char head[16384];
};

static char *answer;
static size_t answer_length;
static int epoll;

static void drop(struct connection *c) {
  close(c->fd);
  free(c);
}

// -1: broken; else all is sent, or the socket is full and epoll will tell when it is not
static int send_owed(struct connection *c) {
  while (c->owed > 0) {
    ssize_t n = send(c->fd, answer + c->sent, answer_length - c->sent, MSG_NOSIGNAL);
    if (n < 0) return errno == EAGAIN ? 0 : -1;
    c->sent += n;
    if (c->sent == answer_length) {
      c->sent = 0;
      c->owed--;
    }
  }
  return 0;
}

static int serve(struct connection *c) {
  for (;;) {
    ssize_t n = recv(c->fd, c->head + c->have, sizeof c->head - 1 - c->have, 0);
    if (n == 0) return -1;
    if (n < 0) {
      if (errno != EAGAIN) return -1;
      break;
    }
    size_t room = sizeof c->head - 1 - c->have;
    c->have += n;
    c->head[c->have] = 0;
    char *rest = c->head, *end;
    while ((end = strstr(rest, "\r\n\r\n"))) { // requests have no bodies here
      c->owed++;
      rest = end + 4;
    }
    c->have -= rest - c->head;
    memmove(c->head, rest, c->have);
    if (c->have == sizeof c->head - 1) return -1;
    if ((size_t)n < room) break;
  }
  return send_owed(c) < 0 ? -1 : 0;
}

int main(int argc, char **argv) {
  if (argc != 3 && argc != 4) return fprintf(stderr, "upstream PORT BODY_BYTES [HEADER]\n"), 2;
  size_t body = strtoul(argv[2], NULL, 10);
  const char *header = argc == 4 ? argv[3] : "", *end = argc == 4 ? "\r\n" : "";
  answer = malloc(body + strlen(header) + 256);
  answer_length = sprintf(answer, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n%s%sContent-Length: %zu\r\n\r\n", header, end, body);
  memset(answer + answer_length, 'x', body);
  answer_length += body;

  int on = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (bind(listener, (void *)&a, sizeof a) || listen(listener, 4096)) return perror("upstream"), 1;
  epoll = epoll_create1(0);
  struct epoll_event e = {.events = EPOLLIN};
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &e);

  struct epoll_event events[256];
  for (;;) {
    int n = epoll_wait(epoll, events, 256, -1);
    for (int i = 0; i < n; i++) {
      struct connection *c = events[i].data.ptr;
      if (c) {
        if (serve(c) < 0) drop(c);
        continue;
      }
      int fd;
      while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        c = calloc(1, sizeof *c);
        c->fd = fd;
        // Edge-triggered: waiting for room from the start costs nothing while there is room.
        struct epoll_event in = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = c};
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &in);
      }
    }
  }
}
