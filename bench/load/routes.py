"""The declarative files of the load comparison. random_paths.lua asks for the same paths."""


def path(i):
    return "/team%d/service%d/v1/r%d" % (i % 97, i % 1009, i)


def kong_yml(upstream_port, routes=1, plugins=False):
    lines = ['_format_version: "3.0"', "services:", "- name: load", "  url: http://127.0.0.1:%d" % upstream_port, "  routes:"]
    for i in range(routes):
        lines += ["  - name: r%d" % i, '    paths: ["%s"]' % (path(i) if routes > 1 else "/")]
    if plugins:
        lines += ["plugins:", "- name: key-auth",
                  "- name: rate-limiting", "  config: {policy: local, second: 100000000, hour: 1000000000}",
                  "consumers:", "- username: load", "  keyauth_credentials:", "  - key: load-key"]
    return "\n".join(lines) + "\n"
