using System.Globalization;
using Gibbon.Pdk.Entities;
using Gibbon.Routing;
using Gibbon.Settings;

namespace Gibbon.Tests.Routing;

/// <summary>Routes and requests over a small vocabulary, so that many routes compete for each request.</summary>
internal sealed class RandomRoutes(int seed)
{
    private static readonly string[] s_hosts = ["a.test", "A.test", "b.test", "x.a.test", "*.a.test", "*.test", "a.*", "x.*", "a.test:8000", "*.a.test:81", "b.*:8000"];
    private static readonly string[] s_methods = ["GET", "POST", "PURGE", "DELETE"];
    private static readonly string[] s_regexes = ["~/[ab]", "~/a/\\d+", "~/a/\\d+$", "~/a/(?<id>[a-z]+)/x", "~/(a|b)/c", "~/.*c", "~/a|/b", "~/ä+", "~/a/b?c"];
    private static readonly string[] s_expressions =
    [
        "http.path ^= \"/a\"", "http.path == \"/a/b\"", "http.path ~ \"^/a/[0-9]+\"", "http.path ~ \"b.?c\"", "lower(http.path) ^= \"/a\"", "http.path contains \"b\"",
        "http.path =^ \"c\"", "http.path != \"/a\"", "http.host == \"a.test\"", "http.host =^ \".test\"", "http.host ^= \"x.\"", "http.host != \"a.test\"",
        "http.method == \"GET\"", "http.method != \"POST\"", "any(http.headers.x_a) == \"1\"", "http.headers.x_a == \"1\"", "http.headers.x_a != \"2\"",
        "any(lower(http.headers.x_b)) ~ \"^v[0-9]\"", "http.queries.q == \"1\"", "http.path.segments.0 == \"a\"", "http.path.segments.0_1 ^= \"a/\"",
        "http.path.segments.len > 1", "net.protocol == \"https\"", "net.dst.port == 8000", "net.port >= 100", "net.src.ip in 127.0.0.0/8",
        "net.src.ip not in 10.0.0.0/8", "net.dst.ip == 127.0.0.1", "tls.sni == \"s.test\"",
    ];

    private readonly Random _random = new(seed);

    public Route Next(RouterFlavor flavor, int number)
    {
        Route route = new()
        {
            Id = Id(),
            Name = number.ToString(CultureInfo.InvariantCulture),
            CreatedAt = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000 + _random.Next(5)),
            Protocols = _random.Next(4) switch { 0 => [Protocol.Https], 1 => [Protocol.Http], _ => [Protocol.Http, Protocol.Https] },
            RegexPriority = _random.Next(3),
            Priority = _random.Next(4),
        };
        if (flavor == RouterFlavor.Expressions && _random.Next(4) > 0)
        {
            return route with { Expression = Expression(0) };
        }

        bool any = false;
        IReadOnlyList<string>? Some(double chance, Func<string> next)
        {
            if (_random.NextDouble() > chance)
            {
                return null;
            }

            any = true;
            return [.. Enumerable.Range(0, 1 + _random.Next(3)).Select(_ => next()).Distinct()];
        }

        do
        {
            route = route with
            {
                Hosts = Some(0.4, () => Pick(s_hosts)),
                Methods = Some(0.3, () => Pick(s_methods)),
                Paths = Some(0.8, () => _random.Next(4) == 0 ? Pick(s_regexes) : Path()),
                Snis = Some(0.1, () => _random.Next(2) == 0 ? "s.test" : "t.test."),
                Headers = _random.Next(4) > 0 ? null
                    : new[] { "X-A", "X-B" }.Take(1 + _random.Next(2)).ToDictionary(name => name, _ => Some(1, () => Pick(["1", "2", "V1", "~*^v\\d$"]))!),
            };
            any |= route.Headers is not null;
        }
        while (!any);
        return route;
    }

    public RequestSample Request() => new()
    {
        Protocol = _random.Next(3) == 0 ? RouteProtocol.Https : RouteProtocol.Http,
        Method = Pick(s_methods),
        Target = Path() + (_random.Next(3) == 0 ? "/" + Path().TrimStart('/') : "") + (_random.Next(4) == 0 ? "?q=" + _random.Next(1, 3) : ""),
        Host = Pick(["a.test", "A.test", "b.test", "x.a.test", "y.x.a.test", "a.com", "x.y", "b.com:8000", "x.a.test:81", "a.test:8000", "none", ""]),
        Sni = Pick(["", "s.test", "t.test"]),
        DestinationPort = Pick(["8000", "81", "80"]) is var port ? int.Parse(port, CultureInfo.InvariantCulture) : 0,
        Headers = [.. Enumerable.Range(0, _random.Next(4)).Select(_ => (Pick(["x-a", "X-B", "x-c"]), Pick(["1", "2", "v1", "V1"])))],
    };

    public T Pick<T>(IReadOnlyList<T> list) => list[_random.Next(list.Count)];

    private Guid Id()
    {
        byte[] bytes = new byte[16];
        _random.NextBytes(bytes);
        return new Guid(bytes);
    }

    private string Path()
    {
        string path = "";
        for (int i = _random.Next(4); i > 0; i--)
        {
            path += "/" + Pick(["a", "b", "ab", "abc", "c", "1", "12", "ä", "A"]);
        }

        return path.Length == 0 ? "/" : path;
    }

    private string Expression(int depth) => _random.Next(depth > 2 ? 3 : 6) switch
    {
        3 => $"{Expression(depth + 1)} && {Expression(depth + 1)}",
        4 => $"{Expression(depth + 1)} || {Expression(depth + 1)}",
        5 => $"{(_random.Next(3) == 0 ? "!" : "")}({Expression(depth + 1)})",
        _ => Pick(s_expressions),
    };
}
