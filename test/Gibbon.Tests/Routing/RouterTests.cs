using System.Text;
using Gibbon.Pdk.Entities;
using Gibbon.Routing;
using Gibbon.Routing.Regexes;
using Gibbon.Settings;

namespace Gibbon.Tests.Routing;

public sealed class RouterTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(99)]
    [InlineData(101)]
    [InlineData(10_000)]
    public void The_case_of_a_host_counts_whatever_the_number_of_routes(int count)
    {
        Router router = Of([.. Enumerable.Range(0, count).Select(i => new Route { Name = $"h{i}", Hosts = [$"h{i}.test"] })]);
        Assert.Equal($"h{count - 1}", new RequestSample { Host = $"h{count - 1}.test" }.NameIn(router));
        Assert.Null(new RequestSample { Host = $"H{count - 1}.test" }.NameIn(router));
    }

    [Fact]
    public void Captures_are_numbered_from_the_left_and_named()
    {
        Router router = Of(new Route { Paths = ["~/u/(\\d+)/(?<kind>[a-z]+)/(x)?(?P<rest>.*)$"] });
        RequestSample sample = new() { Target = "/u/42/abc/tail" };
        RouteCaptures captures = sample.In(router)!.Value.Captures(sample.Path)!.Value;
        Assert.Equal("/u/42/abc/tail", captures[0]);
        Assert.Equal("42", captures[1]);
        Assert.Equal("abc", captures[2]);
        Assert.Null(captures[3]);
        Assert.Equal("tail", captures["rest"]);
        Assert.Equal(["kind", "rest"], captures.Named().Select(pair => pair.Key));
    }

    [Fact]
    public void A_regex_without_groups_has_no_captures()
    {
        RequestSample sample = new() { Target = "/v1/x" };
        RouteMatch match = sample.In(Of(new Route { Paths = ["~/v\\d"] }))!.Value;
        Assert.Null(match.Captures(sample.Path));
        Assert.Equal("/v1", Encoding.UTF8.GetString(match.Prefix(sample.Path)));
    }

    [Fact]
    public void The_end_of_a_pattern_is_the_end_of_the_path_even_before_a_line_feed()
        => Assert.Null(new RequestSample { Target = "/admin%0A" }.NameIn(Of(new Route { Paths = ["~/admin$"] })));

    [Fact]
    public void A_bad_regex_takes_out_its_part_of_a_route_and_nothing_else()
    {
        Router router = Of(
            new Route { Name = "mixed", Paths = ["~/x(?=y)", "/good"] },
            new Route { Name = "bad", Paths = ["~/x(?=y)"] },
            new Route { Name = "other", Paths = ["/other"] });
        Assert.Equal("bad", Assert.Single(router.Rejected).Route.Name);
        Assert.Equal("mixed", new RequestSample { Target = "/good" }.NameIn(router));
        Assert.Equal("other", new RequestSample { Target = "/other" }.NameIn(router));
        Assert.Null(new RequestSample { Target = "/xy" }.NameIn(router));
    }

    [Fact]
    public void A_path_that_is_not_utf8_finds_no_route_once_routes_look_at_paths()
    {
        RouteRequest request = new() { Path = [(byte)'/', 0xFF], Host = "a.test"u8, Method = "GET"u8 };
        RouteMatch match = default;
        Route host = new() { Id = Guid.NewGuid(), Hosts = ["a.test"] };
        Assert.True(Of(host).Match(request, ref match));
        Assert.False(Of(host, new Route { Paths = ["/other"] }).Match(request, ref match));
    }

    [Fact]
    public void More_nested_prefixes_than_fit_on_the_stack_all_take_part()
    {
        string path = string.Concat(Enumerable.Repeat("/a", 100));
        Route[] routes = [.. Enumerable.Range(1, 100).Select(i => new Route { Name = $"{i}", Paths = [path[..(i * 2)]], Methods = [i == 7 ? "GET" : "POST"] })];
        Assert.Equal("7", new RequestSample { Target = path }.NameIn(Of(routes)));
        Assert.Equal("100", new RequestSample { Target = path, Method = "POST" }.NameIn(Of(routes)));
    }

    [Theory]
    [InlineData("(a+)+$", 200)]
    [InlineData("(a|aa)+$", 200)]
    [InlineData("([a-z]+)*\\d$", 200)]
    public void An_evil_pattern_costs_linear_time(string pattern, int length)
    {
        Router router = Of(new Route { Paths = [$"~/{pattern}"] });
        Assert.Null(new RequestSample { Target = "/" + new string('a', length) + "!" }.NameIn(router));
    }

    [Fact]
    public void The_traditional_flavour_bounds_a_pattern_by_time()
    {
        Router router = Router.Create(RouterFlavor.Traditional, [Entry(new Route { Paths = ["~/(a+)+$"] })]);
        Assert.Null(new RequestSample { Target = "/" + new string('a', 60) + "!" }.NameIn(router));
    }

    [Fact]
    public void The_traditional_flavour_prefers_the_older_of_equals_and_knows_look_around()
    {
        Router router = Router.Create(
            RouterFlavor.Traditional,
            [
                Entry(new Route { Name = "newer", Paths = ["/p"], CreatedAt = DateTimeOffset.FromUnixTimeSeconds(9) }),
                Entry(new Route { Name = "older", Paths = ["/p"], CreatedAt = DateTimeOffset.FromUnixTimeSeconds(1) }),
                Entry(new Route { Name = "ahead", Paths = ["~/(?=q)q"] }),
                Entry(new Route { Name = "port", Hosts = ["h.test:80"] }),
            ]);
        Assert.Equal("older", new RequestSample { Target = "/p" }.NameIn(router));
        Assert.Equal("ahead", new RequestSample { Target = "/q" }.NameIn(router));
        Assert.Equal("port", new RequestSample { Host = "h.test" }.NameIn(router));
    }

    [Fact]
    public void A_match_allocates_nothing()
    {
        Router router = Of(
        [
            .. Enumerable.Range(0, 2000).Select(i => new Route { Paths = [$"/p{i}/x"] }),
            new Route { Hosts = ["*.wild.test"], Paths = ["/w"], Headers = new Dictionary<string, IReadOnlyList<string>> { ["X-V"] = ["1", "~*^v"] } },
            new Route { Paths = ["~/re/(?<id>\\d+)"] },
        ]);
        foreach (RequestSample sample in new[]
        {
            new RequestSample { Target = "/p1234/x/y" },
            new RequestSample { Target = "/w/1", Host = "a.wild.test:81", Headers = [("x-v", "V2")] },
            new RequestSample { Target = "/re/12" },
            new RequestSample { Target = "/none" },
        })
        {
            RouteRequest request = sample.ToRequest();
            RouteMatch match = default;
            for (int i = 0; i < 50; i++)
            {
                router.Match(request, ref match);
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 50; i++)
            {
                router.Match(request, ref match);
            }

            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Fact]
    public void A_router_can_say_what_a_route_lacks()
    {
        Route route = new() { Id = Guid.NewGuid(), Hosts = ["a.test"], Paths = ["/a"], Methods = ["POST"] };
        Router router = Router.Create(RouterFlavor.TraditionalCompatible, [route]);
        Assert.Equal("http.method == r#\"POST\"#", router.WhyNot(route.Id, new RequestSample { Target = "/a", Host = "a.test" }.ToRequest()));
        Assert.Equal("http.path ^= r#\"/a\"#", router.WhyNot(route.Id, new RequestSample { Target = "/b", Host = "a.test", Method = "POST" }.ToRequest()));
        Assert.Null(router.WhyNot(route.Id, new RequestSample { Target = "/a", Host = "a.test", Method = "POST" }.ToRequest()));
    }

    private static Router Of(params Route[] routes) => Router.Create(RouterFlavor.TraditionalCompatible, routes.Select(Entry));

    private static Route Entry(Route route) => route.Id == default ? route with { Id = Guid.NewGuid() } : route;
}
