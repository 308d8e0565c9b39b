using System.Text;
using BenchmarkDotNet.Attributes;
using Gibbon.Pdk.Entities;
using Gibbon.Routing;
using Gibbon.Settings;

namespace Gibbon.Benchmarks;

/// <summary>One match, on random existing paths, in tables of growing size: it must not grow with them.</summary>
[MemoryDiagnoser]
public class RouterMatchBenchmarks
{
    // As many as there are routes, and not a few again and again: those would be in the caches, which those of a gateway's requests are not.
    private const int Requests = 1 << 17;

    private readonly byte[][] _paths = new byte[Requests][];
    private readonly byte[][] _hosts = new byte[Requests][];
    private Router _router = null!;
    private int _next;

    [Params(1, 100, 10_000, 100_000)]
    public int Routes { get; set; }

    [Params("prefix", "host", "regex")]
    public string Kind { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _router = Router.Create(RouterFlavor.TraditionalCompatible, RouterSamples.Entries(Kind, Routes));
        Random random = new(1);
        for (int i = 0; i < Requests; i++)
        {
            int route = random.Next(Routes);
            _paths[i] = Encoding.ASCII.GetBytes(RouterSamples.Path(Kind, route));
            _hosts[i] = Encoding.ASCII.GetBytes(RouterSamples.Host(Kind, route));
        }
    }

    [Benchmark]
    public bool Match()
    {
        int i = _next++ & (Requests - 1);
        RouteRequest request = new() { Method = "GET"u8, Path = _paths[i], Host = _hosts[i], DestinationPort = 8000 };
        RouteMatch match = default;
        return _router.Match(request, ref match);
    }
}

/// <summary>One changed route, and a table from nothing.</summary>
[MemoryDiagnoser]
public class RouterChangeBenchmarks
{
    private Router _router = null!;
    private RouterChanges _changes = null!;
    private Route[] _routes = [];

    [Params(100, 100_000)]
    public int Routes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _routes = [.. RouterSamples.Entries("prefix", Routes)];
        _router = Router.Create(RouterFlavor.TraditionalCompatible, _routes);
        Route changed = _routes[Routes / 2] with { Methods = ["GET"] };
        _changes = new RouterChanges([changed], []);
    }

    [Benchmark]
    public object ChangeOne() => _router.With(_changes);

    [Benchmark]
    public object Create() => Router.Create(RouterFlavor.TraditionalCompatible, _routes);
}

/// <summary>Tables for the benchmarks.</summary>
internal static class RouterSamples
{
    public static IEnumerable<Route> Entries(string kind, int count)
    {
        for (int i = 0; i < count; i++)
        {
            yield return new Route
            {
                Id = new Guid(i, 7, 7, 1, 2, 3, 4, 5, 6, 7, 8),
                Hosts = kind == "host" ? [$"tenant-{i}.example.com"] : null,
                Paths = kind == "regex" ? [$"~/api/service-{i}/items/(?<id>\\d+)$"] : kind == "prefix" ? [$"/api/service-{i}/v1"] : ["/api"],
            };
        }
    }

    public static string Path(string kind, int route)
        => kind == "regex" ? $"/api/service-{route}/items/12345" : $"/api/service-{route}/v1/items/12345";

    public static string Host(string kind, int route) => kind == "host" ? $"tenant-{route}.example.com" : "gateway.example.com";
}
